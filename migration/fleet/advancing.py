"""Which images of a fleet are to be started now: by its waves, its window, and what must not be made side by side.

Pure: how each image stands is given. That an image is started at all its own record decides, by the single use case.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from migration.fleet.definitions import asks_for_number, definition_of
from migration.fleet.fleet import Fleet, FleetStage
from migration.fleet.member import Member, MemberStage

HEARD_AFTER = timedelta(minutes=10)  # a run that a look began, and died of, is listed by the clock within five


class InFleet(NamedTuple):
    """An image of a fleet: whether it has come to its question (or needs none any more), and whether it has ended."""

    member: Member
    is_past: bool
    has_ended: bool

    @property
    def waits(self) -> bool:
        return self.member.stage is MemberStage.WAITING and not self.member.left_out

    @property
    def is_on_its_way(self) -> bool:
        return self.member.stage is MemberStage.STARTED and not self.is_past

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to be done about it."""
        return self.member.left_out or self.member.stage is MemberStage.PASSED or self.has_ended


class NextStep(NamedTuple):
    """What to start now, in this order. `more` tells that more could be started, `opens_at` for when a wave waits."""

    start: list[Member]
    more: bool = False
    opens_at: datetime | None = None
    is_over: bool = False


def next_step(
    fleet: Fleet, images: Sequence[InFleet], now: datetime, *, most: int, default_gallery: str | None = None
) -> NextStep:
    """Say what to start now, at most so many: never more than are missing from the window.

    A cancelled fleet with images that wait is over once one that was just being started has had time to be seen. A wave
    begins when all before it are through, and not before its date. Of one definition one image without a number
    is on its way at a time, in the order of the rows, so that their numbers ascend.
    """
    is_cancelled = fleet.stage is FleetStage.CANCELLED
    heard_at = fleet.at + HEARD_AFTER
    if is_cancelled and now < heard_at and any(one.waits for one in images):
        return NextStep([], opens_at=heard_at)
    if all(one.is_done or (is_cancelled and one.waits) for one in images):
        return NextStep([], is_over=True)
    if fleet.stage is not FleetStage.RUNNING:
        return NextStep([])
    wave, opens_at = _open_wave(fleet, images)
    if opens_at is not None and now < opens_at:
        return NextStep([], opens_at=opens_at)
    room = fleet.terms.window - sum(one.is_on_its_way for one in images)
    due = list(_due(wave, images, default_gallery))
    return NextStep(due[: max(0, min(room, most))], more=min(room, len(due)) > most)


def _open_wave(fleet: Fleet, images: Sequence[InFleet]) -> tuple[int, datetime | None]:
    """Return the first wave that is not through, and the moment before which it does not begin."""
    wave = min((one.member.wave for one in images if one.waits or one.is_on_its_way), default=0)
    return wave, next((start.at for start in fleet.terms.wave_starts if start.wave == wave), None)


def _due(wave: int, images: Sequence[InFleet], default_gallery: str | None) -> Iterator[Member]:
    """Return what of a wave waits for nothing but room: of each definition the first."""
    busy = {definition_of(one.member.request, default_gallery) for one in images if one.is_on_its_way and _draws(one)}
    for one in images:
        if not one.waits or one.member.wave != wave:
            continue
        if _draws(one):
            definition = definition_of(one.member.request, default_gallery)
            if definition in busy:
                continue
            busy.add(definition)
        yield one.member


def _draws(one: InFleet) -> bool:
    return not asks_for_number(one.member.request)
