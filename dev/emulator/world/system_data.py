"""systemData: who created and last changed a resource, and when."""

from collections.abc import Mapping

from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.vocabulary.tokens import claims_of
from dev.emulator.world import World
from dev.emulator.world.clock import arm_timestamp


def stamped(world: World, request: ArmRequest, known: Mapping[str, str] | None) -> dict[str, str]:
    """The systemData after this write of a resource that had `known` before."""
    claims = claims_of(request.headers.get("authorization", ""))
    who = str(claims.get("upn") or claims.get("oid") or claims.get("appid") or "unknown")
    kind = "User" if "upn" in claims else "Application"
    now = arm_timestamp(world.clock.now())
    created = known or {"createdBy": who, "createdByType": kind, "createdAt": now}
    return {**created, "lastModifiedBy": who, "lastModifiedByType": kind, "lastModifiedAt": now}
