"""Takes a decision to the record, where the first one counts, from the page, the API or an event with the token."""

import json
import logging
import secrets
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from migration.approval.admission import Decider, admit, objection
from migration.approval.approval import Approval, ApprovalEvent, Decision
from migration.asking.settings import Settings
from migration.promise.checks import meaning as checks_mean
from migration.promise.checks import not_shown
from migration.record.asked import Asked
from migration.record.audit import decision_record
from migration.record.closing import decided
from migration.record.image_record import NO_RECORD, ImageRecord
from migration.users.kinds import blocking
from migration.values.answer import Refusal
from migration.values.ids import same_id
from records.store import Held
from steering.runs.changing import change_record
from steering.runs.unheard import unless_unheard

OTHER_QUESTION = "OtherQuestion"
_LOG = logging.getLogger(__name__)


class NotAllowed(Refusal):
    """Whoever decides may not, by the rules of who may."""


def objection_to(decider: Decider, asked: Asked, settings: Settings) -> Refusal | None:
    """Say why they may not decide, as far as that can be told before they have."""
    return objection(decider.name, decider.identifiers, asked.requesters, settings, verified=decider.verified)


async def decide(
    held: Held,
    asked: Asked,
    event: ApprovalEvent,
    decider: Decider,
    settings: Settings,
    *,
    checks: Sequence[str] | None = None,
    meaning: str = "",
    told_older: bool | None = None,
    decision_id: str | None = None,
) -> Approval | Refusal:
    """Write the decision if it may count and is the first; returns it as it counts, or why it does not.

    To approve where nothing but accepting is asked for counts as accepting. `checks` are what they had been shown as
    checked, `meaning` what that meant, and `told_older` whether they were told that the version stays out of `latest`
    for its age; `decision_id` names the decision of a step that may run again. Whoever approves a delete and was shown
    nothing relies on what the checks mean now.
    """
    shown = not_shown() if checks is None else checks
    is_delete = asked.deletes and event.decision is Decision.APPROVE
    meant = checks_mean(blocking(settings.block_on)) if is_delete and not meaning else meaning
    approval = _admitted(asked, event, decider, settings, shown, meant, decision_id or uuid.uuid4().hex)
    result: Approval | Refusal = approval
    if isinstance(approval, Approval):
        admitted = approval.changed(told_older=told_older)

        def step(record: ImageRecord | None) -> ImageRecord | Refusal:
            if record is None:
                return NO_RECORD
            now = datetime.now(UTC)
            made = decided(record, asked.run.id, asked.question.id, admitted, now)
            if isinstance(made, Refusal) or made.run is None:
                return made
            return made.with_run(unless_unheard(made.run, settings, now))

        written = await change_record(held, step)
        result = written if isinstance(written, Refusal) else admitted
    _LOG.info(json.dumps(decision_record(asked.migration_id, event, result)))  # one line a decision, and no other
    return result


def _names_question(event: ApprovalEvent, asked: Asked) -> bool:
    """Tell whether an answer is to this very question: one to the question before the soak, sent again, looks alike.

    Whoever comes by a link has that question's own, and an event is not read without its callback.
    """
    return secrets.compare_digest((event.callback or "").encode(), asked.question.callback.encode())


def _admitted(
    asked: Asked,
    event: ApprovalEvent,
    decider: Decider,
    settings: Settings,
    checks: Sequence[str],
    meaning: str,
    decision_id: str,
) -> Approval | Refusal:
    if asked.question.soaked_since is not None and decider.via == "api" and not _names_question(event, asked):
        message = (
            "after a soak an answer names its question by the callback, which the migration shows while it is asked"
        )
        return Refusal(code=OTHER_QUESTION, message=message)
    if not same_id(event.image_version_id, asked.version_id):
        return Refusal(code="OtherVersion", message="it names another image version than the one to be approved")
    if event.decision is Decision.APPROVE and not asked.deletes:
        event = event.changed(decision=Decision.ACCEPT)
    result = admit(
        event,
        decider,
        asked.requesters,
        settings,
        decision_id=decision_id,
        checks=checks,
        meaning=meaning,
    )
    return NotAllowed(code=result.code, message=result.message) if isinstance(result, Refusal) else result
