"""Trouble with a migration of its own, that leads to rare states and to safeguards which others seldom need."""

import random
from typing import Any

from tests.chaos.happenings.decisions import Contradict, Decides, Forges, Overtakes
from tests.chaos.happenings.faults import IMAGE, RECORD, USERS, VERSION, Fails
from tests.chaos.happenings.happening import OPTIONS, TAG, Happening
from tests.chaos.happenings.others import (
    ADDED,
    AzureIs,
    ChangesVersion,
    DeletesImage,
    DeletesVersion,
    Locks,
    Rebuilds,
    RemakesVersion,
    Uses,
)
from tests.chaos.happenings.platform import HubIsLost, InstanceIs, WorkerDies
from tests.chaos.happenings.time import Meanwhile, Passes, Together, Waits
from tests.chaos.happenings.ways import EventsAreDropped
from tests.chaos.happenings.wishes import Cancels, StartsOverHttp, Tags
from tests.chaos.troubles import Trouble

_BUSY = {"status": 409, "code": "Conflict", "message": "another operation is in progress"}
_MISSING = {"status": 404, "code": "ResourceNotFound", "message": "not seen"}
_SUBSCRIPTION = "/subscriptions/c0ffee00-0000-4000-8000-000000000001"
_GROUP = f"{_SUBSCRIPTION}/resourceGroups/images"


def _at_the_delete(trouble: Happening) -> Happening:
    """Trouble that waits for the delete, and a migration that comes to it."""
    asked = Together(StartsOverHttp(0), Waits(0, "AwaitingApproval"))
    return _one_after_another(trouble, asked, Decides(0, "approve", "api"), Passes(1800))


def _one_after_another(*happenings: Happening) -> Happening:
    first, *more = happenings
    return Together(first, _one_after_another(*more)) if more else first


def a_delete_is_put_off(numbers: random.Random) -> Happening:
    """Azure is busy just at the delete, and before it is sent again somebody changes what it rests on."""
    doings = (
        ChangesVersion(0, "regions"),
        DeletesVersion(0),
        RemakesVersion(0),
        Uses(0, "scale set"),
        Uses(0, "ephemeral"),
        Rebuilds(0),
        Tags(0, {OPTIONS: "delete-source=never"}),
        Tags(0, {TAG: "default", OPTIONS: "regions=eastus2"}),
        Cancels(0),
        Meanwhile("before", "GET", USERS, Cancels(0)),
    )
    doing = numbers.choice(doings)
    times = 15 if isinstance(doing, Uses) else 1  # a look for users counts for minutes
    busy = Fails({"method": "DELETE", "path": IMAGE, "error": _BUSY, "times": times})
    return _at_the_delete(Together(busy, Meanwhile("after", "DELETE", IMAGE, doing)))


def a_delete_is_stopped(_numbers: random.Random) -> Happening:
    """While users are looked for a second time, somebody cancels."""
    busy = Fails({"method": "DELETE", "path": IMAGE, "error": _BUSY, "times": 1})
    stops = Meanwhile("after", "DELETE", IMAGE, Meanwhile("before", "GET", USERS, Cancels(0)))
    return _at_the_delete(Together(busy, stops))


def a_delete_is_lost(numbers: random.Random) -> Happening:
    """The delete never arrives, or its answer does not, or it ends badly; perhaps the image is not seen once after."""
    ways: tuple[Happening, ...] = (
        Fails({"method": "DELETE", "path": IMAGE, "drop": "after", "times": 4}),
        Fails({"method": "DELETE", "path": IMAGE, "drop": "before", "times": 4}),
        Fails({"operation": "imageDelete", "error": _BUSY, "times": 1}),
    )
    unseen = Fails({"method": "GET", "path": IMAGE, "error": _MISSING, "times": 2})
    return _at_the_delete(Together(numbers.choice(ways), Meanwhile("before", "DELETE", IMAGE, unseen)))


def a_user_is_hidden(numbers: random.Random) -> Happening:
    """Of machines or scale sets the app sees those of one group alone, and one of another group needs the image."""
    kind, by = numbers.choice((("virtualMachines", "ephemeral"), ("virtualMachineScaleSets", "scale set")))
    action = f"Microsoft.Compute/{kind}/read"
    rights = AzureIs({"deniedActions": {action: _SUBSCRIPTION}, "grantedActions": {action: _GROUP}})
    asked = Together(StartsOverHttp(0), Waits(0, "AwaitingApproval"))
    decided = Together(Decides(0, "approve", "api"), Passes(1800))
    return _one_after_another(asked, rights, Uses(0, by), decided)


