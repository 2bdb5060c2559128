"""Migrations in every state that a page can show, and fleets of them, as records and rows that the app itself wrote."""

from datetime import UTC, datetime, timedelta
from typing import Any

from migration.approval.soak import Postponed, Soak
from migration.asking.start import MigrationStart
from migration.fleet.fleet import Fleet, FleetStage, FleetTerms, WaveStart
from migration.fleet.member import Member, MemberStage
from migration.record.audit import decision_entry, entry
from migration.record.image_record import ImageRecord, new_record
from migration.record.question import Decided, Stage
from migration.record.run import Obstacle, Queued, Run, RunStage
from migration.values.answer import SETTINGS, Refusal
from migration.values.ids import instance_id_for
from migration.values.occasion import Occasion
from migration.values.outcome import OutcomeKind, Phase, SourceSeen
from migration.values.problems import Problem
from records.fleets.held import write_fleet
from records.index import note
from tests.support.fakes.fake_records import FakeRecords
from tests.support.samples import (
    VERSION,
    changed,
    done,
    make_approval,
    make_copied,
    make_image,
    make_outcome,
    make_person,
    make_plan,
    make_question,
    make_request,
    make_run,
    make_start,
    replica,
    targets,
)

SUBSCRIPTIONS = ("c0ffee00-0000-4000-8000-00000000000a", "c0ffee00-0000-4000-8000-00000000000b")
GROUPS = ("images-web", "images-build", "images-data")
OWNERS = ("web-team", "build-team", "data-team")
REGIONS = ("eastus2", "westus2", "northeurope")
CHECKS = ["Every region holds a complete replica", "Nobody uses the source image: 3 kinds were looked for"]
FLEET = "fleet-" + "0f" * 16
_BEFORE_THE_END = {"admitted": 190, "planned": 189, "started": 187, "replicated": 150, "asked": 149}  # minutes


def source_of(name: str, number: int = 0) -> str:
    where = f"/subscriptions/{SUBSCRIPTIONS[number % 2]}/resourceGroups/{GROUPS[number % 3]}"
    return f"{where}/providers/Microsoft.Compute/images/{name}"


def _past(now: datetime, name: str) -> datetime:
    return now - timedelta(minutes=_BEFORE_THE_END[name])


def _way(now: datetime) -> list[Any]:
    """What an audit says of a run that has asked."""
    return [
        entry(_past(now, "admitted"), "requested", by="grace@contoso.com", via="tag"),
        entry(_past(now, "planned"), "planned", VERSION),
        entry(_past(now, "started"), "version started", image_version_id=VERSION),
        entry(_past(now, "replicated"), "version verified", image_version_id=VERSION),
        entry(_past(now, "asked"), "asked", "told 2 of 2 (approvalNeeded)", occasion=Occasion.APPROVAL_NEEDED),
    ]


def run_in(state: str, now: datetime, **changes: Any) -> Run:
    """A run in one of the states below, as it is now."""
    phase, known = _states(now)[state]
    start = make_start(requested_by="grace@contoso.com", asked_by="tag")
    usual: dict[str, Any] = {
        "start": start,
        "requesters": [make_person("grace@contoso.com")],
        "admitted_at": _past(now, "admitted"),
        "audit": _way(now)[: _HAPPENED.get(phase, 5)],
        "regions": _regions(now) if phase in _AFTER_REPLICATION else [],
    }
    usual |= {"plan": _plan()} if phase is not Phase.PLANNING else {}
    usual |= {"image_version_id": VERSION} if phase in _AFTER_REPLICATION else {}
    return changed(make_run(phase), {**usual, **known, **changes})


_HAPPENED = {Phase.PLANNING: 1, Phase.PREPARING: 2, Phase.CREATING: 2, Phase.REPLICATING: 3}
_AFTER_REPLICATION = {Phase.VERIFYING, Phase.AWAITING_APPROVAL, Phase.PROMOTING, Phase.SOAKING, Phase.DELETING_SOURCE}
_AFTER_REPLICATION |= {Phase.DONE}


def _plan(**changes: Any) -> Any:
    notes = ["The version is excluded from latest until it is approved."]
    return make_plan(target_regions=targets(*REGIONS, replicas=3), notes=notes, **changes)


def _regions(now: datetime) -> list[Any]:
    return [
        one.changed(completed_at=_past(now, "replicated") - timedelta(minutes=1 + 4 * number), replicas=3)
        for number, one in enumerate(done(*REGIONS))
    ]


def _replicating() -> list[Any]:
    half = replica("westus2", "Replicating", progress=62, replicas=3)
    return [*done("eastus2"), half, replica("northeurope", "Replicating", progress=18, replicas=3)]


