"""How a provider registers what it answers. A provider is a folder with up to three functions:

`register(routes)` adds ARM operations: `routes.add("GET", "/subscriptions/{subscriptionId}/…", handler, api_versions)`,
`install(world)` fills hooks of the World (`listeners`, `lock_rule`, `on_reset`), once per emulator,
`attach(app, world)` adds HTTP endpoints that are not ARM (identity, event subscriptions) to the aiohttp application.
They are named in `providers.py`; what checks a route stands in `coverage.py`.
A handler is `handler(world, request) -> ArmResponse`, raising `ArmError` to refuse.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.world import World

Handler = Callable[[World, ArmRequest], ArmResponse]
ApiVersions = Collection[str] | Callable[[str], bool]

SUBSCRIPTION_SCOPE = "/subscriptions/{subscriptionId}"
GROUP_SCOPE = SUBSCRIPTION_SCOPE + "/resourceGroups/{resourceGroup}"
_PLACEHOLDER = re.compile(r"\{(\w+)(\*?)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """`{name}` takes one path segment, `{scope*}` any number including their slashes ("/subscriptions/…")."""

    method: str
    template: str
    handler: Handler
    api_versions: ApiVersions
    pattern: re.Pattern[str]

    def accepts(self, api_version: str) -> bool:
        if callable(self.api_versions):
            return self.api_versions(api_version)
        return api_version in self.api_versions


@dataclass(frozen=True, slots=True)
class Match:
    """The routes of a path, and the placeholder values as written."""

    route: Route
    names: dict[str, str]


class Routes:
    """Literal segments match case-insensitively, values keep their case; the first route added wins."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(self, method: str, template: str, handler: Handler, api_versions: ApiVersions) -> None:
        self._routes.append(Route(method, template, handler, api_versions, _compiled(template)))

    def match(self, method: str, path: str) -> Match | None:
        for route in self._routes:
            found = route.pattern.fullmatch(path) if route.method == method else None
            if found:
                return Match(route, found.groupdict())
        return None

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)


def _compiled(template: str) -> re.Pattern[str]:
    pattern, at = "", 0
    for placeholder in _PLACEHOLDER.finditer(template):
        name, many = placeholder.groups()
        pattern += re.escape(template[at : placeholder.start()])
        pattern += f"(?P<{name}>{'.*?' if many else '[^/]+'})"
        at = placeholder.end()
    return re.compile(pattern + re.escape(template[at:]), re.IGNORECASE)
