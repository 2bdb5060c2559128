"""Step 8b: whether a soak goes on, ends by another wish, or is over and the delete may be asked about.

Nothing that is read here allows a delete: it may only postpone the question, and all is read again before a delete.
"""

from datetime import UTC, datetime, timedelta

from activities.admitting import OvertakenError, Turn
from arm.resources.images import get_image
from arm.transport.errors import ArmError, ArmThrottledError, ArmUnavailableError
from migration.approval.soak import Soak
from migration.asking.reading import settings
from migration.asking.settings import Settings, SettingsInvalidError
from migration.course.standing import Wait
from migration.course.steps import StepInput
from migration.course.wishes import withdrawn
from migration.promise.checks import judge, obstacle, slow_refusal
from migration.promise.evidence import Evidence
from migration.promise.rules import Facts, gone
from migration.record.question import Question
from migration.record.soaking.moves import looked_at, postponed, served
from migration.resources.copy_identity import another_image
from migration.resources.image import ManagedImage
from migration.users.kinds import blocking
from migration.values.answer import AZURE_UNAVAILABLE, SETTINGS, Later, Refusal
from migration.values.words.spans import in_words
from steering.gathering.evidence import find_uses, with_copy

AT_LATEST = timedelta(hours=6)  # no event may tell of a tag that was taken off
POSTPONED_FOR = timedelta(days=1)
UNREAD_FOR = timedelta(hours=1)  # of what cannot be read now
SHORTEST_SECONDS = 1.0
ENDS_IT = {"VersionReplaced", "SourceChanged"}  # no waiting makes another version or image the one that soaked


async def look_at_soak(turn: Turn[StepInput]) -> Wait | Later | Refusal | None:
    """Look once. A wish that changed ends the soak, and another image of the name, which is still to be migrated; at
    its end, whatever needs the source or cannot be read postpones the question, up to a limit.
    """
    run, now = turn.run, datetime.now(UTC)
    soak, question = run.soak, run.question
    if soak is None or question is None:
        raise OvertakenError
    is_due = now >= soak.next_look_at
    try:
        current = settings()
        image = await get_image(run.planned.source.id)
        if image is None:
            return gone(run.planned.source.id)
        if (refusal := _ended_by(turn, image, soak, question, current)) is not None:
            return refusal
        why = await _what_needs_it(turn, soak, question, current) if is_due else None
    except (ArmError, SettingsInvalidError) as error:
        return await _unread(turn, soak, error, now, is_due=is_due)
    if not is_due:
        await turn.move(lambda known: looked_at(known, now))
        return _until(soak.next_look_at, now)
    if why is None:
        await turn.move(lambda known: served(known, now))
        return None
    if why.absent is not None or why.code in ENDS_IT:
        return why
    return await _postponed(turn, soak, why, now, POSTPONED_FOR)


def _ended_by(
    turn: Turn[StepInput], image: ManagedImage, soak: Soak, question: Question, current: Settings
) -> Refusal | None:
    another = another_image(image, soak.copied)
    if another is not None and another.code in ENDS_IT:
        return another
    return _withdrawn(turn, image, question, current)


def _withdrawn(
    turn: Turn[StepInput], image: ManagedImage | None, question: Question, current: Settings
) -> Refusal | None:
    return withdrawn(image, turn.run, question.fingerprint, turn.record.answered, current)


async def _what_needs_it(turn: Turn[StepInput], soak: Soak, question: Question, current: Settings) -> Refusal | None:
    """Say what stands against the delete, by all that is read before one; what is not read does."""
    plan, copied, blocks = turn.run.planned, soak.copied, blocking(current.block_on)
    uses = await find_uses(plan.source.id, copied, datetime.now(UTC), blocks)
    if (refusal := slow_refusal(uses, plan, copied, blocks)) is not None:
        return refusal
    evidence: Evidence = await with_copy(uses, plan.source.id, copied)
    wish = _withdrawn(turn, evidence.image, question, current)
    return obstacle(judge(Facts(evidence, plan, copied, wish, blocks)))


async def _unread(
    turn: Turn[StepInput], soak: Soak, error: ArmError | SettingsInvalidError, now: datetime, *, is_due: bool
) -> Wait | Refusal:
    """Nothing read is not nothing found: look again later, and postpone the question once it is due."""
    pause = UNREAD_FOR
    if isinstance(error, ArmThrottledError):
        pause = max(pause, timedelta(seconds=error.retry_after_seconds))
    if not is_due:
        return Wait(seconds=pause.total_seconds())
    code = error.code if isinstance(error, ArmError) else SETTINGS
    passes = not isinstance(error, ArmError) or isinstance(error, ArmThrottledError | ArmUnavailableError)
    why = Refusal(code=AZURE_UNAVAILABLE if isinstance(error, ArmUnavailableError) else code, message=str(error))
    if not passes:
        return await _postponed(turn, soak, why, now, POSTPONED_FOR)
    said = await _postponed(turn, soak, why, now, pause, is_known=False)
    return Wait(seconds=pause.total_seconds()) if isinstance(said, Wait) else said  # what Azure asks for is honoured


async def _postponed(
    turn: Turn[StepInput], soak: Soak, why: Refusal, now: datetime, pause: timedelta, *, is_known: bool = True
) -> Wait | Refusal:
    """Look again later; at the limit the source is kept for good."""
    if now >= soak.limit:
        waited = in_words(soak.limit - soak.until)
        return why.changed(message=f"{why.message}; the question about the delete was postponed for {waited}")
    next_look = min(now + pause, soak.limit)
    await turn.move(lambda known: postponed(known, why, now, next_look, is_known=is_known))
    return _until(next_look, now)


def _until(moment: datetime, now: datetime) -> Wait:
    return Wait(seconds=min(max((moment - now).total_seconds(), SHORTEST_SECONDS), AT_LATEST.total_seconds()))
