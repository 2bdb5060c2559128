"""What whoever approves a fleet is shown, in words: each image with its checks and what would happen, or its result."""

from collections.abc import Sequence
from typing import Any

from migration.approval.approval import Approval, Decision
from migration.asking.settings import Settings
from migration.fleet.fleet import Fleet
from migration.promise.shown import users_by_kind
from migration.runbook.guide import answer_step
from migration.telling.messages import shown_requester
from migration.telling.of_fleets.due import asking
from migration.telling.of_fleets.messages import counted
from migration.telling.of_fleets.standing import FleetStand
from migration.users.kinds import kind_of
from migration.values.ids import IMAGE_VERSION, ResourceId
from migration.values.words.capitals import capitalised
from migration.values.words.spans import in_words
from steering.fleets.approving.asking import SeenQuestion
from steering.fleets.approving.deciding import Result
from steering.gathering.judging import becomes_latest
from triggers.fleets.showing import counts

_DONE = {
    Decision.APPROVE: "Approved: everything is checked once more, then the source image is deleted.",
    Decision.ACCEPT: "Accepted: the source image is kept.",
    Decision.REJECT: "Rejected: the source image is kept.",
}


def picture(stand: FleetStand, seen: Sequence[SeenQuestion], settings: Settings) -> dict[str, Any]:
    """Return the values of the page that do not depend on what was sent to it."""
    return {
        "fleet": stand.fleet,
        "stands": counted(stand),
        "asker": shown_requester(stand.fleet.requested_by),
        "asking": len(asking(stand)),
        "rows": [_image_row(one, settings) for one in seen],
        "counts": {decision.value: count for decision, count in counts(seen).items()},
        "problems": sum(not one.is_good for one in seen),
        "deletes": sum(_deletes(one) for one in seen),
        "expires_at": min((one.asked.question.expires_at for one in seen), default=None),
        "read_at": min((one.evidence.read_at for one in seen if one.evidence), default=None),
    }


def _image_row(seen: SeenQuestion, settings: Settings) -> dict[str, Any]:
    asked, outlook = seen.asked, seen.outlook
    users = users_by_kind(seen.evidence.users) if seen.evidence else []
    return {
        "number": seen.open.member.number,
        "name": asked.plan.source.name,
        "source_id": asked.plan.source.id,
        "version_id": asked.version_id,
        "version_name": _version_name(asked.version_id),
        "shown": seen.named(settings).text,
        "good": seen.is_good,
        "deletes": _deletes(seen),
        "allows": [one.value for one in seen.allows],
        "would": _would(seen),
        "against": outlook.against if outlook else [],
        "unmet": [one.text for one in outlook.checks if not one.good] if outlook else [],
        "checks": outlook.checks if outlook else [],
        "losses": outlook.losses if outlook else [],
        "unread": seen.unread,
        "barred": seen.barred.message if seen.barred else None,
        "users": [(kind_of(one.kind).counted(one.count), one.ids, one.count) for one in users],
        "expires_at": asked.question.expires_at,
    }


def _deletes(seen: SeenQuestion) -> bool:
    return seen.asked.deletes and Decision.APPROVE in seen.allows


def _would(seen: SeenQuestion) -> str:
    """Say what approving would do with an image."""
    asked, evidence = seen.asked, seen.evidence
    if seen.barred is not None:
        return "You cannot decide about it"
    if evidence is None:
        return "Not known: it can be rejected only"
    latest = ", the version becomes eligible as latest" if becomes_latest(asked, evidence) else ", the version stays"
    if _deletes(seen):
        return f"The source image is deleted{latest}"
    if Decision.APPROVE in seen.allows:
        later = f"; {in_words(asked.plan.soak)} later its delete is asked about" if asked.question.precedes_soak else ""
        return f"The source image is kept{latest}{later}"
    return "Nothing: it cannot be approved now, and is kept"


def results_picture(fleet: Fleet, results: Sequence[Result], decision: Decision) -> dict[str, Any]:
    """Return the values of the page that lists each image's result, those that were not decided first."""
    rows = [_result(one) for one in results]
    decided = sum(row["decided"] for row in rows)
    return {
        "fleet": fleet,
        "decision": decision.value,
        "decided": decided,
        "rows": sorted(rows, key=lambda row: (row["decided"], row["number"])),
        "again": any(one.is_to_be_sent_again for one in results),
    }


def _result(result: Result) -> dict[str, Any]:
    said, member = result.said, result.member
    source = member.request.source_image_id if member else ""
    is_decided = isinstance(said, Approval)
    return {
        "number": result.named.number,
        "name": source.rpartition("/")[2] or f"number {result.named.number}",
        "source_id": source,
        "decided": is_decided,
        "words": _DONE[said.decision] if isinstance(said, Approval) else f"{capitalised(said.message.rstrip('.'))}.",
        "step": None if isinstance(said, Approval) else answer_step(said.code),
    }


def _version_name(version_id: str) -> str:
    *_, definition, version = ResourceId.parse(version_id, IMAGE_VERSION).names
    return f"{definition} {version}"
