"""HTTP requests and responses as functions see and give them."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

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
    parts = [f"{cookie['name']}={cookie['value']}"]
    if cookie.get("expires"):
        parts.append("Expires=" + format_datetime(datetime.fromtimestamp(cookie["expires"], UTC), usegmt=True))
    if cookie.get("max_age") is not None:
        parts.append(f"Max-Age={int(cookie['max_age'])}")
    parts += [f"{label}={cookie[key]}" for label, key in _COOKIE_ATTRIBUTES.items() if cookie.get(key)]
    parts += [label for label, key in {"Secure": "secure", "HttpOnly": "http_only"}.items() if cookie.get(key)]
    return "; ".join(parts)


_COOKIE_ATTRIBUTES = {"Domain": "domain", "Path": "path", "SameSite": "same_site"}
