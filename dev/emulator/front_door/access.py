"""Who may do what: everybody everything, except the actions that the settings deny (`deniedActions`).

Roles are not emulated; a test denies an action at a scope to see its program refused the way Azure refuses it, and
grants it at a scope below (`grantedActions`) as an assignment on the resource itself would.

A list of a subscription or a group shows what its reader may read, and says nothing of the rest. It is refused only to
who is granted nothing in there.
"""

import re
from fnmatch import fnmatch

from dev.emulator.vocabulary.errors import AUTHORIZATION_FAILED, ArmError
from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.vocabulary.tokens import claims_of
from dev.emulator.world import World

_VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete", "POST": "action"}
_IN_A_SUBSCRIPTION_ID = 2  # slashes
_FILTERED = re.compile(
    r"/subscriptions/[^/]+(/resourceGroups|(/resourceGroups/[^/]+)?/(resources|providers/Microsoft\.Compute/\w+))",
    re.IGNORECASE,
)


def require_permission(world: World, request: ArmRequest) -> None:
    """For the call itself."""
    if world.settings.denied_actions and not _is_filtered(world, request):
        require_action(world, request, action_of(request.method, request.path), request.path)


def require_action(world: World, request: ArmRequest, action: str, scope: str) -> None:
    """For something else the call needs, e.g. to read the source of an image version."""
    if is_denied(world, action, scope):
        claims = claims_of(request.headers.get("authorization", ""))
        raise ArmError(AUTHORIZATION_FAILED, client=claims.get("oid", ""), action=action, scope=scope)


def may_see(world: World, resource_id: str) -> bool:
    """Whether a list shows a resource; a subscription is shown to who is granted anything in it."""
    if not world.settings.denied_actions or not is_denied(world, action_of("GET", resource_id), resource_id):
        return True
    return resource_id.count("/") == _IN_A_SUBSCRIPTION_ID and _is_granted_inside(world, resource_id)


def is_denied(world: World, action: str, scope: str) -> bool:
    settings = world.settings
    return _covers(settings.denied_actions, action, scope) and not _covers(settings.granted_actions, action, scope)


def _is_filtered(world: World, request: ArmRequest) -> bool:
    """Whether a call lists a subscription or group that holds something for its caller, if not all of it."""
    found = _FILTERED.fullmatch(request.path) if request.method == "GET" else None
    return found is not None and _is_granted_inside(world, request.scope)


def _is_granted_inside(world: World, scope: str) -> bool:
    return any(_contains(scope.lower(), at.lower()) for at in world.settings.granted_actions.values())


def _covers(actions: dict[str, str], action: str, scope: str) -> bool:
    return any(
        fnmatch(action.lower(), pattern.lower()) and _contains(at.lower(), scope.lower())
        for pattern, at in actions.items()
    )


def action_of(method: str, path: str) -> str:
    """As role definitions name it, e.g. "Microsoft.Compute/galleries/images/read"."""
    _, provider, below = path.rpartition("/providers/")
    if not provider:
        below = "Microsoft.Resources" + path.replace("/resourcegroups", "/resourceGroups")
    namespace, *types_and_names = below.split("/")
    return "/".join([namespace, *types_and_names[::2], _VERBS[method]])


def _contains(scope: str, inner: str) -> bool:
    return inner == scope or inner.startswith(f"{scope.rstrip('/')}/")
