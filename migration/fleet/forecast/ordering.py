"""In which order the images of a fleet are taken: those of one image definition together, its oldest image first.

Numbers of versions follow the order in which migrations begin, so this makes them ascend with the age of the images.
"""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from migration.asking.settings import Settings
from migration.fleet.definitions import named_definition
from migration.fleet.member import FleetRow
from migration.plan.galleries import gallery_reference
from migration.resources.image import ManagedImage
from migration.values.ids import MANAGED_IMAGE, ResourceId
from migration.values.problems import Problem

_DIGITS = re.compile(r"[0-9]+")


class Sighted(NamedTuple):
    """What is wished for an image, and the image as it was read; None where it was not, `unread` says why then."""

    row: FleetRow
    image: ManagedImage | None
    unread: Problem | None = None


class Target(NamedTuple):
    """The gallery (a lower-case id; or a name, which counts in that subscription) and the definition of an image."""

    gallery: str
    definition: str
    subscription: str = ""

    @classmethod
    def of(cls, row: FleetRow, settings: Settings) -> "Target":
        source = ResourceId.parse(row.request.source_image_id, MANAGED_IMAGE)
        gallery = (gallery_reference(row.request, settings) or "").lower()
        return cls(
            gallery, named_definition(row.request), "" if gallery.startswith("/") else source.subscription.lower()
        )


class Group(NamedTuple):
    """The images that go into one definition, in the order in which they are taken."""

    target: Target
    members: list[Sighted]


def in_groups(found: Iterable[Sighted], settings: Settings) -> list[Group]:
    """Return the images by their definition; of one definition by wave, then the oldest first.

    The age is what Azure says of it; where it does not say it of each, the numbers in the names count.
    """
    by_target = sorted(((Target.of(one.row, settings), one) for one in found), key=lambda pair: pair[0])
    groups = groupby(by_target, key=lambda pair: pair[0])
    return [Group(target, _oldest_first([one for _, one in pairs])) for target, pairs in groups]


def waved(groups: list[Group], size: int) -> list[Group]:
    """Return the images with their waves, so many in each, in the order in which they stand."""
    number = 0
    found = []
    for group in groups:
        members = []
        for one in group.members:
            members.append(one._replace(row=one.row.changed(wave=number // size + 1)))
            number += 1
        found.append(group._replace(members=members))
    return found


def after_a_younger(members: list[Sighted]) -> set[str]:
    """Return the ids of those that come after a younger image of their definition, since they are in a later wave."""
    if any(one.image is None or one.image.created_at is None for one in members):
        return set()
    late, youngest = set(), None
    for one in members:
        made = one.image.created_at if one.image else None
        if youngest is not None and made is not None and made < youngest:
            late.add(one.row.request.source_image_id)
        youngest = made if youngest is None or (made is not None and made > youngest) else youngest
    return late


def numbers_in(name: str) -> tuple[int, ...]:
    """Return the numbers in a name, in their order: of `web-2024-01` that is 2024 and 1."""
    return tuple(int(digits) for digits in _DIGITS.findall(name))


def _oldest_first(members: list[Sighted]) -> list[Sighted]:
    are_dated = all(one.image is not None and one.image.created_at is not None for one in members if _counts(one))

    def place(one: Sighted) -> tuple[int, float, tuple[int, ...], str]:
        made = one.image.created_at if one.image is not None else None
        age = made.timestamp() if are_dated and made is not None else 0.0
        source = one.row.request.source_image_id
        return one.row.wave, age, numbers_in(source.rpartition("/")[2]), source.lower()

    return sorted(members, key=place)


def _counts(one: Sighted) -> bool:
    """Tell whether its age is needed: not of what is left out, or is not there."""
    return not one.row.left_out and one.image is not None
