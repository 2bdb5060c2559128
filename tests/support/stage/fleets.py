"""A fleet on stage: images that are started by its orchestration, and what people do with it meanwhile."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from migration.asking.reading import settings
from migration.course import steps
from migration.course.starting import Requester
from migration.fleet.fleet import Fleet
from migration.fleet.moving import FleetMove
from migration.fleet.order import FleetOrder
from migration.plan.plan import PlanResult
from migration.telling.of_fleets.standing import FleetStand, Standing
from migration.values.answer import Refusal
from migration.values.problems import Problem
from records.errors import RecordsUnavailableError
from records.fleets.held import HeldFleet, hold_fleet
from steering.fleets.running.beginning import begin_fleet
from steering.fleets.running.steering import retry, steer
from steering.fleets.standing import stand_of
from tests.support.samples import SOURCE
from tests.support.stage.many import MINUTE, Crowd

ADA = Requester("Ada", ("ada",))


class FleetPlay(Crowd):
    """A fleet of images that Azure has, or lacks; `fleet_id` is that of the fleet begun last."""

    fleet_id = ""

    def configure(self, **values: str) -> "FleetPlay":
        super().configure(**values)
        return self

    def by_the_clock(self) -> "FleetPlay":
        super().by_the_clock()
        return self

    def begin(self, rows: Iterable[dict[str, Any]], **terms: Any) -> "FleetPlay":
        """Have a fleet begun, as the API does."""
        order = FleetOrder.parse({"terms": terms, "rows": list(rows)})
        self.fleet_id = asyncio.run(begin_fleet(self.hub, order, ADA)).id
        self.stage.run()
        return self

    def add_images(self, count: int, first: int = 0, **row: Any) -> list[dict[str, Any]]:
        """Let Azure have images; gives back a row for each."""
        images = [self.many.add(number) for number in range(first, first + count)]
        asked = row.pop("request", {})
        return [{"request": {"sourceImageId": image.id, **asked}, **row} for image in images]

    @property
    def fleet(self) -> Fleet:
        return self._held().fleet

    @property
    def stand(self) -> FleetStand:
        return asyncio.run(stand_of(self.fleet))

    @property
    def counts(self) -> dict[str, int]:
        return {standing.value: count for standing, count in self.stand.counts.items()}

    @property
    def standings(self) -> list[Standing]:
        return [one.standing for one in self.stand.members]

    @property
    def on_their_way(self) -> int:
        return self.stand.counts.get(Standing.ON_ITS_WAY, 0)

    def _held(self) -> HeldFleet:
        held = asyncio.run(hold_fleet(self.fleet_id))
        assert held is not None
        return held

    def steer(self, move: FleetMove, by: str = "Grace", reason: str = "") -> Fleet | Refusal:
        """Do as the API does, and let the fleet hear of it."""
        held, is_retry = self._held(), move is FleetMove.RETRY
        work = retry(self.hub, held, by=by) if is_retry else steer(self.hub, held, move, by=by, reason=reason)
        result = asyncio.run(work)
        self.stage.run()
        return result

    def until_over(self, limit: timedelta = timedelta(hours=12), step: timedelta = MINUTE) -> "FleetPlay":
        end = self.stage.now + limit
        while self.fleet.over_at is None:
            assert self.stage.now < end, self.counts
            self.stage.advance(step)
        self.stage.run()
        return self

    def deliver_looks_again(self, after: Callable[[], None] = lambda: None) -> None:
        """Have a look at a fleet whose worker dies of it (ConnectionResetError) come again, and do this before."""

        async def again(said: Any, real: Any) -> Any:
            try:
                return await real(said)
            except ConnectionResetError as error:
                after()
                raise RecordsUnavailableError("as if it were delivered again") from error

        self.hooks[steps.ADVANCE_FLEET.name] = again

    def refuse_the_first(self) -> None:
        """Have the plan of the first image refused, until `azure.answers` say nothing of plans any more."""
        draw_up = self.many._draw_up_plan

        def refused(start: Any, *more: Any) -> Any:
            if start.source_image_id == id_of(0):
                return PlanResult(problems=[Problem(field="gallery", code="Missing", message="none")])
            return draw_up(start, *more)

        self.azure.answers["draw_up_plan"] = refused


def id_of(number: int) -> str:
    return f"{SOURCE}{number}"


@contextmanager
def fleet_on_stage(takes: Callable[[int], timedelta] = lambda _: 20 * MINUTE) -> Iterator[FleetPlay]:
    with pytest.MonkeyPatch.context() as patch:
        yield FleetPlay(patch, takes)
    settings.cache_clear()
