"""Access keys: made up anew for each start of the host, checked as the Functions host checks them."""

import secrets
from dataclasses import dataclass, field

from aiohttp import web


def _new_key() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Keys:
    """`master` opens everything, `function` the function-level routes, the system keys one extension each."""

    master: str = field(default_factory=_new_key)
    function: str = field(default_factory=_new_key)
    durable: str = field(default_factory=_new_key)
    event_grid: str = field(default_factory=_new_key)

    def opens_function(self, request: web.Request, level: str) -> bool:
        """Whether the request may reach a function of that level; if not, the answer is 401 whatever the key."""
        opening = {"ANONYMOUS": (_presented(request),), "ADMIN": (self.master,)}
        return _presented(request) in opening.get(level.upper(), (self.master, self.function))

    def is_master(self, request: web.Request) -> bool:
        return _presented(request) == self.master

    def refusal(self, request: web.Request, *opening: str) -> web.Response | None:
        """What keeps a request from /admin or a webhook: 403 for a key that is good for something else, else 401."""
        presented = _presented(request)
        if presented in (self.master, *opening):
            return None
        if presented in (self.function, self.durable, self.event_grid):
            return web.Response(status=403)
        return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})


def _presented(request: web.Request) -> str:
    """The header counts before the query, even an empty one."""
    by_header = request.headers.get("x-functions-key")
    return request.query.get("code", "") if by_header is None else by_header
