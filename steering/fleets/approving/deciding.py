"""Decides about many images of a fleet, each by itself, by the very same `decide` as a single approval.

Nothing of it is kept: no approval of a fleet stands anywhere, by which an image could be deleted that nobody was shown.
An image is decided about only if it asks the very question that the approver was shown.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from arm.transport.errors import ArmError
from hub.task_hub import HubUnavailableError, TaskHub
from migration import names
from migration.approval.admission import Decider
from migration.approval.approval import Approval, ApprovalEvent, Decision
from migration.asking.settings import Settings
from migration.fleet.member import Member
from migration.promise.checks import meaning
from migration.promise.users import unseen
from migration.record.asked import Asked
from migration.telling.of_fleets.shown import Named
from migration.telling.of_fleets.standing import FleetStand
from migration.users.kinds import blocking
from migration.values.answer import AZURE_UNAVAILABLE, Refusal
from migration.values.ids import instance_id_for
from records.errors import RecordsUnavailableError, RecordUnreadableError
from records.store import Held, hold
from steering.fleets.approving.asking import NOT_REACHED, facts_of, in_time, question_in, takes
from steering.gathering.judging import outlook_of, stays_excluded
from steering.gathering.recent_evidence import fresh_evidence
from steering.runs.deciding import OTHER_QUESTION, NotAllowed, decide, objection_to
from steering.runs.looking_after import look_after, wake

DECIDE_SECONDS = 90.0  # in which a call begins to decide; who is left then is told so, and may be decided about again
_ASKS_NO_MORE = Refusal(
    code=OTHER_QUESTION, message="it does not ask what you were shown: it was asked anew, or is no image of this fleet"
)
_CHANGED = Refusal(code="FactsChanged", message="what was checked has changed since you were shown it")
_NOT_OFFERED = Refusal(code="NotOffered", message="as it was shown, that could not be decided about it")
_HUB_AWAY = Refusal(code="HubUnavailable", message="the task hub gave no answer: nothing was decided about it")
_NOT_KNOWN = Refusal(
    code="RecordsUnavailable", message="whether the decision was taken down is not known: send the same again"
)
_ENDED = Refusal(code="MigrationEnded", message="it has been stopped from outside, or is just being started")


@dataclass(frozen=True)
class FleetAnswer:
    """What somebody says of images of a fleet, as whom. `covers` is until when what they may answer was asked, if the
    link that they came by is about some questions only.
    """

    decision: Decision
    approver: str
    comment: str
    decider: Decider
    covers: datetime | None = None

    def event(self, asked: Asked) -> ApprovalEvent:
        """Return the answer to one question. Whoever named it by its id has named its callback."""
        return ApprovalEvent(
            decision=self.decision,
            approver=self.approver,
            image_version_id=asked.version_id,
            comment=self.comment,
            callback=asked.question.callback,
        )


@dataclass(frozen=True)
class Result:
    """What came of it for one image: the decision as it counts, or why it does not."""

    named: Named
    member: Member | None
    run: str | None
    said: Approval | Refusal

    @property
    def is_decided(self) -> bool:
        return isinstance(self.said, Approval)

    @property
    def is_to_be_sent_again(self) -> bool:
        """Tell whether the same, sent again, may count: nothing is known against it."""
        passing = {NOT_REACHED.code, AZURE_UNAVAILABLE, _HUB_AWAY.code, _NOT_KNOWN.code}
        return isinstance(self.said, Refusal) and self.said.code in passing


def refused_to_all(results: Sequence[Result]) -> NotAllowed | None:
    """Return why whoever decides may decide about none of these images; None where that is not so."""
    refusals = [one.said for one in results if isinstance(one.said, NotAllowed)]
    return refusals[0] if refusals and len(refusals) == len(results) else None


async def decide_each(
    hub: TaskHub, stand: FleetStand, named: Sequence[Named], answer: FleetAnswer, settings: Settings
) -> list[Result]:
    """Decide about each of these images by itself, some at a time; what is not reached in time is told as not decided.

    Sent again, it decides what is left: what the same person has said before counts as said.
    """
    members = {one.member.number: one.member for one in stand.members}
    ends_at, began_at = monotonic() + DECIDE_SECONDS, datetime.now(UTC)

    async def one(shown: Named) -> Result:
        member = members.get(shown.number)
        if member is None:
            return Result(shown, None, None, _ASKS_NO_MORE)
        return await _Turn(hub, stand.fleet.id, shown, member, answer, settings, began_at).take(ends_at)

    done = await in_time(named, DECIDE_SECONDS, one)
    return [
        result or Result(shown, members.get(shown.number), None, NOT_REACHED)
        for result, shown in zip(done, named, strict=True)
    ]


@dataclass(frozen=True)
class _Turn:
    """One image's turn."""

    hub: TaskHub
    fleet_id: str
    shown: Named
    member: Member
    answer: FleetAnswer
    settings: Settings
    began_at: datetime

    async def take(self, ends_at: float) -> Result:
        """Decide; whatever is in the way of one image is in the way of no other."""
        run = None
        try:
            held = await hold(instance_id_for(self.member.request.source_image_id))
            run = held.run.id if held.run else None
            said = await self._result_of(held, ends_at)
        except ArmError as error:
            said = Refusal(code=AZURE_UNAVAILABLE, message=f"Azure gave no answer ({error.code})")
        except HubUnavailableError:
            said = _HUB_AWAY
        except RecordUnreadableError as error:
            said = Refusal(code="RecordUnreadable", message=str(error))
        except RecordsUnavailableError:
            said = _NOT_KNOWN
        return Result(self.shown, self.member, run, said)

    async def _result_of(self, held: Held, ends_at: float) -> Approval | Refusal:
        asked = question_in(self.fleet_id, self.member, held)
        if asked is None or asked.question.id != self.shown.question or self._is_asked_later(asked):
            return _ASKS_NO_MORE
        if (known := self._said_before(asked)) is not None:
            return known
        if (refusal := objection_to(self.answer.decider, asked, self.settings)) is not None:
            return NotAllowed(code=refusal.code, message=refusal.message)
        if self.answer.decision not in self.shown.allows:
            return _NOT_OFFERED
        if datetime.now(UTC) >= asked.question.expires_at:
            return Refusal(code="ApprovalExpired", message="nobody decided in time")
        if not await look_after(self.hub, held):
            return _ENDED
        if self.answer.decision is Decision.REJECT:
            return await self._decided(held, asked, None, "", None)
        return await self._judged(held, asked, ends_at)

    def _is_asked_later(self, asked: Asked) -> bool:
        return self.answer.covers is not None and asked.question.asked_at > self.answer.covers

    def _said_before(self, asked: Asked) -> Approval | Refusal | None:
        """Return the decision that counts already, if it is what is said again; else that it came too late."""
        counted = asked.question.approval
        if counted is None:
            return None if asked.is_open else Refusal(code="QuestionClosed", message="the question was closed before")
        wanted = {self.answer.decision, *([] if asked.deletes else [_as_accepted(self.answer.decision)])}
        who = self.answer.decider.name or self.answer.approver
        if counted.decision in wanted and counted.approver == who:
            return counted
        message = f"it was decided before: {counted.decision} by {counted.approver}"
        return Refusal(code="QuestionClosed", message=message)

    async def _judged(self, held: Held, asked: Asked, ends_at: float) -> Approval | Refusal:
        """Decide if what the approver was shown is so still: read anew, as the single page does."""
        try:
            async with asyncio.timeout(max(ends_at - monotonic(), 0)):
                evidence = await fresh_evidence(asked, self.began_at)
        except TimeoutError:
            return NOT_REACHED
        outlook = outlook_of(asked, evidence, held.answered, self.settings)
        is_as_shown = facts_of(evidence, self.settings) == self.shown.facts
        if not is_as_shown or self.answer.decision not in takes(asked, outlook):
            return _CHANGED
        checks = [*(str(check) for check in outlook.checks), *unseen(evidence)]
        meant = meaning(blocking(self.settings.block_on))
        return await self._decided(held, asked, checks, meant, stays_excluded(asked, evidence) is not None)

    async def _decided(
        self, held: Held, asked: Asked, checks: list[str] | None, meant: str, told_older: bool | None
    ) -> Approval | Refusal:
        result = await decide(
            held,
            asked,
            self.answer.event(asked),
            self.answer.decider,
            self.settings,
            checks=checks,
            meaning=meant,
            told_older=told_older,
        )
        if isinstance(result, Approval):
            await wake(self.hub, asked.migration_id, names.APPROVAL_EVENT)
        return result


def _as_accepted(decision: Decision) -> Decision:
    return Decision.ACCEPT if decision is Decision.APPROVE else decision
