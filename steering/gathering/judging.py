"""What whoever decides has to know of a question as things stand, judged once for the pages and for the API.

What may be decided as things stand, and what stands against the rest: only what can be done is offered.
"""

from typing import NamedTuple

from migration.approval.approval import Decision
from migration.asking.settings import Settings
from migration.course.wishes import withdrawn
from migration.plan.carrying import changes
from migration.promise.checks import Check, judge, obstacle, of_version
from migration.promise.evidence import Evidence, Part
from migration.promise.rules import Facts, copy_refusal
from migration.record.asked import Asked
from migration.record.image_record import Answered
from migration.runbook.guide import cure
from migration.telling.answers import Consequence
from migration.users.kinds import blocking
from migration.values.answer import Refusal


class Judged(NamedTuple):
    """The checks, what would keep the source were it approved now, and what of the source its copy does not have."""

    checks: list[Check]
    obstacle: Refusal | None
    losses: list[str]


class Against(NamedTuple):
    """What stands against a decision, and what would cure it."""

    text: str
    cure: str


class Outlook(NamedTuple):
    """`checks` are those that count for what can come of it, `losses` what of the source its copy does not have."""

    offers: list[Decision]
    against: list[Against]
    checks: list[Check]
    losses: list[str]


def outlook_of(asked: Asked, evidence: Evidence, answered: Answered | None, settings: Settings) -> Outlook:
    """Judge what was read. A rejection is always possible; a source that is gone is not deleted."""
    found, hindrance, losses = judged(asked, evidence, answered, settings)
    may_delete = asked.deletes and not evidence.source_is_gone
    checks = found if may_delete else of_version(found)
    possible = {
        Decision.APPROVE: may_delete and hindrance is None,
        Decision.ACCEPT: is_acceptable(asked, evidence),
        Decision.REJECT: True,
    }
    offers = [decision for decision in asked.question.allows if possible[decision]]
    is_hindered = may_delete or not possible[Decision.ACCEPT]
    refusals = [(check.text, check.refusal.code) for check in checks if check.refusal] if is_hindered else []
    return Outlook(offers, [Against(text, cure(code)) for text, code in refusals], checks, losses)


def consequence(asked: Asked, evidence: Evidence, refusal: Refusal | None) -> Consequence:
    """Say what approving would do; what is gone already is neither deleted nor kept."""
    source = None if evidence.source_is_gone else asked.plan.source.id
    goes = asked.deletes and refusal is None
    keeps = [asked.version_id] if evidence.version else []
    return Consequence(
        deletes=source if goes else None,
        promotes=asked.version_id if becomes_latest(asked, evidence) else None,
        stays_excluded=stays_excluded(asked, evidence),
        keeps=keeps if goes or source is None else [*keeps, source],
    )


def judged(asked: Asked, evidence: Evidence, answered: Answered | None, settings: Settings) -> Judged:
    """Judge what was read. Where nothing asks whether the source may go, nothing stands against that."""
    wish = withdrawn(evidence.image, asked.run, asked.question.fingerprint, answered, settings)
    checks = judge(Facts(evidence, asked.plan, asked.question.copied, wish, blocking(settings.block_on)))
    is_kept = asked.deletes and not evidence.source_is_gone
    return Judged(checks, obstacle(checks) if is_kept else None, _losses(asked, evidence, settings.tag))


def is_acceptable(asked: Asked, evidence: Evidence) -> bool:
    """Tell whether the version can become what was asked for: it is there, complete, and the one asked about."""
    version = evidence.version
    return version is not None and copy_refusal(version, asked.plan, asked.question.copied) is None


def becomes_latest(asked: Asked, evidence: Evidence) -> bool:
    """Tell whether the version would become eligible as latest, were it approved or accepted now."""
    return (
        is_acceptable(asked, evidence)
        and not asked.plan.exclude_from_latest
        and stays_excluded(asked, evidence) is None
    )


def stays_excluded(asked: Asked, evidence: Evidence) -> str | None:
    """Say why the version would not become eligible as latest though nobody asked for that; None where it would."""
    if not asked.plan.is_judged_by_age:
        return None
    why = evidence.older or evidence.unread.get(Part.OLDER)
    return why.message if why else None


def _losses(asked: Asked, evidence: Evidence, tag: str) -> list[str]:
    """Say what of the source its copy does not have, as far as both are there."""
    if evidence.version is None:
        return []
    return changes(asked.plan, evidence.image or asked.plan.source, evidence.version, tag)
