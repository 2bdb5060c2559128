"""Step 10: leave on the resources themselves what happened. None of it fails anything."""

from datetime import UTC, datetime

from activities.admitting import Turn
from arm.resources.tags import merge_tags
from arm.resources.versions import get_version
from arm.transport.errors import ArmNotFoundError, ArmRefusedError, ArmThrottledError, ArmUnavailableError
from migration.asking.reading import settings
from migration.asking.settings import SettingsInvalidError
from migration.asking.tags import tag_fingerprint
from migration.course.obstacles import is_out_of_patience
from migration.course.recording import status_tags, version_tags
from migration.course.steps import RecordInput
from migration.course.wishes import is_met
from migration.plan.destination.numbering import made_by
from migration.record.admitting import answered_by, finished
from migration.record.run import Run
from migration.resources.copy_identity import replaced
from migration.resources.image import ManagedImage
from migration.resources.provenance import creation_tags
from migration.values.outcome import Outcome, OutcomeKind
from steering.gathering.remaining import End, find_end
from telemetry.measuring import measure_end
from telemetry.tracing import emit_root


async def record_outcome(turn: Turn[RecordInput]) -> None:
    """Tag the version with who approved and when, and a surviving source with how its migration ended; then it is over.

    While Azure is away it is waited for, as for any other step: what is told of the end is what is seen here.
    """
    try:
        notes, outcome = await _written_down(turn)
    except (ArmThrottledError, ArmUnavailableError, SettingsInvalidError) as error:
        if not is_out_of_patience(turn.run, datetime.now(UTC)):
            raise
        notes, outcome = [_not_recorded(str(error))], None
    await turn.move(lambda run: finished(_with(run, outcome).noted(*notes), datetime.now(UTC)))
    measure_end(turn.run)
    emit_root(turn.run, datetime.now(UTC))


def _not_recorded(why: str) -> str:
    return f"the outcome could not be recorded: {why[:200]}"


def _with(run: Run, outcome: Outcome | None) -> Run:
    return run.changed(outcome=outcome) if outcome else run


async def _written_down(turn: Turn[RecordInput]) -> tuple[list[str], Outcome | None]:
    """Return what could not be written, and the outcome with what there is of source and copy."""
    run = turn.run
    if turn.said.unreachable is not None or run.outcome is None:
        return [_not_recorded(turn.said.unreachable or "")], None
    end = End(run.outcome) if run.outcome.kind is OutcomeKind.MIGRATED else await find_end(run, run.outcome)
    notes = await _tag_version(turn, end.outcome)
    if end.image is not None:
        notes += await _tag_source(turn, end.image, status_tags(run, settings().tag))
    return notes, end.outcome


async def _tag_version(turn: Turn[RecordInput], outcome: Outcome) -> list[str]:
    """Tag the version that was asked about, or else the one that this run made; tags that it has lost are set again.

    What stands under its name by now, and is another one, is not touched: our tags would make it ours.
    """
    run, question = turn.run, turn.run.question
    version_id = question.copied.image_version_id if question else run.image_version_id
    if version_id is None or not await _is_own(turn, version_id):
        said = f"{version_id} was not tagged: it is not the version that people were asked about any more"
        return [said] if question else []
    tags = creation_tags(run.planned.source, run.start.id) | version_tags(run, outcome)
    return await _tag(version_id, tags)


async def _is_own(turn: Turn[RecordInput], version_id: str) -> bool:
    """Tell whether it is the very version that people were asked about, or that the run has seen as its own."""
    run = turn.run
    try:
        version = await get_version(version_id)
    except ArmRefusedError:
        return False
    known = run.question.copied if run.question else run.copied
    if version is None or known is None:
        return version is not None and made_by(version, run.start.id)
    return replaced(version, known) is None


async def _tag_source(turn: Turn[RecordInput], image: ManagedImage, tags: dict[str, str]) -> list[str]:
    """Tag the source. An image that was built anew under its name is not it: that one's migration is still to come.

    A request answers no tag, except for one that was there before it and asks for no more than it has done.
    """
    run = turn.run
    if run.start.asked_by == "request" and _was_met(image, run):
        answered = answered_by(run, datetime.now(UTC))
        await turn.change(lambda record: record.changed(answered=answered))
    return await _tag(image.id, tags) if tags else []


def _was_met(image: ManagedImage, run: Run) -> bool:
    """Tell whether the tags that were there when the request came are there still, and ask for no more than it did."""
    unchanged = tag_fingerprint(image.tags, settings().tag) == run.start.fingerprint
    was_done = run.outcome is not None and run.outcome.kind is OutcomeKind.SOURCE_KEPT
    return unchanged and was_done and is_met(image, run, settings())


async def _tag(resource_id: str, tags: dict[str, str]) -> list[str]:
    try:
        await merge_tags(resource_id, tags)
    except (ArmNotFoundError, ArmRefusedError) as error:
        return [f"{resource_id} could not be tagged: {error}"]
    return []
