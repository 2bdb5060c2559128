"""Plans many images as each is planned by itself, with what is read for one read for all. Writes and starts nothing.

A page takes bounded time, whatever it is asked about: it ends early where time is up or Azure throttles, and says where
the next one begins.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import NamedTuple

from arm.surveys.mentions import find_named_users
from arm.transport.errors import ArmError, ArmNotFoundError, ArmRefusedError, ArmThrottledError, ArmUnavailableError
from arm.transport.recent import Recent
from migration.asking.request import DeleteSource
from migration.asking.settings import Settings
from migration.course.starting import Requester, start_by_request
from migration.fleet.forecast.forecast import FleetForecast, ImageForecast
from migration.fleet.forecast.ordering import Group, Sighted, after_a_younger
from migration.fleet.forecast.paging import of_owners, page_of
from migration.fleet.question.question import FleetQuestion
from migration.plan.plan import Plan
from migration.resources.image import ManagedImage
from migration.users.kinds import GRAPH_KINDS, blocking
from migration.values.ids import instance_id_for, same_id
from migration.values.problems import Problem
from migration.values.shortening import LONGEST_NOTE, short
from records.errors import RecordsMissingError, RecordUnreadableError
from records.store import Held, hold
from steering.fleets.foreseeing.selecting import find_groups
from steering.gathering.planning import draw_up_plan
from steering.gathering.reads.shared import Answers, SharedReads
from steering.gathering.users import notes_on, notes_on_named_kinds

LIFETIME = timedelta(minutes=10)  # of what was read for the first page, and serves the others
PAGE_SECONDS = 60.0  # less than half of what an answer may take: one image more, and one look at its users, has room
AT_ONCE = 8
_LATER_WAVE = "an older image of this definition than one of an earlier wave: its version gets the higher number"

_answers: Recent[Answers] = Recent(1)


class Asked(NamedTuple):
    """A question, by whom, and of which page: the images of these owners (none: all), after this one."""

    question: FleetQuestion
    requester: Requester
    owners: tuple[str, ...] = ()
    after: str | None = None
    top: int = 100


class Forecast(NamedTuple):
    """A page, and the id after which the next one begins."""

    page: FleetForecast
    after: str | None


async def plan_page(asked: Asked, settings: Settings) -> Forecast:
    """Return what would become of the images of a page.

    The first page reads everything anew, the others go by that. Raises RequestInvalidError, PlaceGoneError, and
    ArmError where not one image could be planned.
    """
    now = datetime.now(UTC)
    answers = await _answers.get("", now - LIFETIME if asked.after else now, _no_answers)
    reads = SharedReads(answers)
    groups = of_owners(await find_groups(asked.question, settings, reads), asked.owners)
    page = page_of(groups, asked.after, asked.top)
    total = sum(len(group.members) for group in groups)
    planned, wait = await _Planner(asked, settings, reads).plan(page.groups)
    is_whole = len(planned) == sum(len(group.members) for group in page.groups)
    after = page.after if is_whole else planned[-1].row.request.source_image_id
    return Forecast(FleetForecast(images=planned, total=total, wait_seconds=wait), after)


async def _no_answers(begun_at: datetime) -> Answers:
    return Answers(begun_at)


class _Planner:
    """Plans the images of one page, one after the other: the later ones count on from what the earlier would make."""

    def __init__(self, asked: Asked, settings: Settings, reads: SharedReads) -> None:
        self._asked = asked
        self._settings = settings
        self._reads = reads
        self._blocking = blocking(settings.block_on)
        self._until = monotonic() + PAGE_SECONDS

    async def plan(self, groups: list[Group]) -> tuple[list[ImageForecast], float | None]:
        """Plan whole definitions as long as there is time; returns how long to wait before the next, too."""
        found: list[ImageForecast] = []
        try:
            await _look_ahead(groups, self._reads)
            for group in groups:
                found += await self._group(group)
                if monotonic() > self._until:
                    break
        except ArmThrottledError as error:
            if not found:
                raise
            return found, error.retry_after_seconds
        except ArmUnavailableError:
            if not found:
                raise
        return found, None

    async def _group(self, group: Group) -> list[ImageForecast]:
        held = await _records(one.image for one in group.members if one.image and not one.row.left_out)
        late = after_a_younger([one for one in group.members if not one.row.left_out])
        found = []
        for one in group.members:
            told = await self._told_of(one, held)
            is_late = one.row.request.source_image_id in late
            found.append(told.changed(notes=[*told.notes, _LATER_WAVE]) if is_late else told)
        return found

    async def _told_of(self, one: Sighted, held: dict[str, Held | Problem]) -> ImageForecast:
        told = ImageForecast(row=one.row, created_at=one.image.created_at if one.image else None)
        if one.row.left_out:
            return told
        image = one.image
        if image is None or image.unreadable:
            reason = image.unreadable if image and image.unreadable else "it was not read"
            unread = Problem(field="sourceImageId", code="ResourceUnreadable", message=reason)
            return told.changed(problems=[one.unread or unread])
        record = held[image.id]
        if isinstance(record, Problem):
            return told.changed(problems=[record])
        told = told.changed(run=record.run.id if record.run and record.run.is_live else None)
        start = start_by_request(one.row.request, image, self._asked.requester, self._settings)
        result = await draw_up_plan(start, self._settings, record.copies, image, self._reads)
        if result.plan is None:
            return told.changed(problems=result.problems)
        self._reads.foresee(result.plan)
        notes, users = await self._used_by(result.plan)
        return told.planned(result.plan, [*result.plan.notes, *notes], users, self._settings.prices)

    async def _used_by(self, plan: Plan) -> tuple[list[str], dict[str, int] | None]:
        """Say who uses the source, by the one query that told of the users of all images; never fails for it."""
        try:
            users = await find_named_users(plan.source.id)
        except ArmError as error:
            return [short(f"not checked: who uses the source image: {error}", LONGEST_NOTE)], None
        others = [one for one in users if not same_id(one.id, plan.image_version_id)]
        kinds = dict(sorted(Counter(one.kind for one in others).items()))
        if plan.delete_source is DeleteSource.NEVER:
            return [], kinds
        listed = [one for one in others if one.kind not in GRAPH_KINDS]
        return [*notes_on(listed, plan, self._blocking), *await notes_on_named_kinds(plan, self._blocking)], kinds


async def _look_ahead(groups: list[Group], reads: SharedReads) -> None:
    """Ask for the versions of all definitions at once that the plans will ask for one after the other.

    No longer than Azure lets: what is missing then, the plans ask for, and end where it is refused.
    """
    wanted: dict[tuple[str, str], set[str]] = {}
    for group in groups:
        wanted.setdefault((group.target.gallery, group.target.subscription), set()).add(group.target.definition)
    limit = asyncio.Semaphore(AT_ONCE)
    throttled = asyncio.Event()

    async def look(definition_id: str) -> None:
        async with limit:
            if throttled.is_set():
                return
            try:
                await reads.versions(definition_id)
            except ArmThrottledError:
                throttled.set()
            except (ArmRefusedError, ArmNotFoundError, ArmUnavailableError):
                return

    for (gallery, subscription), names in wanted.items():
        with suppress(ArmError):
            for gallery_id in await _ids_of(gallery, subscription, reads):
                there = await reads.definitions(gallery_id)
                await asyncio.gather(*(look(one.id) for one in there if one.name.lower() in names))


async def _ids_of(gallery: str, subscription: str, reads: SharedReads) -> list[str]:
    if not gallery or not subscription:
        return [gallery] if gallery else []
    return [one.id for one in await reads.galleries(subscription) if one.name.lower() == gallery]


async def _records(images: Iterable[ManagedImage]) -> dict[str, Held | Problem]:
    """Read the records of images; a plan is also for who has not set up a storage account yet."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def look(image: ManagedImage) -> Held | Problem:
        migration_id = instance_id_for(image.id)
        async with limit:
            try:
                return await hold(migration_id)
            except RecordsMissingError:
                return Held(migration_id)
            except RecordUnreadableError as error:
                return Problem(field="sourceImageId", code="RecordUnreadable", message=str(error))

    found = list(images)
    return dict(zip((one.id for one in found), await asyncio.gather(*map(look, found)), strict=True))
