"""Takes the steps of a migration as its orchestration does: by their registered functions, with a hint of its run."""

from datetime import UTC, datetime, timedelta
from typing import Any

from activities.blueprint import blueprint
from activities.deliver_notifications import deliver_notifications
from migration.approval.approval import Approval
from migration.course import steps
from migration.course.standing import Answer, Hint
from migration.course.steps import Activity, Image
from migration.record.closing import decided
from migration.record.image_record import ImageRecord
from migration.values.outcome import Outcome, Phase
from tests.support.fakes.fake_hub import FakeClient, FakeHub
from tests.support.fakes.fake_records import FakeRecords, OfARecord
from tests.support.samples import changed

OF_AN_IMAGE = tuple(name for name in steps.NAMES if name != steps.ADVANCE_FLEET.name)  # the other starts images
STEPS = {
    getattr(builder._function.get_trigger(), "activity", ""): builder._function.get_user_function()
    for builder in blueprint._function_builders
    if hasattr(builder._function.get_trigger(), "activity")
}


class Migration(OfARecord):
    """A migration, its record, and its steps. A step is for the run and phase that stand in the record, or are said."""

    def __init__(self, records: FakeRecords, migration_id: str) -> None:
        self.id, self.records, self.hub = migration_id, records, FakeHub()
        self.client = FakeClient(self.hub)

    @property
    def outcome(self) -> Outcome:
        outcome = self.run.outcome
        assert outcome is not None
        return outcome

    def hint(self) -> Hint:
        return Hint(run=self.run.id, phase=self.run.phase)

    async def take(self, step: Activity[Any, Answer], *, hint: Hint | None = None, **said: Any) -> Answer:
        payload = (hint or self.hint()).dump() | said | {"migrationId": self.id}
        given = {"client": self.client} if step in {steps.SEND_NOTIFICATIONS, steps.CREATE_IMAGE_VERSION} else {}
        function = STEPS[step.name]
        return step.read(await getattr(function, "client_function", function)(payload, **given))

    async def deliver(self) -> float | None:
        """Deliver all that is due, as the orchestration of its own does; returns in how many seconds more is."""
        seconds: float | None = 0
        while seconds == 0:
            seconds = (await deliver_notifications(Image(migration_id=self.id))).seconds
        return seconds

    async def insist(self, step: Activity[Any, Answer], **said: Any) -> Answer:
        """Take a step, and once more as an hour later if it waits for something."""
        answer = await self.take(step, **said)
        if answer.later is None:
            return answer
        self.change(obstacles=[one.changed(since=one.since - timedelta(hours=1)) for one in self.run.obstacles])
        return await self.take(step, **said)

    def change(self, **changes: Any) -> None:
        """Change its run as somebody with a right to the storage account might."""
        self.records.apply_to_run(self.id, lambda run: changed(run, changes))

    def change_question(self, **changes: Any) -> None:
        self.change(question=changed(self.question, changes))

    def decide(self, approval: Approval) -> None:
        """Decide as page and API do."""
        run, now = self.run, datetime.now(UTC)
        assert run.question is not None
        question = run.question
        self.records.apply(self.id, lambda record: decided(_there(record), run.id, question.id, approval, now))

    def go_to(self, phase: Phase) -> None:
        self.change(phase=phase)


def _there(record: ImageRecord | None) -> ImageRecord:
    assert record is not None
    return record