def a_question_is_played_with(numbers: random.Random) -> Happening:
    """As soon as people were asked: forged, contradicted, cancelled."""
    doings = (
        Forges(0, "version"),
        Forges(0, "callback"),
        Contradict(0, "reject", "approve"),
        Overtakes(0, "approve", "reject", numbers.choice((1.3, 5))),
        Together(Cancels(0), Together(Passes(20), Decides(0, "approve", "api"))),
    )
    return _one_after_another(
        StartsOverHttp(0), Waits(0, "AwaitingApproval"), Passes(30), numbers.choice(doings), Passes(1800)
    )


def a_copy_outlives_its_source(numbers: random.Random) -> Happening:
    """Somebody deletes the image of which people are asked: the version is the only copy."""
    then = numbers.choice((Cancels(0), Decides(0, "approve", "api")))
    asked = Together(StartsOverHttp(0), Waits(0, "AwaitingApproval"))
    return _one_after_another(asked, DeletesImage(0), Passes(600), then)


def what_is_asked_about_changes(numbers: random.Random) -> Happening:
    """While people are asked, somebody takes away or holds what the delete rests on; then it is approved."""
    doings = (DeletesVersion(0), DeletesImage(0), Locks(0), Uses(0, "scale set"), Tags(0, {TAG: None}))
    asked = Together(StartsOverHttp(0), Waits(0, "AwaitingApproval"))
    return _one_after_another(asked, numbers.choice(doings), Passes(60), Decides(0, "approve", "api"), Passes(1800))


def a_worker_dies_of_a_write(numbers: random.Random) -> Happening:
    """The worker dies of making or promoting the version, of the delete, or of the record."""
    method, path = numbers.choice((("PUT", VERSION), ("PUT", VERSION), ("DELETE", IMAGE), ("PUT", RECORD)))
    return _at_the_delete(WorkerDies(numbers.choice(("before", "after")), method, path, numbers.choice((1, 2, 5))))


def a_worker_dies_of_asking(numbers: random.Random) -> Happening:
    """The worker dies of the record's writes about when it asks; nobody decides for a while."""
    asked = Together(WorkerDies("after", "PUT", RECORD, numbers.choice((8, 9, 9, 10))), StartsOverHttp(2))
    return _one_after_another(asked, Passes(7_200))


def a_copy_is_interfered_with(numbers: random.Random) -> Happening:
    """While the version of an image that few others touch replicates, its run is cancelled, suspended, terminated or
    forgotten, or its worker dies."""
    doings: tuple[Happening, ...] = (
        Cancels(2),
        _one_after_another(InstanceIs(2, "suspend"), Passes(600), InstanceIs(2, "resume")),
        InstanceIs(2, "terminate"),
        HubIsLost(),
        Together(WorkerDies("after", "GET", VERSION), Passes(300)),
    )
    copied = Together(StartsOverHttp(2), Waits(2, "Replicating"))
    return _one_after_another(copied, Passes(45), numbers.choice(doings), Passes(1800))


def a_region_is_still_copied(numbers: random.Random) -> Happening:
    """Somebody adds a region to the version about which people are asked: late or never it gets its copy."""
    slow: dict[str, Any] = numbers.choice(({"replicationStalls": [ADDED]}, {"replicationSeconds": {ADDED: 20_000}}))
    asked = Together(StartsOverHttp(0), Waits(0, "AwaitingApproval"))
    added = _one_after_another(AzureIs(slow), ChangesVersion(0, "one more"), Passes(900))
    return _one_after_another(asked, added, Decides(0, "approve", "api"), Passes(1800))


def nobody_hears_of_a_tag(_numbers: random.Random) -> Happening:
    """The event of a tag never comes, on an image that few others touch: the sweep alone can find it."""
    return _one_after_another(EventsAreDropped(), Tags(2), Passes(7_200))


LEADS: tuple[Trouble, ...] = (
    a_delete_is_put_off,
    a_delete_is_stopped,
    a_delete_is_lost,
    a_user_is_hidden,
    a_question_is_played_with,
    a_copy_outlives_its_source,
    what_is_asked_about_changes,
    a_worker_dies_of_a_write,
    a_worker_dies_of_asking,
    a_copy_is_interfered_with,
    a_region_is_still_copied,
    nobody_hears_of_a_tag,
)