def _states(now: datetime) -> dict[str, tuple[Phase, dict[str, Any]]]:
    later = now + timedelta(days=2, hours=5)
    question = make_question(asked_at=_past(now, "asked"), expires_at=later)
    approved = Decided(approval=make_approval(approver="Ada Lovelace", checks=CHECKS), at=now - timedelta(minutes=9))
    closed = question.changed(stage=Stage.APPROVED, decided=approved)
    soak = Soak(began_at=now - timedelta(days=3), until=now + timedelta(days=11), copied=make_copied())
    why = Postponed(
        code="SourceInUse",
        message="it is used by scale set shop-front (and 2 more)",
        since=now - timedelta(hours=20),
        next_look_at=now + timedelta(hours=4),
    )
    throttled = Obstacle(code="TooManyRequests", message="Azure is throttling", since=now - timedelta(minutes=12))
    missing = Obstacle(code=SETTINGS, message="MIGRATION_NOTIFY: 'x' is no address", since=now - timedelta(hours=2))
    return {
        "planning": (Phase.PLANNING, {}),
        "preparing": (Phase.PREPARING, {}),
        "waiting for a place": (Phase.CREATING, {"queued": Queued(since=now, position=3, waiting=12, making=20)}),
        "creating": (Phase.CREATING, {}),
        "throttled": (Phase.CREATING, {"obstacles": [throttled]}),
        "without settings": (Phase.VERIFYING, {"obstacles": [missing]}),
        "replicating": (Phase.REPLICATING, {"regions": _replicating(), "replication_since": _past(now, "started")}),
        "verifying": (Phase.VERIFYING, {}),
        "asked": (Phase.AWAITING_APPROVAL, {"question": question}),
        "about to expire": (
            Phase.AWAITING_APPROVAL,
            {"question": question.changed(expires_at=now + timedelta(minutes=50))},
        ),
        "expired": (Phase.AWAITING_APPROVAL, {"question": question.changed(expires_at=now - timedelta(minutes=1))}),
        "promoting": (Phase.PROMOTING, {"question": closed, "audit": [*_way(now), _decided(approved)]}),
        "soaking": (Phase.SOAKING, {"soak": soak, "plan": _plan(soak=timedelta(days=14))}),
        "postponed": (Phase.SOAKING, {"soak": soak.changed(until=now - timedelta(days=1), postponed=why)}),
        "deleting": (Phase.DELETING_SOURCE, {"question": closed.changed(stage=Stage.SENT)}),
        **{name: (Phase.DONE, _ended(now, approved, closed, outcome)) for name, outcome in _OUTCOMES.items()},
    }


_OUTCOMES: dict[str, dict[str, Any]] = {
    "migrated": {
        "kind": OutcomeKind.MIGRATED,
        "code": "Migrated",
        "reason": "approved by Ada Lovelace",
        "step": Phase.DELETING_SOURCE,
    },
    "rejected": {"kind": OutcomeKind.SOURCE_KEPT, "code": "Rejected", "reason": "Ada Lovelace: it does not boot"},
    "in use": {
        "kind": OutcomeKind.SOURCE_KEPT,
        "code": "SourceInUse",
        "reason": "it is used by scale set shop-front (and 2 more)",
    },
    "refused": {
        "kind": OutcomeKind.REFUSED,
        "code": "PlanRefused",
        "reason": "targetRegions: 'mars' is no region (and 1 more)",
        "step": Phase.PLANNING,
        "problems": [
            Problem(field="targetRegions", code="RegionUnknown", message="'mars' is no region"),
            Problem(field="gallery", code="GalleryMissing", message="there is no gallery shared_images"),
        ],
    },
    "failed": {
        "kind": OutcomeKind.FAILED,
        "code": "ReplicationTimeout",
        "reason": "westus2 was at 62 % after 12 hours",
        "step": Phase.REPLICATING,
        "left_behind": [VERSION],
    },
    "cancelled": {"kind": OutcomeKind.CANCELLED, "code": "Cancelled", "reason": "cancelled by grace@contoso.com"},
    "unknown": {
        "kind": OutcomeKind.UNKNOWN,
        "code": "DeleteUnproven",
        "reason": "the delete was sent, and Azure has not said what came of it",
        "step": Phase.DELETING_SOURCE,
    },
}


def _decided(one: Decided) -> Any:
    return decision_entry(one.approval, one.at)


