"""What the caller may do at a scope: everything, less the actions that the settings deny there or above."""

from dev.emulator.front_door.routes import Routes
from dev.emulator.subscription.scopes import require_resource
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.world import World

API_VERSIONS = frozenset({"2015-07-01", "2018-07-01", "2022-04-01"})


def register(routes: Routes) -> None:
    routes.add("GET", "/{scope*}/providers/Microsoft.Authorization/permissions", _list, API_VERSIONS)


def _list(world: World, request: ArmRequest) -> ArmResponse:
    scope = require_resource(world, request.names["scope"]).id.lower()
    denied = [
        action
        for action, at in world.settings.denied_actions.items()
        if f"{scope}/".startswith(f"{at.lower().rstrip('/')}/")
    ]
    granted = {"actions": ["*"], "notActions": denied, "dataActions": [], "notDataActions": []}
    return ArmResponse(200, {"value": [granted]})
