"""Who else names a managed image, by kind: resources of any type, by Resource Graph, in what the app sees.

Machines, scale sets and image versions are left out: `arm/surveys/consumers.py` lists those itself, and that counts.
What may be hidden, or Resource Graph does not list, is told as not looked for, with the reason.
"""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from arm.resources.subscriptions import list_subscriptions
from arm.surveys.resource_graph import Naming, find_of_types, who_names_images
from arm.surveys.visibility import find_hidden_kinds
from arm.transport.errors import ArmError
from arm.transport.recent import Recent
from migration.promise.evidence import Consumer, Mentions
from migration.users.kinds import (
    GRAPH_KINDS,
    INSTANCES,
    KINDS,
    MACHINES,
    SCALE_SETS,
    VERSIONS,
    WITHOUT_OWN_DISK,
    Kind,
    kind_of,
)
from migration.users.naming import kind_of_resource
from migration.users.unlisted import not_listed
from migration.values.ids import MANAGED_IMAGE, ResourceId

LIFETIME = timedelta(minutes=5)
_MACHINE, _VERSION = "microsoft.compute/virtualmachines", "microsoft.compute/galleries/images/versions"
_LISTED = {
    _MACHINE: WITHOUT_OWN_DISK,
    "microsoft.compute/virtualmachinescalesets": SCALE_SETS,
    "microsoft.compute/virtualmachinescalesets/virtualmachines": INSTANCES,
    _VERSION: VERSIONS,
}
_HOLDERS = {one for kind in KINDS for one in kind.within}


class _Reading(NamedTuple):
    """Who names which image in the subscriptions that were seen; `refused` is why that could not be read."""

    naming: dict[str, list[Naming]]
    unlooked: dict[str, str]
    subscriptions: frozenset[str]
    refused: ArmError | None = None


_readings: Recent[_Reading] = Recent(1)


async def find_mentions(image_id: str, not_before: datetime | None = None) -> Mentions:
    """Return who else names the image, as read since `not_before` (None: in the last minutes).

    One reading serves all images. Raises ArmError where Resource Graph cannot be asked.
    """
    reading = await _reading(not_before)
    named = [one for one in reading.naming.get(image_id.lower(), []) if one.type.lower() not in _LISTED]
    found = [Consumer(id=one.id, kind=kind_of_resource(one.type, one.paths).key, type=one.type) for one in named]
    own = ResourceId.parse(image_id, MANAGED_IMAGE).subscription.lower()
    if own not in reading.subscriptions:
        unseen = f"the app does not see /subscriptions/{own}"
        return Mentions(found, dict.fromkeys(GRAPH_KINDS, unseen))
    return Mentions(found, reading.unlooked)


async def find_named_users(image_id: str) -> list[Consumer]:
    """Return who uses the image by what Resource Graph alone says, of whatever kind, as read in the last minutes.

    For who looks at a thousand plans at once: those that Compute lists itself are listed before anything is deleted.
    Instances of scale sets, which Resource Graph has elsewhere, are not among them. Raises ArmError.
    """
    reading = await _reading(None)
    named = reading.naming.get(image_id.lower(), [])
    kinds = [(one, _kind_of_user(one)) for one in named if one.needs or one.type.lower() != _VERSION]
    return [Consumer(id=one.id, kind=kind.key, type=one.type) for one, kind in kinds]


def _kind_of_user(one: Naming) -> Kind:
    listed = _LISTED.get(one.type.lower())
    if listed is None:
        return kind_of_resource(one.type, one.paths)
    return MACHINES if listed is WITHOUT_OWN_DISK and not one.needs else listed


async def _reading(not_before: datetime | None) -> _Reading:
    reading = await _readings.get(
        "", not_before or datetime.now(UTC) - LIFETIME, partial(_read, rights_since=not_before)
    )
    if reading.refused is not None:
        raise reading.refused.with_traceback(None)
    return reading


async def _read(begun_at: datetime, rights_since: datetime | None) -> _Reading:
    """Read it all, with the app's rights of then. A refusal is remembered as an answer is: pages ask no more often."""
    try:
        subscriptions = await list_subscriptions(begun_at - LIFETIME)
        hidden = await find_hidden_kinds(subscriptions, rights_since)
        naming = await who_names_images(subscriptions)
        holders = await find_of_types(_HOLDERS, subscriptions)
    except ArmError as error:
        return _Reading({}, {}, frozenset(), error)
    unlisted = {key: why for key in GRAPH_KINDS if (why := not_listed(kind_of(key), holders))}
    return _Reading(naming, unlisted | hidden, frozenset(one.lower() for one in subscriptions))