def _ended(now: datetime, approved: Decided, closed: Any, fields: dict[str, Any]) -> dict[str, Any]:
    seen = SourceSeen.GONE if fields["kind"] is OutcomeKind.MIGRATED else SourceSeen.THERE
    outcome = changed(make_outcome(), {"source": seen, **fields})
    told = entry(now - timedelta(minutes=4), "ended", outcome.reason, kind=outcome.kind, code=outcome.code)
    came = _way(now)[: {Phase.PLANNING: 1, Phase.REPLICATING: 3}.get(outcome.step, 5)]
    is_decided = outcome.kind in {OutcomeKind.MIGRATED, OutcomeKind.UNKNOWN}
    decisions = [_decided(approved)] if is_decided else []
    known: dict[str, Any] = {"stage": RunStage.ENDED, "outcome": outcome, "ended_at": now - timedelta(minutes=4)}
    known |= {"question": closed} if is_decided else {}
    known |= {"regions": [], "plan": None, "image_version_id": None} if outcome.step is Phase.PLANNING else {}
    known |= {"regions": _replicating()} if outcome.step is Phase.REPLICATING else {}
    return known | {"audit": [*came, *decisions, told]}


STATES = tuple(_states(datetime(2026, 1, 1, tzinfo=UTC)))


async def keep_run(records: FakeRecords, source: str, run: Run, at: datetime) -> ImageRecord:
    """Have the records and the list know a run of this image."""
    start: MigrationStart = changed(run.start, {"source_image_id": source, "id": instance_id_for(source)})
    image = make_image(id=source, name=source.rpartition("/")[2])
    plan = run.plan.changed(source=image) if run.plan else None
    known = changed(run, {"start": start, "plan": plan})
    record = changed(new_record(source, run.admitted_at), {"run": known, "updated_at": at})
    records.put(record)
    await note(record, known)
    return record


def fleet(size: int, now: datetime, **changes: Any) -> Fleet:
    known = Fleet(
        id=FLEET,
        name="Web images, winter",
        terms=FleetTerms(wave_starts=[WaveStart(wave=3, at=now + timedelta(days=1))]),
        size=size,
        requested_by="grace@contoso.com",
        created_at=now - timedelta(hours=5),
        at=now - timedelta(hours=5),
    )
    return changed(known, changes)


def paused(size: int, now: datetime) -> Fleet:
    why = {"by": "Ada Lovelace", "reason": "wait for the quota in westus2", "at": now - timedelta(minutes=40)}
    return fleet(size, now, stage=FleetStage.PAUSED, **why)


# How many of a hundred images of a fleet are in which state, in the order of their turns.
_OF_A_HUNDRED = (
    *[("migrated", 24), ("rejected", 3), ("in use", 3), ("failed", 2), ("refused", 1), ("asked", 12)],
    *[("about to expire", 2), ("soaking", 6), ("postponed", 1), ("throttled", 1), ("replicating", 7)],
    *[("waiting for a place", 4), ("creating", 2)],
)


async def keep_fleet(records: FakeRecords, of: Fleet, now: datetime, wave_size: int = 100) -> list[Member]:
    """Have the records know a fleet with images in all states, some of which it has not started yet."""
    states = [state for state, share in _OF_A_HUNDRED for _ in range(share)]
    runs = {state: run_in(state, now) for state in set(states)}
    members = []
    for number in range(1, of.size + 1):
        source = source_of(f"web-{20240000 + number}", number)
        state = states[(number - 1) * 100 // of.size] if (number - 1) * 100 // of.size < len(states) else None
        member = Member(
            request=make_request(sourceImageId=source),
            number=number,
            wave=(number - 1) // wave_size + 1,
            owner=OWNERS[number % 3],
            stage=MemberStage.STARTED if state else MemberStage.WAITING,
            run=f"run {number}" if state else None,
            left_out=number == of.size,
        )
        if number == of.size - 1:
            why = Refusal(code="AlreadyRunning", message="a migration of it was under way already")
            member = changed(member, {"stage": MemberStage.PASSED, "why": why})
        members.append(member)
        if state:
            run = changed(runs[state], {"id": f"run {number}", "start": runs[state].start.changed(fleet=of.id)})
            await keep_run(records, source, run, now - timedelta(minutes=number % 300))
    await write_fleet(of, members)
    return members


async def keep_every_state(records: FakeRecords, now: datetime) -> dict[str, ImageRecord]:
    """Have the records know an image in each state; returns their records."""
    found = {}
    for number, state in enumerate(STATES):
        name = f"{state.replace(' ', '-')}-{number:02}"
        at = now - timedelta(minutes=7 * number)
        found[state] = await keep_run(records, source_of(name, number), run_in(state, now), at)
    return found
