"""A question about one image version, whose answer may delete its source, and the moves by which it changes."""

from enum import StrEnum

from migration.approval.approval import Approval, Decision
from migration.resources.copy_identity import CopyIdentity
from migration.values.answer import Refusal
from migration.values.value import Moment, Stored


class Stage(StrEnum):
    """Where a question is. Only an approved one may become `sending`, and only an open one approved."""

    OPEN = "open"
    APPROVED = "approved"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REPLACED = "replaced"
    SENDING = "sending"
    SENT = "sent"
    DELETED = "deleted"
    KEPT = "kept"
    GONE = "gone"
    UNKNOWN = "unknown"


class Move(StrEnum):
    """What may happen to a question."""

    APPROVE = "approve"
    ACCEPT = "accept"
    REJECT = "reject"
    CANCEL = "cancel"
    EXPIRE = "expire"
    REPLACE = "replace"
    SEND = "send"
    GIVE_BACK = "giveBack"
    TAKE = "take"
    KEEP = "keep"
    DELETE = "delete"
    MISS = "miss"
    LOSE = "lose"


# Every other move from every other stage is refused.
MOVES = {
    (Move.APPROVE, Stage.OPEN): Stage.APPROVED,
    (Move.ACCEPT, Stage.OPEN): Stage.ACCEPTED,
    (Move.REJECT, Stage.OPEN): Stage.REJECTED,
    (Move.CANCEL, Stage.OPEN): Stage.CANCELLED,
    (Move.CANCEL, Stage.APPROVED): Stage.CANCELLED,
    (Move.CANCEL, Stage.ACCEPTED): Stage.CANCELLED,
    (Move.EXPIRE, Stage.OPEN): Stage.EXPIRED,
    (Move.REPLACE, Stage.OPEN): Stage.REPLACED,
    (Move.SEND, Stage.APPROVED): Stage.SENDING,
    (Move.SEND, Stage.SENDING): Stage.SENDING,
    (Move.GIVE_BACK, Stage.SENDING): Stage.APPROVED,
    (Move.TAKE, Stage.SENDING): Stage.SENT,
    (Move.TAKE, Stage.SENT): Stage.SENT,
    (Move.KEEP, Stage.OPEN): Stage.KEPT,
    (Move.KEEP, Stage.APPROVED): Stage.KEPT,
    (Move.KEEP, Stage.ACCEPTED): Stage.KEPT,
    (Move.KEEP, Stage.SENDING): Stage.KEPT,
    (Move.KEEP, Stage.SENT): Stage.KEPT,
    (Move.DELETE, Stage.SENDING): Stage.DELETED,
    (Move.DELETE, Stage.SENT): Stage.DELETED,
    (Move.MISS, Stage.APPROVED): Stage.GONE,
    (Move.LOSE, Stage.SENDING): Stage.UNKNOWN,
    (Move.LOSE, Stage.SENT): Stage.UNKNOWN,
}
MAY_BE_SENT = {Stage.SENDING, Stage.SENT}  # a delete is on its way, or may be
LIVE = {Stage.OPEN, Stage.APPROVED, Stage.ACCEPTED, *MAY_BE_SENT}
DECISIONS = {Decision.APPROVE: Move.APPROVE, Decision.ACCEPT: Move.ACCEPT, Decision.REJECT: Move.REJECT}


class Deletion(Stored):
    """A delete that is sent. `sent_at` is when it first may have gone out, `attempt` names the worker that sends it.

    A step that runs again, or twice at once, makes several `attempts`. `operation_url` is Azure's, once it took it up;
    `seen` what whoever sent it found beside the promise.
    """

    sent_at: Moment
    attempts: int = 0
    attempt: str = ""
    operation_url: str | None = None
    seen: list[str] = []


class Decided(Stored):
    """A decision that counted, and when: what an audit may say of decisions."""

    approval: Approval
    at: Moment


class Question(Stored):
    """What people are asked. `callback` lets an event from outside count; links know the question by its `id`.

    `fingerprint` is that of the source's tags when it was asked, `allows` are the decisions that may be given.
    One that `precedes_soak` asks about the version alone, which is then in use for a while before another question asks
    about the delete: in that, `soaked_since` is when the soak began.
    """

    id: str
    callback: str
    copied: CopyIdentity
    fingerprint: str
    allows: list[Decision]
    asked_at: Moment
    expires_at: Moment
    reminded: int = 0
    escalated: bool = False
    precedes_soak: bool = False
    soaked_since: Moment | None = None
    stage: Stage = Stage.OPEN
    decided: Decided | None = None
    deletion: Deletion | None = None

    @property
    def approval(self) -> Approval | None:
        return self.decided.approval if self.decided else None


def moved(question: Question, move: Move) -> Question | Refusal:
    """Return the question after a move, or say that there is no such move from where it is."""
    to = MOVES.get((move, question.stage))
    if to is None:
        return Refusal(code="QuestionClosed", message=f"the question is {question.stage}, and cannot {move}")
    return question.changed(stage=to)
