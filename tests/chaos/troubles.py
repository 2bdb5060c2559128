"""The kinds of trouble that a schedule may have: each makes a happening of its kind, by numbers from the seed."""

import random
from collections.abc import Callable
from typing import Any

from tests.chaos.happenings.decisions import Contradict, Decides, Forges, Overtakes, Replays
from tests.chaos.happenings.faults import (
    IMAGE,
    OPERATION,
    RECORD,
    USERS,
    VERSION,
    Fails,
    NothingFails,
    TableIsDeleted,
)
from tests.chaos.happenings.happening import OPTIONS, TAG, Happening
from tests.chaos.happenings.others import (
    AzureIs,
    ChangesVersion,
    DeletesDefinition,
    DeletesImage,
    DeletesVersion,
    Locks,
    MakesImage,
    MakesShallowVersion,
    Rebuilds,
    RemakesVersion,
    StopsUsing,
    TakesNumber,
    Unlocks,
    Uses,
)
from tests.chaos.happenings.platform import (
    ClockLooks,
    HubGivesNoAnswer,
    HubIsLost,
    InstanceIs,
    NewerReleaseIsBack,
    NewerReleaseRan,
    SettingsAre,
    TurnsAreLost,
    WorkerDies,
    WorkerDiesNow,
)
from tests.chaos.happenings.time import Jumps, Meanwhile, Passes
from tests.chaos.happenings.ways import (
    EventsAreDropped,
    EventsAreLate,
    EventsComeTwice,
    MessagesAreHeld,
    MessagesAreLost,
    OldEventsComeAgain,
)
from tests.chaos.happenings.wishes import (
    AsksAgain,
    Cancels,
    CancelsByHand,
    Looks,
    Pauses,
    ReplacesTags,
    StartsOverHttp,
    Sweeps,
    Tags,
)

type Trouble = Callable[[random.Random], Happening]
_ARM = (
    ("DELETE", IMAGE),
    ("PUT", VERSION),
    ("GET", VERSION),
    ("GET", IMAGE),
    ("GET", USERS),
    ("GET", OPERATION),
    ("GET", "/locks$"),
    ("PATCH", "/tags/default$"),
    ("PUT", r"/images/[^/]+$"),
    ("*", "/galleries/"),
    ("POST", "/resources$"),
    ("*", ""),
)
_BUSY = {"status": 503, "code": "ServerBusy", "message": "try again"}
_CONFLICT = {"status": 412, "code": "UpdateConditionNotSatisfied", "message": "somebody was quicker"}
_MISSING = {"status": 404, "code": "ResourceNotFound", "message": "not seen"}
_REFUSED = {"status": 409, "code": "Conflict", "message": "another operation is in progress"}


def azure_fails(numbers: random.Random) -> Happening:
    method, path = numbers.choice(_ARM)
    effects: tuple[dict[str, Any], ...] = (
        {"drop": "after"},
        {"drop": "before"},
        {"error": _BUSY},
        {"error": _REFUSED},
        {"error": _MISSING} if method == "GET" else {"drop": "after"},
        {"corrupt": numbers.choice(("truncated", "empty", "html", "hollow"))},
    )
    times = {"times": numbers.choice((1, 1, 2, 5, 40)), "skip": numbers.choice((0, 0, 0, 1, 3))}
    return Fails({"method": method, "path": path, **numbers.choice(effects), **times})


def an_answer_is_lost(numbers: random.Random) -> Happening:
    """After its effect: of what is written."""
    method, path = numbers.choice((("DELETE", IMAGE), ("PUT", VERSION), ("PUT", "/images/[^/]+$"), ("PUT", "")))
    return Fails({"method": method, "path": path, "drop": "after", "times": numbers.choice((1, 1, 2))})


def something_is_not_seen_once(numbers: random.Random) -> Happening:
    path = numbers.choice((IMAGE, VERSION, "/galleries/[^/]+$", "/galleries/[^/]+/images/[^/]+$"))
    return Fails({"method": "GET", "path": path, "error": _MISSING, "times": 1, "skip": numbers.choice((0, 1, 2))})


