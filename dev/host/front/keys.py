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

    def allows_function(self, request: web.Request) -> bool:
        return _presented(request) in (self.master, self.function)

    def allows_admin(self, request: web.Request) -> bool:
        return _presented(request) == self.master

    def allows_durable(self, request: web.Request) -> bool:
        return _presented(request) in (self.master, self.durable)

    def allows_event_grid(self, request: web.Request) -> bool:
        return _presented(request) in (self.master, self.event_grid)

    def refusal(self, request: web.Request) -> web.Response:
        """403 for a key that is good for something else, 401 for none or a wrong one."""
        known = _presented(request) in (self.function, self.durable, self.event_grid)
        return web.Response(status=403 if known else 401)


def _presented(request: web.Request) -> str:
    return request.headers.get("x-functions-key") or request.query.get("code", "")
