"""The app's own activities, as they are registered, on a stage: with its time, its Azure, and a table in memory."""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from functools import partial
from itertools import count
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import activities
from activities import deliver_notifications, open_question
from migration.asking.settings import Settings
from migration.course import steps
from migration.record.notices import OwedNotice
from migration.telling.messages import Message
from migration.telling.receivers import Address
from migration.values.occasion import Occasion
from notifying.sending import Sent
from records import table
from records.store import Held
from steering.runs import beginning
from tests.support.fakes.fake_records import FakeRecords
from tests.support.functions import functions
from tests.support.stage.azure_on_stage import AzureOnStage

CALLBACK = "the question's callback token"
KEEP_TIME = ("activities", "steering", "records")  # rooms that look at the clock
GATHERED = ("evidence", "remaining", "soaked")  # by the app itself, on top of what is Azure's
READ_ON_STAGE = (*(f"steering.gathering.{name}" for name in GATHERED), "steering.fleets.running.images")
ANSWERED_ON_STAGE = ("arm.", "steering.gathering.planning")  # what is Azure's to say, and the plan


def registered_activities() -> dict[str, Callable[[Any], Any]]:
    """Every activity of the app as the platform calls it, by its name; those that take a client are given none."""
    found = {activity_of(function): function.get_user_function() for function in functions()}
    return {name: _without_client(found[name]) for name in steps.NAMES}


def activity_of(function: Any) -> str | None:
    return getattr(function.get_trigger(), "activity", None)


def _without_client(activity: Callable[..., Any]) -> Callable[[Any], Any]:
    unbound = getattr(activity, "client_function", None)  # the library's own way for tests
    return partial(unbound, client=None) if unbound else activity


def put_on_stage(patch: pytest.MonkeyPatch, now: Callable[[], datetime], azure: AzureOnStage) -> FakeRecords:
    """Give the app's code this time and this Azure; returns the table that it gets for its records."""
    records = FakeRecords()
    table.hand_in(records)
    _keep_time(patch, now)
    for module in _asking_azure():
        for name in _asked_of_azure(module):
            patch.setattr(module, name, azure.stand_in(name))
    runs, questions = count(1), count(1)
    patch.setattr(beginning, "uuid", SimpleNamespace(uuid4=lambda: SimpleNamespace(hex=f"run {next(runs)}")))
    tokens = (token for number in questions for token in (f"question {number}", CALLBACK))
    patch.setattr(open_question, "secrets", SimpleNamespace(token_urlsafe=lambda _: next(tokens)))
    return records


def _keep_time(patch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    class StageTime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # the stage's time is no subclass
            return now().astimezone(tz)

    rooms = [module for name, module in list(sys.modules.items()) if name.startswith(KEEP_TIME)]
    for module in rooms:
        if vars(module).get("datetime") is datetime:
            patch.setattr(module, "datetime", StageTime)


def _asking_azure() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(activities.__path__):
        yield importlib.import_module(f"{activities.__name__}.{found.name}")
    for name in READ_ON_STAGE:
        yield importlib.import_module(name)


def _asked_of_azure(module: ModuleType) -> list[str]:
    """Names of the functions that a module uses, and that the stage answers for."""
    functions_there = [(name, one) for name, one in vars(module).items() if inspect.iscoroutinefunction(one)]
    return [name for name, one in functions_there if one.__module__.startswith(ANSWERED_ON_STAGE)]


class Post:
    """Notifications: `sent` are the occasions of those that arrived, `tried` of all; `arrives` tells which do."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.sent: list[Occasion] = []
        self.tried: list[Occasion] = []
        self.arrives: Callable[[Occasion], bool] = lambda _: True
        self._occasion = Occasion.DONE
        self._tell = deliver_notifications._tell
        patch.setattr(deliver_notifications, "_tell", self._tell_of)
        patch.setattr(deliver_notifications, "send", self._send)

    async def _tell_of(self, held: Held, notice: OwedNotice, current: Settings) -> None:
        self._occasion = notice.occasion
        await self._tell(held, notice, current)

    async def _send(self, _address: Address, _message: Message) -> Sent:
        self.tried.append(self._occasion)
        if self.arrives(self._occasion):
            self.sent.append(self._occasion)
            return Sent(reached=True)
        return Sent(reached=False)