def azure_throttles(numbers: random.Random) -> Happening:
    advice: dict[str, Any] = numbers.choice(({}, {"retryAfterSeconds": 17}, {"retryAfterSeconds": 900}))
    kind = numbers.choice(("compute", "subscription", "resource", "plain"))
    path = numbers.choice(("", "/galleries/", "/virtualMachines"))
    return Fails({"path": path, "throttle": kind, "times": numbers.choice((3, 20, 120)), **advice})


def azure_is_slow(numbers: random.Random) -> Happening:
    method, path = numbers.choice(_ARM)
    slow: dict[str, Any] = numbers.choice(({"delaySeconds": 20}, {"delaySeconds": 200}, {"hang": True}))
    return Fails({"method": method, "path": path, **slow, "times": numbers.choice((1, 3))})


def an_operation_fails(numbers: random.Random) -> Happening:
    kind = numbers.choice(
        ("imageVersionCreate", "imageVersionUpdate", "imageDelete", "imageDefinitionCreate", "imageUpdate")
    )
    error = {"status": 409, "code": numbers.choice(("InternalExecutionError", "Conflict")), "message": "it ended badly"}
    return Fails({"operation": kind, "error": error, "times": numbers.choice((1, 1, 2))})


def replication_is_odd(numbers: random.Random) -> Happening:
    kinds: tuple[dict[str, Any], ...] = (
        {"replicationStalls": ["westus2"]},
        {"replicationFailures": {"westus2": "the region had no room"}},
        {"replicationSetbacks": ["westus2", "eastus2"]},
        {"replicationJumps": ["eastus2"]},
        {"replicationSeconds": {"westus2": 20_000}},
        {"replicationStalls": [], "replicationFailures": {}},
        {"durationsSeconds": {"imageDelete": 5_000}},
        {"durationsSeconds": {"imageVersionUpdate": 9_000}},
    )
    return AzureIs(numbers.choice(kinds))


def reads_are_stale(numbers: random.Random) -> Happening:
    kinds: tuple[dict[str, Any], ...] = (
        {"resourceGraphDelaySeconds": numbers.choice((0, 60, 3600))},
        {"parentUnseenSeconds": 90},
        {"deletedStillSeenSeconds": 90},
        {"pageSize": 1},
        {"entityPageSize": 1},
    )
    return AzureIs(numbers.choice(kinds))


def rights_are_missing(numbers: random.Random) -> Happening:
    group = "/subscriptions/c0ffee00-0000-4000-8000-000000000001/resourceGroups/"
    denied: tuple[dict[str, str], ...] = (
        {"Microsoft.Compute/virtualMachines/read": f"{group}shop"},
        {"Microsoft.Compute/virtualMachineScaleSets/read": f"{group}shop"},
        {"Microsoft.Compute/images/delete": f"{group}images"},
        {"Microsoft.Compute/galleries/images/versions/write": f"{group}galleries"},
        {"Microsoft.Authorization/locks/read": f"{group}images"},
        {},
    )
    granted = {"Microsoft.Compute/*": f"{group}images"}
    return AzureIs({"deniedActions": numbers.choice(denied), "grantedActions": granted})


def storage_fails(numbers: random.Random) -> Happening:
    method = numbers.choice(("PUT", "PUT", "POST", "GET", "*"))
    effects: tuple[dict[str, Any], ...] = (
        {"drop": "after"},
        {"drop": "before"},
        {"error": _BUSY},
        {"delaySeconds": 30},
        {"corrupt": "html"},
    )
    path = numbers.choice((RECORD, RECORD, "", "PartitionKey='list'", "PartitionKey='run'"))
    times = {"times": numbers.choice((1, 2, 4, 30)), "skip": numbers.choice((0, 0, 1, 4))}
    return Fails({"service": "storage", "method": method, "path": path, **numbers.choice(effects), **times})


def swaps_conflict(numbers: random.Random) -> Happening:
    times = numbers.choice((1, 5, 19, 20, 25))
    return Fails({"service": "storage", "method": "PUT", "path": RECORD, "error": _CONFLICT, "times": times})


