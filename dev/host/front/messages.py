"""HTTP requests and responses as functions see and give them."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web
from multidict import CIMultiDict

from dev.host.worker.frames import Frame
from dev.host.worker.invocations import Answer

_HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"}


async def request_value(request: web.Request, route_values: dict[str, str]) -> Frame:
    """The request as the trigger's value: lower-case header names, repeated headers and queries joined."""
    return {
        "http": {
            "method": request.method,
            "url": str(request.url),
            "headers": _joined(request.headers, lower=True),
            "query": _joined(request.query, lower=False),
            "params": route_values,
            "body": {"bytes": await request.read()},
        }
    }


def response_of(answer: Answer) -> web.Response:
    """What the function returned, as a response; nothing at all is 204."""
    value = answer.value or answer.outputs.get("$return")
    if value is None:
        return web.Response(status=204)
    if "http" not in value:
        return _plain_response(value)
    http = value["http"]
    headers: CIMultiDict[str] = CIMultiDict()
    for name, text in http["headers"].items():
        if name.lower() not in _HOP_BY_HOP:
            headers.add(name, text)
    for cookie in http["cookies"]:
        headers.add("Set-Cookie", _set_cookie(cookie))
    return web.Response(status=int(http["status_code"]), headers=headers, body=_body(http["body"]))


def _plain_response(value: Frame) -> web.Response:
    kind = "application/json" if "json" in value else "text/plain"
    return web.Response(body=_body(value), content_type=kind, charset="utf-8")


def _body(value: Frame | None) -> bytes:
    content = next(iter((value or {}).values()), b"")
    return content if isinstance(content, bytes) else str(content).encode()


def _joined(values: Any, *, lower: bool) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in values.items():
        key = name.lower() if lower else name
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return joined


def _set_cookie(cookie: Frame) -> str:
    """Written anew as ASP.NET Core does: escaped value, lower-case attributes, also a domain that is empty."""
    parts = [f"{quote(cookie['name'], safe='')}={quote(cookie['value'], safe='')}"]
    if cookie.get("expires"):
        parts.append("expires=" + format_datetime(datetime.fromtimestamp(cookie["expires"], UTC), usegmt=True))
    if cookie.get("max_age") is not None:
        parts.append(f"max-age={int(cookie['max_age'])}")
    attributes = {"domain": cookie.get("domain"), "path": cookie.get("path", "/")}
    parts += [f"{name}={value}" for name, value in attributes.items() if value is not None]
    parts += ["secure"] if cookie.get("secure") else []
    parts += [f"samesite={cookie['same_site'].lower()}"] if cookie.get("same_site") else []
    parts += ["httponly"] if cookie.get("http_only") else []
    return "; ".join(parts)
