"""A run that asks, and one that was approved: views in which everything that must be there is there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from migration.approval.approval import Approval, Decision
from migration.asking.request import DeleteSource
from migration.plan.plan import Plan
from migration.record.image_record import ImageRecord
from migration.record.question import Question, Stage
from migration.record.run import Run
from migration.values.answer import Refusal
from migration.values.ids import same_id


@dataclass(frozen=True)
class Asked:
    """A run with its question."""

    migration_id: str
    run: Run
    question: Question
    plan: Plan

    @property
    def version_id(self) -> str:
        return self.question.copied.image_version_id

    @property
    def requesters(self) -> list[list[str]]:
        """The ids of each person who ever asked in this chain."""
        return [one.ids for one in self.run.requesters]

    @property
    def deletes(self) -> bool:
        """Tell whether an approval of it would delete the source."""
        return Decision.APPROVE in self.question.allows

    @property
    def is_open(self) -> bool:
        return self.question.stage is Stage.OPEN and self.run.is_live


@dataclass(frozen=True)
class ApprovedQuestion(Asked):
    """A question that was approved or accepted, and is to be carried out."""

    approval: Approval
    decided_at: datetime


def asked_of(migration_id: str, run: Run | None) -> Asked | None:
    """Return the run as one that asks; None where it has asked nothing."""
    if run is None or run.question is None or run.plan is None:
        return None
    return Asked(migration_id, run, run.question, run.plan)


def allowed_by(plan: Plan, *, is_soaked: bool = False) -> list[Decision]:
    """Return the decisions that a question about this plan allows.

    Where there is a soak, the first is about the version alone, and once that `is_soaked` the next about the delete.
    """
    asks_of_delete = plan.delete_source is not DeleteSource.NEVER and (is_soaked or not plan.soak)
    approve = [Decision.APPROVE] if asks_of_delete else []
    return [*approve, *([] if is_soaked else [Decision.ACCEPT]), Decision.REJECT]


def approved_of(record: ImageRecord, at: datetime, validity: timedelta) -> ApprovedQuestion | Refusal:
    """Return what may be promoted on the strength of this record, or why nothing may.

    `validity` is how long an approval may be used. A delete that may have been sent may be sent again: it is the same
    one, of the same image.
    """
    asked = asked_of(record.migration_id, record.run)
    if asked is None or (decided := asked.question.decided) is None:
        return Refusal(code="NotApproved", message="nobody has approved it")
    question, approval = asked.question, decided.approval
    if not same_id(asked.plan.source.id, record.source_image_id):
        return Refusal(code="NotApproved", message="the record is of another source image")
    if question.stage is Stage.CANCELLED:
        return Refusal(code="Cancelled", message="it was cancelled")
    if question.stage not in {Stage.APPROVED, Stage.ACCEPTED, Stage.SENDING}:
        return Refusal(code="NotApproved", message=f"the approval does not count any more: it is {question.stage}")
    if not (_is_of_the_question(approval, asked) and asked.run.is_live):
        return Refusal(code="NotApproved", message="the approval is not one of this very version, by somebody, in time")
    if at >= decided.at + validity:
        return Refusal(code="ApprovalLapsed", message=f"the approval was given more than {validity} ago: ask again")
    return ApprovedQuestion(asked.migration_id, asked.run, question, asked.plan, approval, decided.at)


def _is_of_the_question(approval: Approval, asked: Asked) -> bool:
    """Tell whether a decision is one that the question allows, of its version, and somebody's: records are edited."""
    is_its_version = same_id(approval.image_version_id, asked.version_id)
    return is_its_version and approval.decision in asked.question.allows and bool(approval.approver.strip())
