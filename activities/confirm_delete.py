"""What became of a delete: read from the image itself. An operation may be lost, and one 404 proves nothing."""

from datetime import UTC, datetime

from activities.admitting import OvertakenError, Turn
from arm.resources.images import get_image
from arm.surveys.absence import is_gone
from arm.transport.errors import ArmError, ArmRefusedError
from arm.transport.operations import follow
from migration.course.endings import left_out_of_latest
from migration.course.standing import Wait
from migration.course.steps import ConfirmInput
from migration.promise.checks import promise_kept
from migration.promise.rules import gone
from migration.record.deletion import DELETE_IS_QUICK, DELETE_PATIENCE, concluded
from migration.record.question import Deletion, Question, Stage
from migration.resources.operation import OperationStatus
from migration.resources.states import ProvisioningState
from migration.values.answer import AZURE_UNAVAILABLE, Later, Refusal
from migration.values.value import Value

SHORTEST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 3600.0


class Seen(Value):
    """What a look at the image has found; `end` is None while nobody can tell yet."""

    end: Stage | None = None
    code: str = ""
    message: str = ""
    note: str | None = None


async def confirm_delete(turn: Turn[ConfirmInput]) -> Wait | Later | Refusal | None:
    """Look once; what can be told is written to the record and stays."""
    question = turn.run.question
    if question is None:
        raise OvertakenError
    if question.deletion is None:
        return await _without_delete(turn)
    now, deletion = datetime.now(UTC), question.deletion
    seen = await _seen(turn, question, deletion, now)
    if seen.end is None:
        waited = (now - deletion.sent_at).total_seconds()
        return Wait(seconds=min(max(SHORTEST_PAUSE_SECONDS, waited / 10), LONGEST_PAUSE_SECONDS))
    await _conclude(turn, seen.end, seen.code, seen.message, seen.note)
    return None


async def _conclude(turn: Turn[ConfirmInput], end: Stage, code: str, message: str, note: str | None = None) -> None:
    run_id, now = turn.run.id, datetime.now(UTC)
    if note is not None:
        await turn.move(lambda run: run.noted(note))
    checks = [*promise_kept(), *_seen_beside(turn)] if end is Stage.DELETED else []
    message += left_out_of_latest(turn.run) if end is Stage.DELETED else ""
    result = await turn.change(lambda record: concluded(record, run_id, end, code, message, now, checks))
    if isinstance(result, Refusal):
        raise OvertakenError(result.code)


def _seen_beside(turn: Turn[ConfirmInput]) -> list[str]:
    deletion = turn.run.question.deletion if turn.run.question else None
    return deletion.seen if deletion else []


async def _without_delete(turn: Turn[ConfirmInput]) -> Wait | Later | Refusal | None:
    """Nothing was sent; that somebody else deleted the image is worth telling, where it can be seen."""
    if turn.said.unsent is None:
        return Wait(seconds=SHORTEST_PAUSE_SECONDS)
    if not await _is_seen(turn.run.planned.source.id):
        proved = await turn.proved(gone(turn.run.planned.source.id))
        if isinstance(proved, Refusal):
            await _conclude(turn, Stage.GONE, proved.code, proved.message)
        return proved if isinstance(proved, Later) else None
    return Refusal(code=AZURE_UNAVAILABLE, message=turn.said.unsent)


async def _is_seen(source_image_id: str) -> bool:
    try:
        return await get_image(source_image_id) is not None
    except ArmRefusedError:
        return True  # as far as anybody may know


async def _seen(turn: Turn[ConfirmInput], question: Question, deletion: Deletion, now: datetime) -> Seen:
    seen = Seen(message="Azure is still deleting it", code="StillDeleting")
    try:
        operation = await _operation(deletion.operation_url)
        if operation.state != "Running":
            seen = await _look_after_delete(turn.run.planned.source.id, question, deletion, operation, now)
    except ArmError as error:
        seen = Seen(code=error.code, message=error.message)
    if seen.end is None and now - deletion.sent_at >= DELETE_PATIENCE:
        reason = (
            "the delete of the source image was sent, and what became of it could not be read within seven days: look"
            f" whether it still exists ({seen.code}: {seen.message})"
        )
        return Seen(end=Stage.UNKNOWN, code="DeleteUnknown", message=reason)
    return seen


async def _operation(url: str | None) -> OperationStatus:
    """Look at the operation; without one, or where it cannot be read, the image has to tell."""
    try:
        return await follow(url) if url else OperationStatus(state="Gone")
    except ArmError:
        return OperationStatus(state="Gone")


async def _look_after_delete(
    source: str, question: Question, deletion: Deletion, operation: OperationStatus, now: datetime
) -> Seen:
    image = await get_image(source)
    deleted = "the source image was deleted after approval"
    if image is None and operation.state != "Succeeded" and not await is_gone(source):
        return Seen(
            code="StillDeleting", message="it was not found, and what would hold it does not say that it is gone"
        )
    if image is None:
        return Seen(end=Stage.DELETED, code="Migrated", message=deleted)
    if operation.state == "Failed":
        return Seen(end=Stage.KEPT, code=operation.code, message=operation.message)
    if image.created_at is None:  # its content, which counts when it was made, would read as another image's
        message = "Azure does not say when the image of that name was made"
        return Seen(code="CannotTellApart", message=message)
    if image.content != question.copied.source_content:
        note = "an image of the same name has been made since; it was not touched"
        return Seen(end=Stage.DELETED, code="Migrated", message=deleted, note=note)
    if image.provisioning_state == ProvisioningState.DELETING or now - deletion.sent_at < DELETE_IS_QUICK:
        return Seen(code="StillDeleting", message="Azure is still deleting it")
    message = "the delete was sent, and the source image is still there"
    return Seen(end=Stage.KEPT, code="DeleteNotCarriedOut", message=message)