def the_table_is_deleted(numbers: random.Random) -> Happening:
    return numbers.choice((TableIsDeleted(), AzureIs({"deletedTableHeldSeconds": 45}), NothingFails()))


def a_worker_dies_of_a_call(numbers: random.Random) -> Happening:
    when = numbers.choice(("before", "after"))
    calls = (*_ARM, ("PUT", RECORD), ("POST", "imageMigrations$"), ("PUT", "PartitionKey"))
    method, path = numbers.choice(calls)
    return WorkerDies(when, method, path, numbers.choice((1, 1, 2, 5)))


def workers_die(numbers: random.Random) -> Happening:
    return numbers.choice((WorkerDiesNow(), WorkerDies("after", "*", "", numbers.randint(1, 60)), Passes(3)))


def turns_are_lost(numbers: random.Random) -> Happening:
    return TurnsAreLost(numbers.choice((1, 2, 5)))


def the_hub_is_lost(_numbers: random.Random) -> Happening:
    return HubIsLost()


def the_hub_is_away(numbers: random.Random) -> Happening:
    return HubGivesNoAnswer(numbers.choice((1, 3, 20)), numbers.random() < 0.5)


def somebody_has_the_hubs_key(numbers: random.Random) -> Happening:
    image = _image(numbers)
    return numbers.choice(
        (
            *(InstanceIs(image, how) for how in ("suspend", "resume", "terminate", "purge")),
            CancelsByHand(image),
            *(Forges(image, how) for how in ("callback", "version", "token", "start")),
        )
    )


def somebody_forges(numbers: random.Random) -> Happening:
    return Forges(_image(numbers), numbers.choice(("callback", "version", "token", "start")))


def decisions_come_again(numbers: random.Random) -> Happening:
    image = _image(numbers)
    decision = numbers.choice(("approve", "accept", "reject"))
    return numbers.choice(
        (
            Decides(image, decision, numbers.choice(("page", "api", "event")), numbers.choice((1, 2, 5))),
            Replays(image, numbers.choice(("form", "link"))),
            Contradict(image, decision, numbers.choice(("approve", "reject", "accept"))),
            Overtakes(image, numbers.choice(("approve", "reject", "accept")), decision, numbers.choice((1.3, 5))),
        )
    )


def images_are_rebuilt(numbers: random.Random) -> Happening:
    return _at_any_moment(numbers, Rebuilds(_image(numbers), numbers.random() < 0.7))


def images_are_deleted(numbers: random.Random) -> Happening:
    image = _image(numbers)
    return _at_any_moment(numbers, numbers.choice((DeletesImage(image), MakesImage(image))))


def images_are_used(numbers: random.Random) -> Happening:
    image = _image(numbers)
    by = numbers.choice(("scale set", "machine", "ephemeral"))
    doing = numbers.choice((Uses(image, by), Uses(image, "scale set"), StopsUsing(image), MakesShallowVersion()))
    return _at_any_moment(numbers, doing)


def images_are_locked(numbers: random.Random) -> Happening:
    image = _image(numbers)
    level = numbers.choice(("CanNotDelete", "ReadOnly"))
    return _at_any_moment(numbers, numbers.choice((Locks(image, level, numbers.random() < 0.5), Unlocks(image))))


def versions_are_touched(numbers: random.Random) -> Happening:
    image = _image(numbers)
    doings = (
        DeletesVersion(image),
        RemakesVersion(image),
        ChangesVersion(image, "regions"),
        ChangesVersion(image, "latest"),
        TakesNumber(image, numbers.choice(("1.0.0", "1.0.1"))),
        DeletesDefinition(image),
    )
    return _at_any_moment(numbers, numbers.choice(doings))


def tags_change(numbers: random.Random) -> Happening:
    image = _image(numbers)
    doings = (
        Tags(image, {TAG: None}),
        Tags(image, {TAG: "default"}),
        Tags(image, {"team": "shop"}),
        Tags(image, {TAG: "contoso_gallery", OPTIONS: "regions=eastus2"}),
        Tags(image, {OPTIONS: "delete-source=never"}),
        ReplacesTags(image, {"team": "nobody"}),
        ReplacesTags(image, {TAG: "default"}),
        Sweeps(),
    )
    return _at_any_moment(numbers, numbers.choice(doings))


