"""Step 9: delete the source, on the strength of the record and of what Azure says now.

In this order: what takes long (who uses it), the copy and the source, the swap after which no cancel counts, DELETE.
"""

import uuid
from datetime import UTC, datetime, timedelta

from activities.admitting import OvertakenError, Turn
from arm.resources.images import get_image, start_delete
from arm.transport.errors import (
    BUSY,
    BUSY_SECONDS,
    ArmError,
    ArmNotFoundError,
    ArmRefusedError,
    ArmThrottledError,
    ArmUnavailableError,
)
from migration.approval.admission import outdated
from migration.asking.reading import settings
from migration.asking.settings import Settings, SettingsInvalidError
from migration.course.standing import Wait
from migration.course.steps import StepInput
from migration.course.wishes import withdrawn
from migration.promise.checks import meaning, promise_refusal, seen_beside, slow_refusal
from migration.promise.evidence import Evidence
from migration.promise.rules import Facts, gone, scan_refusal
from migration.record.asked import ApprovedQuestion, approved_of
from migration.record.deletion import concluded, given_back, sending, taken
from migration.record.question import Stage
from migration.users.kinds import blocking
from migration.values.answer import Later, Refusal
from notifying.addresses import refuse_wrong_addresses
from records.store import look_again
from steering.fleets.running.stopping import why_stopped
from steering.gathering.evidence import find_older, find_uses, with_copy
from steering.runs.cancelling import cancel_run

FIRST_LOOK_SECONDS = 5.0
LOOK_COUNTS = timedelta(seconds=5)  # from the last look at copy and source to the call


async def delete_source_image(turn: Turn[StepInput]) -> Wait | Later | Refusal | None:
    """Send the delete; a broken promise is a refusal. What became of it, `confirm_delete` sees.

    Sent again after a crash, or by two workers at once, it is the same delete of the same image: everything is checked
    again, and Azure takes a second one as the first. Once it may have been sent, nothing said here ends the run.
    """
    question, may_be_sent = turn.run.question, turn.run.delete_may_be_sent
    if question is not None and question.stage is Stage.SENT:
        return Wait(seconds=FIRST_LOOK_SECONDS)
    try:
        answer = await _checked_and_sent(turn)
    except (ArmError, SettingsInvalidError):
        if not may_be_sent:
            raise
        return Wait(seconds=FIRST_LOOK_SECONDS)
    if not isinstance(answer, Refusal):
        return answer
    if may_be_sent:
        return Wait(seconds=FIRST_LOOK_SECONDS)
    return await _unless_gone(turn, answer)


async def _checked_and_sent(turn: Turn[StepInput]) -> Wait | Later | Refusal | None:
    refuse_wrong_addresses(settings())  # nothing is deleted of which people could not be told
    validity = settings().approval_validity
    approved = approved_of(turn.record, datetime.now(UTC), validity)
    if isinstance(approved, Refusal):
        return approved
    begun_at, blocks = datetime.now(UTC), blocking(settings().block_on)
    source, copied = approved.plan.source.id, approved.question.copied
    uses = await find_uses(source, copied, begun_at, blocks)
    refusal = slow_refusal(uses, approved.plan, copied, blocks) or scan_refusal(begun_at, datetime.now(UTC))
    if refusal is not None:
        return refusal
    if (why := await why_stopped(approved.run)) is not None:
        await cancel_run(turn.held, approved.run.id, why)
        raise OvertakenError("its fleet was cancelled")
    looked_at = datetime.now(UTC)
    refusal = await _last_look(turn, approved, uses, begun_at, settings())
    if refusal is not None:
        return refusal
    attempt, seen = uuid.uuid4().hex, seen_beside(uses, approved.plan, copied, blocks)
    sent = await turn.change(
        lambda now: sending(now, approved.run.id, approved.question.id, attempt, datetime.now(UTC), validity, seen)
    )
    if isinstance(sent, Refusal):
        raise OvertakenError(sent.code)  # cancelled, most likely: the record says what
    if not timedelta(0) <= datetime.now(UTC) - looked_at <= LOOK_COUNTS:
        return await _not_sent(turn, attempt, Later(seconds=1, reason="the last look took too long"))
    return await _send(turn, source, attempt)


