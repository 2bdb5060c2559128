"""Takes a decision from the page or the API to the record, where the first one counts, and wakes the migration."""

import json
import logging
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

import azure.durable_functions as df

from migration import names
from migration.approval.admission import Decider, admit, objection
from migration.approval.approval import Approval, ApprovalEvent, Via
from migration.approval.closing import abandoned, decided
from migration.approval.image_record import ImageRecord, Question
from migration.asking.settings import settings
from migration.course.audit import decision_record
from migration.promise.checks import NOT_SHOWN
from migration.values.answer import Refusal
from records.store import Held, change
from triggers.answering.identity import Principal
from triggers.answering.responding import HttpProblemError
from triggers.steering import hub

_LOG = logging.getLogger(__name__)
_ENDED = Refusal(code="MigrationEnded", message="the migration that asked has ended")
LOOK = {"look": True}  # all that an event of ours says


def decider_of(user: Principal | None, via: Via, link_holder: str | None = None) -> Decider:
    """Return the signed-in user, else whom a signed link was sent to."""
    if user is not None:
        return Decider(user.name, (*user.ids, *user.roles), via)
    return Decider(link_holder, (link_holder,) if link_holder else (), via)


def objection_to(decider: Decider, question: Question) -> Refusal | None:
    """Say why they may not decide, as far as that can be told before they have."""
    requesters = question.start.requester_ids
    return objection(decider.name, decider.identifiers, requesters, settings(), verified=decider.verified)


async def decide(
    client: df.DurableFunctionsClient,
    question: Question,
    event: ApprovalEvent,
    decider: Decider,
    checks: Sequence[str] = NOT_SHOWN,
    *,
    held: Held,
) -> Approval | Refusal:
    """Write the decision if it may count and is the first; returns it, or why it came too late.

    Raises HttpProblemError 403 for somebody who may not decide. `checks` are what they had been shown as checked;
    `held` is the record that the question was read from.
    """
    migration_id = question.start.id
    if not await hub.is_live(client, migration_id):
        return await _left_behind(held, question.id)
    requesters = question.start.requester_ids
    approval = admit(event, decider, requesters, settings(), decision_id=uuid.uuid4().hex, checks=checks)
    if isinstance(approval, Refusal):
        _tell(migration_id, event, approval)
        raise HttpProblemError(403, "Not allowed to decide", f"{approval.message}.", code=approval.code)
    written = await change(held, lambda now: decided(now, question.id, approval, datetime.now(UTC)))
    result = approval if isinstance(written, ImageRecord) else written
    _tell(migration_id, event, result)
    if isinstance(result, Approval):
        await hub.wake(client, migration_id, names.APPROVAL_EVENT, LOOK)
    return result


async def _left_behind(held: Held, question_id: str) -> Refusal:
    """Close a question whose migration was ended or purged: nobody would carry out what is decided, or too late."""
    await change(held, lambda record: abandoned(record, question_id, datetime.now(UTC)) if record else _ENDED)
    return _ENDED


def _tell(migration_id: str, event: ApprovalEvent, result: Approval | Refusal) -> None:
    """Write the one log record of a decision."""
    _LOG.info(json.dumps(decision_record(migration_id, event, result)))
