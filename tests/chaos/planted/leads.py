"""Trouble that leads to safeguards which ordinary schedules seldom need: more of it, nothing of its own kind."""

import random

from tests.chaos.happenings.decisions import Contradict, Decides, Forges
from tests.chaos.happenings.faults import IMAGE, USERS, Fails
from tests.chaos.happenings.happening import OPTIONS, TAG, Happening
from tests.chaos.happenings.others import (
    AzureIs,
    ChangesVersion,
    DeletesImage,
    DeletesVersion,
    Rebuilds,
    RemakesVersion,
    Uses,
)
from tests.chaos.happenings.time import Meanwhile, Passes, Together, Waits
from tests.chaos.happenings.wishes import Cancels, StartsOverHttp, Tags
from tests.chaos.troubles import TROUBLES, Trouble

_BUSY = {"status": 409, "code": "Conflict", "message": "another operation is in progress"}
_MISSING = {"status": 404, "code": "ResourceNotFound", "message": "not seen"}
_SHOP = "/subscriptions/c0ffee00-0000-4000-8000-000000000001/resourceGroups/shop"
_MORE = 3  # times as often as an ordinary kind


def a_delete_is_put_off(numbers: random.Random) -> Happening:
    """Azure is busy just at the delete, and before it is sent again somebody changes what it rests on."""
    doings = (
        ChangesVersion(0, "regions"),
        DeletesVersion(0),
        RemakesVersion(0),
        Uses(0, numbers.choice(("scale set", "ephemeral"))),
        Uses(0, "ephemeral"),
        Rebuilds(0),
        Tags(0, {OPTIONS: "delete-source=never"}),
        Tags(0, {TAG: "default", OPTIONS: "regions=eastus2"}),
        Cancels(0),
        Meanwhile("before", "GET", USERS, Cancels(0)),
    )
    busy = Fails({"method": "DELETE", "path": IMAGE, "error": _BUSY, "times": 1})
    return Together(busy, Meanwhile("after", "DELETE", IMAGE, numbers.choice(doings)))


def a_delete_is_lost(numbers: random.Random) -> Happening:
    """The delete never arrives, or its answer does not, or it ends badly; perhaps the image is not seen once after."""
    ways: tuple[Happening, ...] = (
        Fails({"method": "DELETE", "path": IMAGE, "drop": "after", "times": 4}),
        Fails({"method": "DELETE", "path": IMAGE, "drop": "before", "times": 4}),
        Fails({"operation": "imageDelete", "error": _BUSY, "times": 1}),
    )
    unseen = Fails({"method": "GET", "path": IMAGE, "error": _MISSING, "times": 2})
    return Together(numbers.choice(ways), Meanwhile("after", "DELETE", IMAGE, unseen))


def a_user_is_hidden(numbers: random.Random) -> Happening:
    kind, by = numbers.choice((("virtualMachines", "ephemeral"), ("virtualMachineScaleSets", "scale set")))
    return Together(AzureIs({"deniedActions": {f"Microsoft.Compute/{kind}/read": _SHOP}}), Uses(0, by))


def a_question_is_played_with(numbers: random.Random) -> Happening:
    """As soon as it is asked: forged, contradicted, cancelled."""
    doings = (
        Forges(0, "version"),
        Forges(0, "callback"),
        Contradict(0, "reject", "approve"),
        Cancels(0),
        Together(Cancels(0), Together(Passes(20), Decides(0, "approve", "api"))),
    )
    return Together(Waits(0, "AwaitingApproval"), numbers.choice(doings))


def a_copy_outlives_its_source(_numbers: random.Random) -> Happening:
    """Somebody deletes the image of which people are asked: the version is the only copy."""
    return Together(StartsOverHttp(0), Together(Waits(0, "AwaitingApproval"), DeletesImage(0)))


LEADS: tuple[Trouble, ...] = (
    a_delete_is_put_off,
    a_delete_is_put_off,
    a_delete_is_lost,
    a_user_is_hidden,
    a_question_is_played_with,
    a_copy_outlives_its_source,
)
HARDER: tuple[Trouble, ...] = (*TROUBLES, *LEADS * _MORE)
