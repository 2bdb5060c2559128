"""Whatever is away for a while, at whatever step: a run that is under way ends as it would have without."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmUnavailableError
from migration.course import steps
from tests.support.stage.hooks import Real
from tests.support.stage.play import Play
from tests.support.steps import OF_AN_IMAGE

UNTAKEN = {steps.CANCEL_RUN.name, steps.LOOK_FOR_NEWS.name, steps.LOOK_AT_SOAK.name}  # the last: test_soaking.py
STEPS = [name for name in OF_AN_IMAGE if name not in UNTAKEN]
DURATIONS = [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(hours=11)]


class Outage:
    """Something is away from the first time that a step is to be taken, for so long."""

    def __init__(self, play: Play, step: str, duration: timedelta) -> None:
        self._play, self._step, self._duration = play, step, duration
        self.until: datetime | None = None
        for name in OF_AN_IMAGE:
            play.hooks[name] = self._before(name)

    def _before(self, name: str) -> Callable[[Any, Real], Any]:
        def hook(told: Any, real: Real) -> Any:
            if name == self._step and self.until is None:
                self.until = self._play.stage.now + self._duration
            self.tell()
            return real(told)

        return hook

    @property
    def is_on(self) -> bool:
        return self.until is not None and self._play.stage.now < self.until

    def tell(self) -> None:
        raise NotImplementedError


class OfAzure(Outage):
    def tell(self) -> None:
        self._play.azure.error = ArmUnavailableError("ServiceRequestError", "no network") if self.is_on else None


class OfTheTable(Outage):
    def tell(self) -> None:
        self._play.records.is_down = self.is_on


class OfTheReceiver(Outage):
    def tell(self) -> None:
        self._play.post.arrives = lambda _: not self.is_on


@pytest.mark.parametrize("duration", DURATIONS, ids=str)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("what", [OfAzure, OfTheTable, OfTheReceiver])
def test_a_run_ends_as_it_would_have_without_the_outage(play: Play, what: type[Outage], step: str, duration: timedelta):
    outage = what(play, step, duration)
    play.start().until("AwaitingApproval")
    while outage.is_on:
        play.stage.advance(timedelta(minutes=10))
    play.records.is_down = False
    play.approve().until("Done")
    play.stage.advance(timedelta(days=1))
    assert outage.until is not None
    assert play.outcome == ("Migrated", "Migrated")
    assert (play.azure.image, play.instance.runtime_status) == (None, "COMPLETED")
    assert (play.azure.asked["start_version"], play.azure.asked["start_promotion"]) >= (1, 1)
    assert play.run.obstacles == []
    assert play.instance.longest_history < 300
