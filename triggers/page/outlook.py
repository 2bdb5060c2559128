"""What may be decided as things stand, and what stands against the rest: only what can be done is offered."""

from typing import NamedTuple

from migration.approval.approval import Decision
from migration.asking.settings import Settings
from migration.promise.checks import Check, of_version
from migration.promise.evidence import Evidence
from migration.record.asked import Asked
from migration.record.image_record import Answered
from migration.runbook.guide import cure
from steering.gathering.judging import is_acceptable, judged


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
    found, obstacle, losses = judged(asked, evidence, answered, settings)
    may_delete = asked.deletes and not evidence.source_is_gone
    checks = found if may_delete else of_version(found)
    possible = {
        Decision.APPROVE: may_delete and obstacle is None,
        Decision.ACCEPT: is_acceptable(asked, evidence),
        Decision.REJECT: True,
    }
    offers = [decision for decision in asked.question.allows if possible[decision]]
    is_hindered = may_delete or not possible[Decision.ACCEPT]
    refusals = [(check.text, check.refusal.code) for check in checks if check.refusal] if is_hindered else []
    return Outlook(offers, [Against(text, cure(code)) for text, code in refusals], checks, losses)
