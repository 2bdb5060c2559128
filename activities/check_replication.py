"""Steps 4 and 8: one look at how far the replication is, and what follows from it."""

from datetime import UTC, datetime
from functools import partial

from activities.admitting import Turn
from activities.promote_image_version import order_latest
from arm.resources.versions import get_version
from arm.transport.operations import follow
from migration.course.endings import kept_as_asked, timed_out
from migration.course.standing import Wait
from migration.course.steps import StepInput
from migration.course.storage import to_be_built_again
from migration.plan.destination.numbering import is_ours
from migration.promise.rules import lost
from migration.record.admitting import advanced
from migration.record.question import Stage
from migration.record.run import Run
from migration.record.soaking.moves import soaking
from migration.resources.copy_identity import CopyIdentity, replaced
from migration.resources.gallery import ImageVersion, RegionReplication
from migration.resources.replication import ReplicationReport, assess, next_look, timed, with_own_regions
from migration.values.answer import Later, Refusal
from migration.values.outcome import Phase


async def check_replication(turn: Turn[StepInput]) -> Wait | Later | Refusal | None:
    """Look once: the version is complete, which is the next phase, or it is waited for as long as there is patience."""
    run, now = turn.run, datetime.now(UTC)
    report = await _report(turn)
    if isinstance(report, Wait | Refusal):
        return report
    seen = report
    regions = timed(seen.regions, run.regions, now)
    if seen.complete:
        return await _complete(turn, regions)
    if regions != run.regions:
        run = await turn.move(lambda known: known.changed(regions=regions))
    if seen.failure is not None:
        return await _again_or_failed(turn, await _why_failed(run, seen.failure, seen.failure_code), seen.failure)
    patience, waited = run.start.patience, now - (run.replication_since or now)
    if waited >= patience.replication:
        await turn.end(timed_out(run, seen))
        return None
    pause = next_look(waited, seen.progress, patience.poll_interval, patience.poll_interval_max)
    return Wait(seconds=min(pause, patience.replication - waited).total_seconds())


async def _report(turn: Turn[StepInput]) -> ReplicationReport | Wait | Refusal:
    """Look at the version; what is being promoted is still being changed while its operation runs.

    It tells no progress: it is looked at again once it has run as long again, and no sooner than Azure says.
    """
    run = turn.run
    if run.phase is Phase.PROMOTING and run.operation_url is not None:
        status = await follow(run.operation_url)
        if status.state == "Failed":
            return Refusal(code=status.code, message=status.message)
        if status.state == "Running":
            waited = datetime.now(UTC) - (run.replication_since or datetime.now(UTC))
            pause = min(waited, run.start.patience.poll_interval_max).total_seconds()
            return Wait(seconds=max(status.seconds, pause))
    version = await get_version(run.version_id, with_replication=True)
    if version is None:
        return lost(run.version_id)
    if (another := await _another(turn, version)) is not None:
        return another
    return assess(version, with_own_regions(version, run.planned.target_regions))


async def _why_failed(run: Run, failure: str, code: str) -> Refusal:
    """Explain what failed: a build by its operation, which alone knows why."""
    if run.operation_url is not None and run.phase is Phase.REPLICATING:
        why = await follow(run.operation_url)
        if why.state == "Failed":
            return Refusal(code=why.code, message=why.message)
    return Refusal(code=code, message=failure)


async def _again_or_failed(turn: Turn[StepInput], why: Refusal, failure: str) -> Refusal | None:
    """Have the version built anew with LRS where it failed for zones that nobody asked for; else it has failed.

    Operation (`why`) and regions (`failure`) may each be the one that says so.
    """
    told = why.message if why.message == failure else f"{why.message}; {failure}"
    if turn.run.phase is not Phase.REPLICATING or to_be_built_again(turn.run, told, datetime.now(UTC)) is None:
        return why
    await turn.move(partial(_creating, refused=told, at=datetime.now(UTC)))
    return None


def _creating(run: Run, refused: str, at: datetime) -> Run | Refusal:
    again = advanced(run, Phase.CREATING)
    if isinstance(again, Refusal):
        return again
    return to_be_built_again(again, refused, at) or again


async def _another(turn: Turn[StepInput], version: ImageVersion) -> Refusal | None:
    """Say that another version stands there than the one this run has made, or uses; noted as it is first seen.

    Later its tags may be replaced by others, and it by another version of its name.
    """
    run = turn.run
    if version.published_at is None or run.phase is not Phase.REPLICATING:
        return None
    if run.copied is not None:
        return replaced(version, run.copied)
    if not is_ours(version, run.planned.source, run.start.id, turn.record.copies):
        message = "the image version bears no tags of this migration: somebody has replaced it, or its tags"
        return Refusal(code="CopyUnknown", message=message)
    content = run.planned.source.content
    copy = CopyIdentity(image_version_id=version.id, published_at=version.published_at, source_content=content)
    await turn.change(lambda record: record.with_copy(copy))
    return None


async def _complete(turn: Turn[StepInput], regions: list[RegionReplication]) -> Later | Refusal | None:
    run = turn.run
    if run.phase is Phase.REPLICATING:
        await turn.move(lambda known: advanced(known.changed(regions=regions), Phase.VERIFYING))
        return None
    if (not_yet := await order_latest(turn)) is not None:
        return not_yet
    question = run.question
    if question is not None and question.stage is Stage.ACCEPTED and question.precedes_soak:
        await turn.move(lambda known: soaking(known.changed(regions=regions), datetime.now(UTC)))
    elif question is not None and question.stage is Stage.APPROVED:
        await turn.move(lambda known: advanced(known.changed(regions=regions), Phase.DELETING_SOURCE))
    else:
        await turn.end(kept_as_asked(run))
    return None
