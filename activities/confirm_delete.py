"""What became of a delete: read from the image itself. An operation may be lost, and one 404 proves nothing."""

from datetime import UTC, datetime, timedelta

from arm.errors import ArmError
from arm.images import find_image
from arm.operations import follow
from migration.approval.closing import concluded
from migration.approval.image_record import DELETE_IS_QUICK, DELETE_PATIENCE, Deletion, ImageRecord, Question, Stage
from migration.approval.verdict import DeleteSeen, Reference
from migration.resources.operation import OperationStatus
from migration.values.answer import Refusal
from records.store import change, hold

_ENDS = {"deleted": Stage.DELETED, "kept": Stage.KEPT, "gone": Stage.GONE, "unknown": Stage.UNKNOWN}
_SEEN = {stage: kind for kind, stage in _ENDS.items()} | {Stage.CANCELLED: "cancelled"}


_WAITING = DeleteSeen(kind="waiting")
_NEVER_ENDING = Refusal(code="StillDeleting", message="Azure is still deleting it")


async def confirm_delete(migration: Reference) -> DeleteSeen:
    """Look once; what can be told is written to the record and stays."""
    held = await hold(migration.id)
    record = held.record
    if record is None or record.question is None:
        return DeleteSeen(kind="kept", code="NotApproved", message="nobody has approved the delete")
    question = record.question
    if question.stage in _SEEN:
        return _as_concluded(question)
    seen = await _seen(question, datetime.now(UTC))
    if seen.kind == "waiting":
        return seen
    result = await change(held, lambda now: concluded(now or record, question.id, _ENDS[seen.kind], datetime.now(UTC)))
    return seen if isinstance(result, ImageRecord) else _WAITING


def _as_concluded(question: Question) -> DeleteSeen:
    """Tell again what was found before: the look that found it may have been lost on its way."""
    deletion = question.deletion
    code, message = (deletion.code, deletion.message) if deletion else ("", "")
    kind = _SEEN[question.stage]
    return DeleteSeen(kind=kind, code=code or "DeleteNotCarriedOut", message=message or f"it is {kind}")


async def _seen(question: Question, now: datetime) -> DeleteSeen:
    deletion = question.deletion
    if deletion is None:
        return await _without_delete(question)
    try:
        operation = await _operation(deletion.operation_url)
        running = operation.state == "Running"
        seen = _WAITING if running else await _look(question, deletion, operation, now - deletion.sent_at)
    except ArmError as error:
        seen = DeleteSeen(kind="waiting", code=error.code, message=error.message)
    if seen.kind == "waiting" and now - deletion.sent_at >= DELETE_PATIENCE:
        known = seen if seen.code else _NEVER_ENDING
        return DeleteSeen(kind="unknown", code=known.code, message=known.message)
    return seen


async def _operation(url: str | None) -> OperationStatus:
    """Look at the operation; without one, or where it cannot be read, the image has to tell."""
    try:
        return await follow(url) if url else OperationStatus(state="Gone")
    except ArmError:
        return OperationStatus(state="Gone")


async def _without_delete(question: Question) -> DeleteSeen:
    """Nothing was sent; that somebody else deleted the image is worth telling, where it can be seen."""
    try:
        gone = await find_image(question.plan.source.id) is None
    except ArmError:
        gone = False
    return _gone_by_others() if gone else DeleteSeen(kind="kept", code="DeleteNotSent", message="it could not be sent")


def _gone_by_others(why_not: str = "") -> DeleteSeen:
    message = "the source image is gone, and it was not this app that deleted it"
    would_not = f", which would not have: {why_not}" if why_not else ""
    return DeleteSeen(kind="gone", code="SourceGone", message=message + would_not)


async def _look(question: Question, deletion: Deletion, operation: OperationStatus, elapsed: timedelta) -> DeleteSeen:
    source = question.plan.source.id
    image = await find_image(source)
    if image is None:
        return _gone_by_others(deletion.message) if deletion.withheld else DeleteSeen(kind="deleted")
    refusal = Refusal(code=deletion.code, message=deletion.message) if deletion.code else None
    if operation.state == "Failed":
        refusal = Refusal(code=operation.code, message=operation.message)
    if refusal is not None:
        return DeleteSeen(kind="kept", code=refusal.code, message=refusal.message)
    if image.created_at is None:  # its content, which counts when it was made, would read as another image's
        message = "Azure does not say when the image of that name was made"
        return DeleteSeen(kind="waiting", code="CannotTellApart", message=message)
    if image.content != question.copied.source_content:
        note = "an image of the same name has been made since; it was not touched"
        return DeleteSeen(kind="deleted", note=note)
    if image.provisioning_state == "Deleting" or elapsed < DELETE_IS_QUICK:
        return _WAITING
    message = "the delete was sent, and the source image is still there"
    return DeleteSeen(kind="kept", code="DeleteNotCarriedOut", message=message)