def people_take_back(numbers: random.Random) -> Happening:
    image = _image(numbers)
    return _at_any_moment(numbers, numbers.choice((Cancels(image), AsksAgain(image), StartsOverHttp(image, 2))))


def starts_are_paused(numbers: random.Random) -> Happening:
    return Pauses(numbers.random() < 0.5)


def settings_change(numbers: random.Random) -> Happening:
    kinds: tuple[dict[str, str | None], ...] = (
        {"delete_source": "never"},
        {"delete_source": None},
        {"notify": "nowhere://at/all"},
        {"notify": "json://mail.example.net/another"},
        {"notify_digest": "PT2H"},
        {"notify_digest": None},
        {"soak": "PT1H"},
        {"soak": None},
        {"approval_validity": "PT10M"},
        {"regions": "eastus2,westus2"},
        {"regions": "no such region"},
        {"regions": None},
        {"paused": "true"},
        {"paused": None},
    )
    return SettingsAre(numbers.choice(kinds))


def releases_change(numbers: random.Random) -> Happening:
    image = _image(numbers)
    return numbers.choice(
        (NewerReleaseRan(image), NewerReleaseRan(image, locks=True), NewerReleaseIsBack(image), WorkerDiesNow())
    )


def events_get_lost(numbers: random.Random) -> Happening:
    return numbers.choice(
        (
            EventsAreDropped(numbers.choice((1, 3))),
            EventsComeTwice(numbers.choice((1, 4))),
            EventsAreLate(numbers.choice((1, 2)), numbers.choice((30, 900, 90_000))),
            OldEventsComeAgain(numbers.choice((1, 3, 8))),
            AzureIs({"eventsBeforeTheEnd": True}),
        )
    )


def messages_get_lost(numbers: random.Random) -> Happening:
    return numbers.choice((MessagesAreLost(numbers.choice((1, 4, 50))), MessagesAreHeld(numbers.choice((1, 2)))))


def clocks_are_odd(numbers: random.Random) -> Happening:
    jump = numbers.choice((90, 4000, 30_000, 200_000, 700_000))
    return numbers.choice((Jumps(jump), ClockLooks(), ClockLooks("measure_migrations"), Passes(jump)))


def people_look(numbers: random.Random) -> Happening:
    return Looks(_image(numbers))


def _image(numbers: random.Random) -> int:
    return numbers.choices((0, 1, 2), (5, 2, 1))[0]


_MOMENTS = (
    ("DELETE", IMAGE),
    ("GET", USERS),
    ("GET", USERS),
    ("GET", IMAGE),
    ("GET", VERSION),
    ("PUT", VERSION),
    ("PUT", RECORD),
    ("GET", "/locks$"),
)


def _at_any_moment(numbers: random.Random, what: Happening) -> Happening:
    """Now, or just when the app makes a call."""
    if numbers.random() < 0.45:
        return what
    method, path = numbers.choice(_MOMENTS)
    return Meanwhile(numbers.choice(("before", "after")), method, path, what, numbers.choice((1, 1, 2, 4, 9)))


TROUBLES: tuple[Trouble, ...] = (
    azure_fails,
    an_answer_is_lost,
    something_is_not_seen_once,
    azure_throttles,
    azure_is_slow,
    an_operation_fails,
    replication_is_odd,
    reads_are_stale,
    rights_are_missing,
    storage_fails,
    swaps_conflict,
    the_table_is_deleted,
    a_worker_dies_of_a_call,
    workers_die,
    turns_are_lost,
    the_hub_is_lost,
    the_hub_is_away,
    somebody_has_the_hubs_key,
    somebody_forges,
    decisions_come_again,
    images_are_rebuilt,
    images_are_deleted,
    images_are_used,
    images_are_locked,
    versions_are_touched,
    tags_change,
    people_take_back,
    starts_are_paused,
    settings_change,
    releases_change,
    events_get_lost,
    messages_get_lost,
    clocks_are_odd,
    people_look,
)
