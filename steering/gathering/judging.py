"""What whoever decides has to know of a question as things stand, judged once for the page and for the API."""

from typing import NamedTuple

from migration.asking.settings import Settings
from migration.course.wishes import withdrawn
from migration.plan.carrying import changes
from migration.promise.checks import Check, judge, obstacle
from migration.promise.evidence import Evidence, Part
from migration.promise.rules import Facts, copy_refusal
from migration.record.asked import Asked
from migration.record.image_record import Answered
from migration.users.kinds import blocking
from migration.values.answer import Refusal


class Judged(NamedTuple):
    """The checks, what would keep the source were it approved now, and what of the source its copy does not have."""

    checks: list[Check]
    obstacle: Refusal | None
    losses: list[str]


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
