"""Step 7: what the record says of the question. Events only wake; one with the question's token may decide, too."""

import secrets
from datetime import UTC, datetime

from activities.admitting import OvertakenError, Turn
from migration.approval.admission import Decider
from migration.approval.approval import ApprovalEvent
from migration.asking.reading import settings
from migration.course.standing import Wait
from migration.course.steps import LookInput
from migration.record.asked import Asked, asked_of
from migration.record.asking import next_moment, reminded
from migration.record.closing import answer_refused, expired
from migration.values.answer import Refusal
from migration.values.words.spans import in_words
from steering.runs.deciding import decide

AT_LATEST_SECONDS = 6 * 3600.0  # the event of a decision may be lost, and an approval lapses within a day
SHORTEST_SECONDS = 1.0  # clocks differ: a question may still be open here that has expired there


async def look_at_question(turn: Turn[LookInput]) -> Wait | None:
    """Let an answer count if it may, close what has expired, and say when to look again."""
    asked = asked_of(turn.said.migration_id, turn.run)
    if asked is None:
        raise OvertakenError
    if turn.said.event is not None:
        await _decide(turn, turn.said.event, asked)
    now, run = datetime.now(UTC), turn.run
    if not run.is_live or run.phase is not turn.said.phase:
        return None
    reason = f"nobody decided within {in_words(asked.question.expires_at - asked.question.asked_at)}"
    await turn.change(lambda record: expired(record, run.id, reason, now))
    if not turn.run.is_live:
        return None
    run = await turn.move(lambda known: reminded(known, now))
    seconds = (next_moment(run, now) - now).total_seconds()
    return Wait(seconds=min(max(seconds, SHORTEST_SECONDS), AT_LATEST_SECONDS))


async def _decide(turn: Turn[LookInput], event: ApprovalEvent, asked: Asked) -> None:
    """Write the decision of an event with the right token, or why it does not count.

    Unless the token is right, nothing of it is believed or told, not even that it was wrong about something else.
    """
    nobody = Decider(None, (), "event")
    why = "it did not bear the callback token of the question"
    if secrets.compare_digest((event.callback or "").encode(), asked.question.callback.encode()):
        same_again = f"{event.decision} {event.approver}"  # by it, the event of a step that runs again is known
        result = await decide(turn.held, asked, event, nobody, settings(), decision_id=same_again)
        if not isinstance(result, Refusal):
            return
        why = result.message
    if turn.run.is_live:
        await turn.move(lambda run: answer_refused(run, why, datetime.now(UTC)))
