"""The images of a fleet that ask now, each with what its approver has to know: read some at a time, and in time."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from arm.transport.errors import ArmError
from migration.approval.admission import Decider
from migration.approval.approval import Decision
from migration.asking.settings import Settings
from migration.fleet.member import Member
from migration.promise.checks import Check, decisive, meaning
from migration.promise.evidence import Evidence
from migration.record.asked import Asked, asked_of
from migration.telling.of_fleets.due import asking
from migration.telling.of_fleets.shown import Named
from migration.telling.of_fleets.standing import FleetStand
from migration.users.kinds import blocking
from migration.values.answer import Refusal
from migration.values.ids import instance_id_for, same_id
from records.errors import RecordUnreadableError
from records.store import Held, hold
from steering.gathering.judging import Outlook, outlook_of
from steering.gathering.recent_evidence import recent_evidence
from steering.runs.deciding import objection_to

AT_ONCE = 8
READ_SECONDS = 60.0  # in which the checks of a page are read; what is left then is said not to have been
_LATE = "there was no time left to look at it"
NOT_REACHED = Refusal(code="NotReached", message="there was no time left for it: nothing was decided about it")


@dataclass(frozen=True)
class OpenQuestion:
    """An image of a fleet, the record that holds its question, and the question."""

    member: Member
    held: Held
    asked: Asked


@dataclass(frozen=True)
class SeenQuestion:
    """A question with what is to be known of it; where Azure could not be read in time, `unread` says so.

    `barred` is why whoever looks may not decide about it, as far as that can be told before they have.
    """

    open: OpenQuestion
    evidence: Evidence | None = None
    outlook: Outlook | None = None
    unread: str | None = None
    barred: Refusal | None = None

    @property
    def asked(self) -> Asked:
        return self.open.asked

    @property
    def allows(self) -> list[Decision]:
        """Return what can be decided now by whoever looks: of what nothing is known, only that it is not good."""
        if self.barred is not None:
            return []
        if self.outlook is None:
            return [one for one in self.asked.question.allows if one is Decision.REJECT]
        return takes(self.asked, self.outlook)

    @property
    def is_good(self) -> bool:
        """Tell whether nothing stands against it, and nothing needs attention."""
        return Decision.APPROVE in self.allows and self.outlook is not None and all(map(_holds, self.outlook.checks))

    def named(self, settings: Settings) -> Named:
        """Return what whoever decides about it says of what they were shown."""
        facts = facts_of(self.evidence, settings) if self.evidence else ""
        return Named(self.open.member.number, self.asked.question.id, tuple(self.allows), facts)


def _holds(check: Check) -> bool:
    return check.good


def takes(asked: Asked, outlook: Outlook) -> list[Decision]:
    """Return the decisions that count now: where nothing would be deleted, to approve is to accept."""
    accepts = not asked.deletes and Decision.ACCEPT in outlook.offers
    return [one for one in Decision if one in outlook.offers or (one is Decision.APPROVE and accepts)]


def facts_of(evidence: Evidence, settings: Settings) -> str:
    """Return text that changes with what the checks mean, or with any fact on which a decision rests."""
    blocks = blocking(settings.block_on)
    return hashlib.sha256(f"{meaning(blocks)}.{evidence.digest(decisive(blocks))}".encode()).hexdigest()[:16]


async def open_questions(
    stand: FleetStand, after: int, top: int, covers: datetime | None = None
) -> tuple[list[OpenQuestion], int | None]:
    """Return the next images that ask, beyond a number, and after which number the page after this one begins.

    The list says which may ask, the record of each whether it does: of those asked until `covers`, if that is said.
    """
    rest = [one.member for one in asking(stand) if one.member.number > after]
    page = sorted(rest, key=lambda one: one.number)[:top]
    found = await in_time(page, READ_SECONDS, lambda member: open_question(stand.fleet.id, member))
    last = page[-1].number if len(page) < len(rest) else None
    return [one for one in found if one is not None and (covers is None or one.asked.question.asked_at <= covers)], last


async def open_question(fleet_id: str, member: Member) -> OpenQuestion | None:
    """Return the question that an image asks for a fleet; None where it asks none, or its record makes no sense."""
    try:
        held = await hold(instance_id_for(member.request.source_image_id))
    except RecordUnreadableError:
        return None
    asked = question_in(fleet_id, member, held)
    return OpenQuestion(member, held, asked) if asked is not None and asked.is_open else None


def question_in(fleet_id: str, member: Member, held: Held) -> Asked | None:
    """Return the question that a record holds, open or not, if it is of this image and of a run of this fleet."""
    run = held.run
    if held.record is None or run is None or run.start.fleet != fleet_id:
        return None
    is_its = same_id(held.record.source_image_id, member.request.source_image_id)
    return asked_of(held.migration_id, run) if is_its else None


async def look_at(questions: Iterable[OpenQuestion], decider: Decider, settings: Settings) -> list[SeenQuestion]:
    """Read and judge questions as the single page does, for whoever decides; what many images share is read once.

    Those against which something stands come first.
    """
    ends_at, shared_since = monotonic() + READ_SECONDS, datetime.now(UTC)

    async def look(question: OpenQuestion) -> SeenQuestion:
        barred = objection_to(decider, question.asked, settings)
        try:
            async with asyncio.timeout(max(ends_at - monotonic(), 0)):
                evidence = await recent_evidence(question.asked, shared_since)
        except TimeoutError:
            return SeenQuestion(question, unread=_LATE, barred=barred)
        except ArmError as error:
            return SeenQuestion(question, unread=f"Azure gave no answer about it ({error.code})", barred=barred)
        outlook = outlook_of(question.asked, evidence, question.held.answered, settings)
        return SeenQuestion(question, evidence, outlook, barred=barred)

    known = list(questions)
    found = await in_time(known, READ_SECONDS, look)
    seen = [one or SeenQuestion(question, unread=_LATE) for one, question in zip(found, known, strict=True)]
    return sorted(seen, key=lambda one: (one.is_good, one.open.member.number))


async def in_time[Item, Found](
    items: Iterable[Item], seconds: float, work: Callable[[Item], Awaitable[Found]]
) -> list[Found | None]:
    """Work on items, AT_ONCE at a time; None for each whose turn does not come within so many seconds."""
    limit, ends_at = asyncio.Semaphore(AT_ONCE), monotonic() + seconds

    async def one(item: Item) -> Found | None:
        async with limit:
            return await work(item) if monotonic() < ends_at else None

    return list(await asyncio.gather(*map(one, items)))
