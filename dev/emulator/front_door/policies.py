"""Azure Policy, as far as a write is refused by it: policies stand in the settings, none is a resource of its own.

The effect `deny` alone: a write of a type is refused altogether, or where the resource would lack a tag that is
demanded. Code, status and the beginning of the message are those of public reports ("Resource 'x' was disallowed by
policy. Policy identifiers: ..."), as are `target` and `additionalInfo` (left out here). Unverified: that a policy is
asked after rights and before locks, and that the Tags API is not held against it.
"""

from dev.emulator.vocabulary.errors import DISALLOWED_BY_POLICY, ArmError
from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.vocabulary.resource_id import ResourceId
from dev.emulator.wishes.settings import Policy
from dev.emulator.world import World

_WRITES = frozenset({"PUT", "PATCH"})


def require_policies(world: World, request: ArmRequest) -> None:
    """Refuses what a policy forbids; what is no resource has none."""
    if request.method not in _WRITES or not world.settings.policies:
        return
    try:
        target = ResourceId.parse(request.path)
    except ValueError:
        return
    for name, policy in world.settings.policies.items():
        if policy.covers(target.text, target.type) and _is_violated(world, request, policy):
            raise ArmError(DISALLOWED_BY_POLICY, resource=target.name, policy=name, scope=policy.scope)


def _is_violated(world: World, request: ArmRequest, policy: Policy) -> bool:
    if not policy.tags:
        return True
    known = world.resources.get(request.path)
    sent = request.body.get("tags")
    tags = sent if isinstance(sent, dict) else (known.tags if known and request.method == "PATCH" else None) or {}
    return not {tag.lower() for tag in policy.tags} <= {str(tag).lower() for tag in tags}
