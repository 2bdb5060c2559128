"""What the caller may do at a scope: everything, less what the settings deny there or above and do not grant again."""

from dev.emulator.front_door.routes import Routes
from dev.emulator.subscription.scopes import require_resource
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.world import World

API_VERSIONS = frozenset({"2015-07-01", "2018-07-01", "2022-04-01"})


def register(routes: Routes) -> None:
    routes.add("GET", "/{scope*}/providers/Microsoft.Authorization/permissions", _list, API_VERSIONS)


def _list(world: World, request: ArmRequest) -> ArmResponse:
    """An entry for each assignment: what one denies, another may grant."""
    scope, settings = require_resource(world, request.names["scope"]).id, world.settings
    entries = [_permission(["*"], _at_or_above(settings.denied_actions, scope))]
    if granted := _at_or_above(settings.granted_actions, scope):
        entries.append(_permission(granted, []))
    return ArmResponse(200, {"value": entries})


def _at_or_above(actions: dict[str, str], scope: str) -> list[str]:
    inside = f"{scope}/".lower()
    return [action for action, at in actions.items() if inside.startswith(f"{at.lower().rstrip('/')}/")]


def _permission(actions: list[str], excluded: list[str]) -> dict[str, list[str]]:
    return {"actions": actions, "notActions": excluded, "dataActions": [], "notDataActions": []}
