"""How the durable HTTP API answers: always in JSON, errors as .NET describes them, links that manage an instance."""

from typing import Any
from urllib.parse import quote_plus

from aiohttp import web

_RETRY_START_SECONDS = "10"
CONTINUATION_HEADER = "x-ms-continuation-token"


class BodyInvalidError(Exception):
    """The request's body is not JSON."""


def error(status: int, message: str, cause: Exception | None = None) -> web.Response:
    content = {"Message": message}
    if cause:
        kind = type(cause)
        content |= {
            "ExceptionMessage": str(cause),
            "ExceptionType": f"{kind.__module__}.{kind.__qualname__}",
            "StackTrace": "",
        }
    return web.json_response(content, status=status)


def text(status: int, message: str) -> web.Response:
    """A text, which is JSON here too."""
    return web.json_response(message, status=status)


def page(items: list[Any], token: str) -> web.Response:
    """One page of a list; the last one has no token."""
    return web.json_response(items, headers={CONTINUATION_HEADER: token} if token else {})


def started(instance_id: str, base_url: str, query: str) -> web.Response:
    """202 with the links that manage the instance. Rewinding works, but is not among them."""
    url = f"{base_url}/instances/{quote_plus(instance_id)}"
    links = {
        "id": instance_id,
        "statusQueryGetUri": f"{url}?{query}",
        "sendEventPostUri": f"{url}/raiseEvent/{{eventName}}?{query}",
        "terminatePostUri": f"{url}/terminate?reason={{text}}&{query}",
        "purgeHistoryDeleteUri": f"{url}?{query}",
        "restartPostUri": f"{url}/restart?{query}",
        "suspendPostUri": f"{url}/suspend?reason={{text}}&{query}",
        "resumePostUri": f"{url}/resume?reason={{text}}&{query}",
    }
    headers = {"Location": links["statusQueryGetUri"], "Retry-After": _RETRY_START_SECONDS}
    return web.json_response(links, status=202, headers=headers)
