"""Soft delete needs gallery, definitions and versions in one place, as the page on it says among its limitations.

Unverified: how it is refused, and that nothing is refused when a version is made elsewhere once it is on.
"""

from dev.emulator.compute.any_resource.errors import SOFT_DELETE_NEEDS_ONE_PLACE
from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

_INSIDE = ("Microsoft.Compute/galleries/images", "Microsoft.Compute/galleries/images/versions")


def refuse_apart(world: World, gallery: Resource, sent: dict[str, object]) -> None:
    """Called before a gallery is written; one that has soft delete already keeps it."""
    policy = sent.get("softDeletePolicy")
    wished = isinstance(policy, dict) and policy.get("isSoftDeleteEnabled")
    has = (gallery.properties.get("softDeletePolicy") or {}).get("isSoftDeleteEnabled")
    inside = [one for kind in _INSIDE for one in world.resources.page(kind, gallery.id)]
    if wished and not has and any(one.location != gallery.location for one in inside):
        raise ArmError(SOFT_DELETE_NEEDS_ONE_PLACE, name=gallery.name)