async def _last_look(
    turn: Turn[StepInput], approved: ApprovedQuestion, uses: Evidence, begun_at: datetime, current: Settings
) -> Refusal | None:
    """Read the copy and, last of all, the source; say why the delete must not be sent by all that was read, or None.

    The rules of who may decide are those of now.
    """
    copied = approved.question.copied
    latest, blocks = await _latest_changed(approved), blocking(current.block_on)
    evidence = await with_copy(uses, approved.plan.source.id, copied)
    wish = withdrawn(evidence.image, approved.run, approved.question.fingerprint, turn.record.answered, current)
    facts = Facts(evidence, approved.plan, copied, wish, blocks, approved.run.stays_excluded is not None)
    return (
        outdated(approved.approval, approved.requesters, current, meaning(blocks))
        or promise_refusal(facts)
        or latest
        or scan_refusal(begun_at, datetime.now(UTC))
    )


async def _latest_changed(approved: ApprovedQuestion) -> Refusal | None:
    """Say that what kept the version out of `latest` for its age is not there any more: `latest` may mean nothing."""
    if approved.run.stays_excluded is None or await find_older(approved.plan, approved.version_id) is not None:
        return None
    message = "the version was left out of latest for its age, and by now nothing newer is latest: ask again"
    return Refusal(code="LatestChanged", message=message)


async def _unless_gone(turn: Turn[StepInput], why: Refusal) -> Refusal | Later | None:
    """Return why nothing was deleted, unless somebody else has deleted the source: that is worth telling."""
    source_gone = gone(turn.run.planned.source.id)
    if why != source_gone and await _is_seen(turn.run.planned.source.id):
        return why
    proved = await turn.proved(source_gone)
    if isinstance(proved, Later):
        return proved
    run_id, now = turn.run.id, datetime.now(UTC)
    await turn.change(lambda record: concluded(record, run_id, Stage.GONE, proved.code, proved.message, now))
    return None


async def _is_seen(source_image_id: str) -> bool:
    try:
        return await get_image(source_image_id) is not None
    except ArmError:
        return True  # as far as anybody knows


async def _send(turn: Turn[StepInput], source_image_id: str, attempt: str) -> Wait | Later | Refusal | None:
    """Delete. From here on only a look at the image tells what is true, unless Azure says that it did not take it."""
    try:
        operation = await start_delete(source_image_id)
    except ArmThrottledError as error:
        return await _not_sent(
            turn, attempt, Later(seconds=error.retry_after_seconds, reason=error.message, code=error.code)
        )
    except ArmUnavailableError:
        return Wait(seconds=FIRST_LOOK_SECONDS)  # it may have been carried out
    except (ArmRefusedError, ArmNotFoundError) as error:
        if isinstance(error, ArmNotFoundError) or error.code in BUSY:
            return await _not_sent(turn, attempt, Later(seconds=BUSY_SECONDS, reason=error.message, code=error.code))
        return await _not_sent(turn, attempt, Refusal(code=error.code, message=error.message))
    await turn.move(lambda run: taken(run, operation.url))
    return Wait(seconds=operation.seconds)


async def _not_sent[Said: Later | Refusal](turn: Turn[StepInput], attempt: str, said: Said) -> Said | Wait:
    """Give the approval back: it can be cancelled again. Where another attempt may have sent it, only a look tells."""
    try:
        await turn.move(lambda run: given_back(run, attempt))
    except OvertakenError:
        await look_again(turn.held)
        return Wait(seconds=FIRST_LOOK_SECONDS)
    return said
