"""A play: what people, the clock and the app's ways in do with the migrations of one image on stage."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from activities import blueprint as activities_blueprint
from dev.host.stage import Stage, StageInstance
from migration import names
from migration.approval.admission import Decider
from migration.approval.approval import Approval, ApprovalEvent
from migration.asking.reading import settings
from migration.asking.request import MigrationRequest
from migration.asking.settings import SettingsInvalidError
from migration.asking.start import MigrationStart
from migration.course.starting import Requester, start_by_request
from migration.record.asked import asked_of
from migration.record.run import Person, Run
from migration.values.answer import Refusal
from orchestrators import blueprint as _plain_payloads  # importing it installs the plain payload reader
from orchestrators.migrate_fleet import migrate_fleet
from orchestrators.migrate_image import migrate_image
from orchestrators.tell_people import tell_people
from records.store import hold
from steering.runs.asking_again import ask_again
from steering.runs.beginning import begin
from steering.runs.cancelling import cancel_run
from steering.runs.deciding import decide
from steering.runs.looking_after import look_after
from steering.upkeep.tending import tend
from tests.support.samples import NOW, SOURCE, VERSION, make_image
from tests.support.stage.azure_on_stage import AzureOnStage
from tests.support.stage.hooks import Hook, Real
from tests.support.stage.hub_on_stage import Hub
from tests.support.stage.real_steps import CALLBACK, Post, put_on_stage, registered_activities
from tests.support.stage.seen import Seen

assert _plain_payloads


class Play(Seen):
    """The migrations of one image on stage.

    `hooks` stand before an activity of their name: each is given what it is told, and the activity itself. `told_older`
    is what the page has told whoever decides of `latest`.
    """

    def __init__(
        self, patch: pytest.MonkeyPatch, azure: Callable[[Callable[[], datetime]], AzureOnStage] = AzureOnStage
    ) -> None:
        self._patch = patch
        self.hooks: dict[str, Hook] = {}
        self.told_older: bool | None = None
        self.stage = Stage(
            orchestrators={
                names.MIGRATE_IMAGE: migrate_image,
                names.TELL_PEOPLE: tell_people,
                names.MIGRATE_FLEET: migrate_fleet,
            },
            activities={name: self._activity(name, real) for name, real in registered_activities().items()},
            now=NOW,
        )
        self.azure = azure(lambda: self.stage.now)
        self.records = put_on_stage(patch, lambda: self.stage.now, self.azure)
        self.post = Post(patch)
        self.hub = Hub(self.stage)
        patch.setattr(activities_blueprint, "DurableHub", lambda _: self.hub)
        for name in [name for name in os.environ if name.startswith("MIGRATION_")]:
            patch.delenv(name)
        self.configure(records="https://records.example.com", notify="json://team", escalate="json://boss")

    def configure(self, **values: str) -> "Play":
        for name, value in values.items():
            self._patch.setenv(f"MIGRATION_{name.upper()}", value)
        settings.cache_clear()
        return self

    def _activity(self, name: str, real: Real) -> Callable[[Any], Any]:
        def activity(payload: Any) -> Any:
            hook = self.hooks.get(name)
            return hook(payload, real) if hook else real(payload)

        return activity

    def start(self, requester: str = "someone") -> "Play":
        assert isinstance(asyncio.run(self._begin(requester)), Run)
        self.stage.run()
        return self

    async def _begin(self, requester: str) -> Run | Refusal:
        return await begin(self.hub, self.new_start(requester), await hold(self.id), settings())

    def new_start(self, requester: str = "someone") -> MigrationStart:
        """A start of this moment, as the API would make it."""
        request = MigrationRequest(source_image_id=SOURCE)
        return start_by_request(request, self.azure.image or make_image(), Requester(requester), settings())

    def forge(self, payload: Any, instance_id: str | None = None) -> StageInstance:
        """Start an instance as somebody with the system key may, with any input under any id."""
        forged = self.stage.start(names.MIGRATE_IMAGE, payload, instance_id)
        self.stage.run()
        return self.stage.instance(forged)

    def approve(self, checks: tuple[str, ...] = (), meaning: str = "", **changes: Any) -> "Play":
        """Decide as the page does: it is written into the record, and an event says no more than: look."""
        asyncio.run(self.decide(checks, meaning, changes))
        return self.wake("Approval")

    async def decide(
        self, checks: tuple[str, ...] = (), meaning: str = "", changes: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        held = await hold(self.id)
        asked = asked_of(self.id, held.run)
        assert asked is not None
        fields = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "comment": "tested"}
        event = ApprovalEvent.model_validate(fields | dict(changes))
        decider = Decider(event.approver, (event.approver,), "page")
        result = await decide(
            held, asked, event, decider, settings(), checks=checks, meaning=meaning, told_older=self.told_older
        )
        assert isinstance(result, Approval), result

    def change_requesters(self, ids: list[str]) -> "Play":
        """Have the run asked for by somebody who is known by these ids."""
        people = [Person(name=ids[0], ids=ids)]
        self.records.put(self.record.changed(run=self.run.changed(requesters=people)))
        return self

    def cancel(self) -> Refusal | None:
        """Cancel as the API does, with no event to tell of it."""

        async def cancelled() -> Refusal | None:
            return await cancel_run(await hold(self.id), self.run.id, None)

        return asyncio.run(cancelled())

    def ask_again(self, requester: str) -> Run | Refusal:
        async def asked() -> Run | Refusal:
            return await ask_again(self.hub, await hold(self.id), self.run, Requester(requester), settings())

        result = asyncio.run(asked())
        self.stage.run()
        return result

    def look_after(self) -> "Play":
        """Look after the run once, as the clock does."""

        async def looked() -> None:
            await look_after(self.hub, await hold(self.id))

        asyncio.run(looked())
        self.stage.run()
        return self

    def by_the_clock(self) -> "Play":
        """What the clock does every five minutes, once: nothing under wrong settings."""
        with suppress(SettingsInvalidError):
            asyncio.run(tend(self.hub, settings()))
        self.stage.run()
        return self

    def answer(self, **changes: Any) -> "Play":
        """Decide by an event from outside, with the question's token."""
        return self.say("Approval", APPROVED | changes)

    def say(self, event: str, payload: Any = None) -> "Play":
        self.stage.raise_event(self.id, event, payload)
        self.stage.run()
        return self

    def wake(self, event: str) -> "Play":
        return self.say(event, {"look": True}) if self.hub.hears else self

    def until(self, phase: str, limit: timedelta = timedelta(days=1)) -> "Play":
        """Move time until the run is in this phase."""
        end = self.stage.now + limit
        while self.phase != phase:
            assert self.stage.now < end, f"still {self.phase} after {limit}: {self.run}"
            self.stage.advance(timedelta(seconds=30))
        return self


APPROVED = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "callback": CALLBACK}


@contextmanager
def on_stage() -> Iterator[Play]:
    """A play, and the app as it was when it is over."""
    with pytest.MonkeyPatch.context() as patch:
        yield Play(patch)
    settings.cache_clear()
