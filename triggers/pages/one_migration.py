"""One migration: how it stands, what to do, what happened and when, its regions, its plan, earlier runs."""

from datetime import datetime
from typing import Any, NamedTuple

from arm.transport.cloud import get_portal
from migration.plan.plan import Plan
from migration.record.image_record import ImageRecord
from migration.record.run import Run
from migration.telling.status import Status
from migration.values.outcome import Phase
from migration.values.words.spans import in_words
from triggers.pages.entrance import PATH
from triggers.pages.standing.rows import version_name, where
from triggers.pages.standing.state import OUTCOMES, PHASES, ago, state_of
from triggers.pages.timeline import timeline

_DELETE = {"afterApproval": "after approval", "never": "never"}


class Step(NamedTuple):
    """A phase on the way: `state` is done, now or ahead."""

    said: str
    state: str


class RegionLine(NamedTuple):
    """A target region: what is wanted there, and how far it is."""

    name: str
    replicas: int
    storage: str
    state: str
    progress: int
    details: str


class Earlier(NamedTuple):
    """A run before: how it ended, and when."""

    at: datetime
    said: str
    why: str
    by: str


def migration_page(record: ImageRecord, run: Run, status: Status, before: list[Run], now: datetime) -> dict[str, Any]:
    """Return the values of the page of a migration: all of it is the record's, and nothing of it opens anything."""
    name, place = where(record.source_image_id)
    happened = timeline(run)
    end = run.ended_at or (record.updated_at if run.outcome else None)
    stood_at = end or record.updated_at
    checked = next((one for one in reversed(happened) if one.checks), None)
    return {
        "id": record.migration_id,
        "name": name,
        "place": place,
        "source_id": record.source_image_id,
        "version_id": run.image_version_id,
        "version_name": version_name(run.image_version_id) if run.image_version_id else "",
        "portal": get_portal(),
        "state": state_of(record.migration_id, status, now),
        "stood_at": stood_at,
        "stood_for": ago(stood_at, now),
        "status": status,
        "run": run,
        "source_gone": bool(run.outcome and run.outcome.is_source_gone),
        "fleet_href": f"{PATH}/fleets/{status.fleet}" if status.fleet else None,
        "began": ago(run.admitted_at, now),
        "took": in_words((end or now) - run.admitted_at),
        "is_over": run.outcome is not None,
        "steps": _steps(run),
        "happened": happened,
        "regions": _region_lines(run),
        "plan": _plan_told(run.plan) if run.plan else [],
        "notes": run.plan.notes if run.plan else [],
        "seen": run.notes,
        "checked": checked,
        "before": [_earlier(one) for one in before],
        "now": now,
    }


def _steps(run: Run) -> list[Step]:
    """Return the phases that this run goes through; where it ended early, the one in which it did is the last."""
    phases = [phase for phase in Phase if phase is not Phase.DONE and _is_on_the_way(phase, run)]
    if run.outcome is None:
        now = phases.index(run.phase) if run.phase in phases else 0
        return [Step(PHASES[one], _PLACE[(at > now) - (at < now)]) for at, one in enumerate(phases)]
    if run.outcome.step not in phases:
        return [Step(PHASES[one], "done") for one in phases]
    last = phases.index(run.outcome.step)
    ended = "failed" if run.outcome.is_failure else "done"
    return [
        Step(PHASES[one], ended if at == last else "done" if at < last else "ahead") for at, one in enumerate(phases)
    ]


_PLACE = {-1: "done", 0: "now", 1: "ahead"}


def _is_on_the_way(phase: Phase, run: Run) -> bool:
    reached = phase is run.phase or (run.outcome is not None and phase is run.outcome.step)
    if phase is Phase.SOAKING:
        return reached or bool(run.plan and run.plan.soak) or run.soak is not None
    if phase in {Phase.AWAITING_APPROVAL, Phase.DELETING_SOURCE}:
        return reached or run.plan is None or run.plan.delete_source.value != "never" or run.question is not None
    return True


def _region_lines(run: Run) -> list[RegionLine]:
    """Return the regions that are wanted, those that are behind first."""
    known = {one.name: one for one in run.regions}
    wanted = {one.name: one for one in run.plan.target_regions} if run.plan else {}
    found = []
    for name in dict.fromkeys([*known, *wanted]):
        seen, asked = known.get(name), wanted.get(name)
        found.append(
            RegionLine(
                name,
                asked.replica_count if asked else seen.replicas if seen else 0,
                (asked.storage_account_type or "") if asked else "",
                seen.state if seen else "Not begun",
                seen.progress if seen else 0,
                (seen.details or "") if seen else "",
            )
        )
    return sorted(found, key=lambda one: (one.progress, one.name))


def _plan_told(plan: Plan) -> list[tuple[str, str]]:
    new = {True: "new", False: "there already"}
    facts = [
        ("Gallery", f"{plan.gallery.name} ({new[plan.create_gallery]})"),
        ("Image definition", f"{plan.definition.name} ({new[plan.create_definition]})"),
        ("Version", f"{plan.version}{' (made by an earlier run)' if plan.adopt_version else ''}"),
        ("System", f"{plan.definition.os_type}, generation {plan.definition.generation.removeprefix('V')}"),
        ("Source deleted", _DELETE.get(plan.delete_source.value, plan.delete_source.value)),
        ("Eligible as latest", _latest(plan)),
    ]
    if plan.soak:
        facts.append(("Soak", in_words(plan.soak)))
    if plan.end_of_life_date is not None:
        facts.append(("End of life", f"{plan.end_of_life_date:%Y-%m-%d}"))
    if plan.protect:
        facts.append(("Protected", "not to be deleted before its end of life"))
    return facts


def _latest(plan: Plan) -> str:
    if plan.exclude_from_latest:
        return "no, as was asked"
    return f"no: {plan.stays_excluded}" if plan.stays_excluded else "yes, once it is approved or verified"


def _earlier(run: Run) -> Earlier:
    said = OUTCOMES[run.outcome.kind] if run.outcome else "Not known how it ended"
    why = run.outcome.reason if run.outcome else ""
    return Earlier(run.ended_at or run.admitted_at, said, why, run.requesters[-1].name)
