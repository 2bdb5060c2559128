"""Step 10: leave on the resources themselves what happened. None of it fails anything."""

from datetime import UTC, datetime

from activities.admitting import StepInput, Turn
from arm.resources.tags import merge_tags
from arm.resources.versions import get_version
from arm.transport.errors import ArmNotFoundError, ArmRefusedError
from migration.asking.settings import settings
from migration.asking.tags import tag_fingerprint
from migration.course.recording import outcome_tags, status_tags
from migration.course.wishes import is_met
from migration.plan.destination.numbering import made_by
from migration.record.admitting import answered_by
from migration.record.run import Run
from migration.resources.copy_identity import replaced
from migration.resources.image import ManagedImage
from migration.resources.provenance import creation_tags
from migration.values.outcome import Outcome, OutcomeKind
from steering.gathering.remaining import End, find_end
from telemetry.measuring import measure_end
from telemetry.tracing import emit_root


class RecordInput(StepInput):
    """What was given up, where the resources could not be reached: then only the record is brought to its end."""

    unreachable: str | None = None


async def record_outcome(turn: Turn[RecordInput]) -> None:
    """Tag the version with who approved and when, and a surviving source with how its migration ended."""
    run = turn.run
    if turn.said.unreachable is not None:
        said = f"the outcome could not be recorded: {turn.said.unreachable[:200]}"
        await turn.move(lambda known: known.noted(said))
        return _measured(run)
    if run.outcome is None:
        return None
    end = End(run.outcome) if run.outcome.kind is OutcomeKind.MIGRATED else await find_end(run, run.outcome)
    notes = await _tag_version(turn, end.outcome)
    if end.image is not None:
        notes += await _tag_source(turn, end.image, status_tags(run, settings().tag))
    await turn.move(lambda known: known.changed(outcome=end.outcome).noted(*notes))
    return _measured(run)


def _measured(run: Run) -> None:
    measure_end(run)
    emit_root(run, datetime.now(UTC))


async def _tag_version(turn: Turn[RecordInput], outcome: Outcome) -> list[str]:
    """Tag the version that was asked about, or else the one that this run made; tags that it has lost are set again.

    What stands under its name by now, and is another one, is not touched: our tags would make it ours.
    """
    run, question = turn.run, turn.run.question
    version_id = question.copied.image_version_id if question else run.image_version_id
    if version_id is None or not await _is_own(turn, version_id):
        said = f"{version_id} was not tagged: it is not the version that people were asked about any more"
        return [said] if question else []
    decided = question.decided if question else None
    tags = outcome_tags(outcome, decided.approval if decided else None, decided.at if decided else None)
    return await _tag(version_id, creation_tags(run.planned.source, run.start.id) | tags)


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
