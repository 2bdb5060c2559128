"""What whoever decides has to know of a question as things stand, judged once for the page and for the API."""

from typing import NamedTuple

from migration.asking.settings import settings
from migration.course.wishes import withdrawn
from migration.plan.carrying import changes
from migration.promise.checks import Check, judge, obstacle
from migration.promise.evidence import Evidence, Part
from migration.promise.rules import copy_refusal
from migration.record.asked import Asked
from migration.record.image_record import Answered
from migration.values.answer import Refusal


class Judged(NamedTuple):
    """The checks, what would keep the source were it approved now, and what of the source its copy does not have."""

    checks: list[Check]
    obstacle: Refusal | None
    losses: list[str]


def judged(asked: Asked, evidence: Evidence, answered: Answered | None) -> Judged:
    """Judge what was read. Where nothing asks whether the source may go, nothing stands against that."""
    checks = judge(evidence, asked.plan, asked.question.copied)
    against = _standing_against(asked, evidence, checks, answered) if asked.deletes else None
    return Judged(checks, against, _losses(asked, evidence))


def becomes_latest(asked: Asked, evidence: Evidence) -> bool:
    """Tell whether the version would become eligible as latest, were it approved or accepted now."""
    if evidence.version is None or asked.plan.exclude_from_latest or stays_excluded(asked, evidence):
        return False
    return copy_refusal(evidence.version, asked.plan, asked.question.copied) is None


def stays_excluded(asked: Asked, evidence: Evidence) -> str | None:
    """Say why the version would not become eligible as latest though nobody asked for that; None where it would."""
    if not asked.plan.is_judged_by_age:
        return None
    why = evidence.older or evidence.unread.get(Part.OLDER)
    return why.message if why else None


def _standing_against(
    asked: Asked, evidence: Evidence, checks: list[Check], answered: Answered | None
) -> Refusal | None:
    """Say what would keep the source as things stand."""
    refusal = None if evidence.source_is_gone else obstacle(checks)
    if refusal is not None or evidence.image is None:
        return refusal
    return withdrawn(evidence.image, asked.run, asked.question.fingerprint, answered, settings())


def _losses(asked: Asked, evidence: Evidence) -> list[str]:
    """Say what of the source its copy does not have, as far as both are there."""
    if evidence.version is None:
        return []
    return changes(asked.plan, evidence.image or asked.plan.source, evidence.version, settings().tag)
