"""Telling people what the record owes them: links stand in it first, and nobody who never answers holds anything up."""

import asyncio
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import grpc
import pytest

from activities import deliver_notifications as step
from activities.deliver_notifications import approval_url
from migration.approval.link import digest_of
from migration.asking.reading import settings
from migration.asking.settings import Settings, SettingsInvalidError
from migration.course import steps
from migration.record.notices import PAUSES, OwedNotice
from migration.record.question import Decided, Stage
from migration.record.run import RunStage
from migration.telling.receivers import Address
from migration.values.ids import teller_of
from migration.values.occasion import Occasion
from migration.values.outcome import OutcomeKind, Phase
from notifying import sending as post
from notifying.sending import Sent
from records.errors import RecordsUnavailableError
from tests.support.fakes.fake_hub import FakeClient
from tests.support.samples import (
    NOW,
    OWN_ID,
    SOURCE,
    changed,
    make_approval,
    make_ended,
    make_outcome,
    make_record,
    make_run,
)
from tests.support.steps import STEPS, Migration

ADA, TEAM = "Ada=json://ada.example.com/hook", "json://team.example.com/hook"
ASKING = [Occasion.APPROVAL_NEEDED, Occasion.REMINDER, Occasion.ESCALATION]


def owed(occasion: Occasion, **changes: Any) -> OwedNotice:
    return changed(OwedNotice(occasion=occasion, due_at=NOW), changes)


class Telling(Migration):
    """A migration, what was sent by it to whom, and who cannot be reached."""

    def __init__(self, records: Any) -> None:
        super().__init__(records, OWN_ID)
        self.sent: list[tuple[Address, Any]] = []
        self.links_known: list[bool] = []
        self.unreachable: set[str] = set()

    async def tells(self) -> list[str]:
        self.sent.clear()
        await self.deliver()
        return [address.url for address, _ in self.sent]

    def receive(self, address: Address, message: Any) -> bool:
        token = token_in(message)
        self.links_known.append(token is None or digest_of(token) in {link.token for link in self.run.links})
        self.sent.append((address, message))
        return address.url not in self.unreachable


def token_in(message: Any) -> str | None:
    found = [line.value for line in message.lines if line.is_link]
    return parse_qs(urlsplit(found[0]).query)["token"][0] if found else None


@pytest.fixture
def telling(records, configure, monkeypatch) -> Telling:
    records.put(make_record(make_run(Phase.AWAITING_APPROVAL, owed=[owed(Occasion.APPROVAL_NEEDED)])))
    configure(notify=f"{ADA} {TEAM}", escalate="json://boss.example.com/hook")
    found = Telling(records)

    async def send(address: Address, message: Any) -> Sent:
        return Sent(found.receive(address, message))

    monkeypatch.setattr(step, "send", send)
    return found


async def test_each_receiver_gets_a_link_of_their_own_which_the_record_knows_before_anybody_has_it(telling):
    assert await telling.tells() == ["json://ada.example.com/hook", "json://team.example.com/hook"]
    tokens = [token_in(message) for _, message in telling.sent]
    assert len(set(tokens)) == 2
    assert telling.links_known == [True, True]
    known = [(link.token, link.question, link.receiver, link.name) for link in telling.run.links]
    ada, team = Address.parse(ADA), Address.parse(TEAM)
    assert known == [
        (digest_of(tokens[0]), "question 1", ada.receiver, "Ada"),
        (digest_of(tokens[1]), "question 1", team.receiver, None),
    ]
    assert telling.run.owed == []


async def test_neither_a_token_nor_an_address_can_be_had_from_the_record(telling, records):
    await telling.tells()
    text = str(records.rows)
    assert all(token_in(message) not in text for _, message in telling.sent)
    assert "example.com/hook" not in text


async def test_a_link_that_cannot_be_written_down_is_sent_to_nobody(telling, records):
    """Its receiver would have been told that it was forged."""
    records.before_saving = [lambda: records.put(make_record(make_run(id="run 2")))]
    await telling.tells()
    assert telling.sent == []


async def test_whoever_was_missed_is_owed_it_again_and_nobody_else(telling):
    team = Address.parse(TEAM)
    telling.unreachable.add(team.url)
    await telling.tells()
    (again,) = telling.run.owed
    assert (again.reached, again.attempt) == ([Address.parse(ADA).receiver], 1)
    assert again.due_at - datetime.now(UTC) <= PAUSES[0]
    assert await telling.tells() == [], "it is not due yet"
    telling.change(owed=[again.changed(due_at=NOW)])
    telling.unreachable.clear()
    assert await telling.tells() == [team.url]
    assert (telling.run.owed, telling.run.notes) == ([], [])


async def test_whoever_cannot_be_reached_is_given_up_after_some_attempts_and_counted(telling):
    telling.unreachable |= {Address.parse(ADA).url, Address.parse(TEAM).url}
    for _ in range(len(PAUSES)):
        telling.change(owed=[one.changed(due_at=NOW) for one in telling.run.owed])
        assert len(await telling.tells()) == 2
    assert telling.run.owed == []
    assert telling.run.notes == ["told 0 of 2 (approvalNeeded); the others could not be reached"]


async def test_whoever_was_taken_off_the_settings_meanwhile_is_not_told(telling, configure):
    telling.change(owed=[owed(Occasion.APPROVAL_NEEDED, reached=[Address.parse(ADA).receiver], attempt=1)])
    configure(notify=ADA)
    assert await telling.tells() == []
    assert telling.run.owed == []


async def test_whose_address_was_corrected_meanwhile_is_told_at_the_next_attempt(telling, configure):
    """Of whoever was missed only the digest of the wrong address was known: nobody was told, with no note of it."""
    telling.unreachable.add(Address.parse(TEAM).url)
    await telling.tells()
    configure(notify=f"{ADA} json://team-spelt-right.example.com")
    telling.change(owed=[one.changed(due_at=NOW) for one in telling.run.owed])
    assert await telling.tells() == ["json://team-spelt-right.example.com"]
    assert telling.run.owed == []


async def test_while_nobody_knows_whom_to_tell_no_attempt_is_used_up(telling, configure, monkeypatch):
    """Settings that were wrong for six minutes lost whatever was owed by then, the question included."""
    monkeypatch.setenv("MIGRATION_REGIONS", "a=b=c=d=e")
    settings.cache_clear()
    for _ in range(5):
        with pytest.raises(SettingsInvalidError):
            await telling.tells()
    assert telling.run.owed == [owed(Occasion.APPROVAL_NEEDED)]
    configure(regions="")
    assert len(await telling.tells()) == 2


@pytest.mark.parametrize(
    "wrong", [{"notify": "foo Ada=nosuch://ada"}, {"public_url": "app.example.com"}], ids=["no address", "no link"]
)
async def test_while_nobody_could_be_told_or_follow_a_link_no_attempt_is_used_up(telling, configure, wrong):
    configure(**wrong)
    for _ in range(5):
        with pytest.raises(SettingsInvalidError):
            await telling.tells()
    assert telling.run.owed == [owed(Occasion.APPROVAL_NEEDED)]
    configure(notify=TEAM, public_url="https://app.example.com")
    assert len(await telling.tells()) == 1


def audited(run: Any) -> list[tuple[str, str]]:
    return [(entry.event, entry.detail) for entry in run.audit if entry.event.startswith(("asked", "told"))]


async def test_the_audit_says_of_each_attempt_how_many_were_reached(telling):
    telling.unreachable.add(Address.parse(TEAM).url)
    await telling.tells()
    telling.change(owed=[one.changed(due_at=NOW) for one in telling.run.owed])
    telling.unreachable.clear()
    await telling.tells()
    event = "asked (approvalNeeded)"
    assert audited(telling.run) == [(event, "told 1 of 2"), (event, "told 2 of 2")]


@pytest.mark.parametrize(
    ("occasion", "event", "setting"),
    [
        (Occasion.APPROVAL_NEEDED, "asked nobody", "MIGRATION_NOTIFY"),
        (Occasion.ESCALATION, "asked nobody", "MIGRATION_ESCALATE"),
        (Occasion.DECIDED, "told nobody", "MIGRATION_NOTIFY"),
    ],
)
async def test_the_audit_says_that_nobody_was_told(telling, configure, occasion, event, setting):
    """With no address it said "asked (approvalNeeded)", and the question expired after seven days."""
    configure(notify="", escalate="")
    telling.change(owed=[owed(occasion)])
    await telling.tells()
    assert audited(telling.run) == [(f"{event} ({occasion})", f"{setting} names no address")]


async def test_of_many_workers_that_deliver_at_once_one_does(telling, monkeypatch):
    async def slow(address: Address, message: Any) -> Sent:
        await asyncio.sleep(0.01)
        return Sent(telling.receive(address, message))

    monkeypatch.setattr(step, "send", slow)
    telling.sent.clear()
    await asyncio.gather(*(telling.deliver() for _ in range(5)))
    assert len(telling.sent) == 2
    assert len(telling.run.links) == 2


async def test_a_table_that_takes_no_more_writes_has_nobody_told_more_than_a_few_times(telling, records):
    """It was read, people were told, and that they were could not be written down: once a minute, for hours."""
    for _ in range(10):
        telling.change(owed=[one.changed(due_at=NOW) for one in telling.run.owed])
        after_the_claim = [lambda: None, *[broken] * 50]
        records.before_saving = after_the_claim
        with suppress(RecordsUnavailableError):
            await telling.deliver()
        records.before_saving = []
    assert len(telling.sent) == 2 * len(PAUSES)
    assert telling.run.owed == []
    assert telling.run.notes == ["notifications (approvalNeeded) could not be sent"]


def broken() -> None:
    raise RecordsUnavailableError("503: it takes no writes")


async def test_a_decision_in_the_moment_before_the_attempt_leaves_nobody_asked(telling, records):
    records.before_saving = [lambda: telling.change_question(stage=Stage.REJECTED)]
    assert await telling.tells() == []
    assert (telling.run.owed, telling.run.links) == ([], [])


async def test_an_escalation_goes_to_those_who_are_told_of_them(telling):
    telling.change(owed=[owed(Occasion.ESCALATION)])
    assert await telling.tells() == ["json://boss.example.com/hook"]


async def test_nobody_to_notify_is_no_failure(telling, configure):
    configure(notify="")
    assert await telling.tells() == []
    assert (telling.run.owed, telling.run.notes) == ([], [])


@pytest.mark.parametrize("occasion", ASKING)
async def test_a_question_is_told_as_the_record_has_it(telling, occasion: Occasion):
    """A forged state asked people about another source than the one that their link is for."""
    telling.change(owed=[owed(occasion)])
    forged = {"migrationId": OWN_ID, "state": {"plan": {"source": {"id": f"{SOURCE}2"}}}}
    await STEPS[steps.DELIVER_NOTIFICATIONS.name](forged)
    assert all(f"Source image: {SOURCE}\n" in message.text() for _, message in telling.sent)
    assert telling.sent


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.OPEN])
async def test_a_question_that_is_closed_is_asked_of_nobody(telling, stage: Stage):
    telling.change_question(stage=stage)
    telling.change(owed=[owed(occasion) for occasion in ASKING])
    assert await telling.tells() == []
    assert telling.run.owed == []


async def test_a_decision_that_nobody_took_is_told_to_nobody_as_one(telling):
    """An instance started with a forged approval in its input had it announced."""
    telling.change(owed=[owed(Occasion.DECIDED)])
    await telling.tells()
    assert all("approved" not in message.title for _, message in telling.sent)


async def test_a_decision_is_told_with_who_took_it(telling):
    decided = Decided(approval=make_approval(decision="reject", comment="no"), at=NOW)
    telling.change_question(stage=Stage.REJECTED, decided=decided)
    telling.change(owed=[owed(Occasion.DECIDED)])
    await telling.tells()
    assert [message.title for _, message in telling.sent] == ["The migration of web was rejected"] * 2


async def test_an_end_is_told_and_whoever_was_missed_is_owed_it_again(telling, records):
    failed = make_outcome(OutcomeKind.FAILED, "X")
    records.put(make_record(make_ended(failed, stage=RunStage.ENDING, owed=[owed(Occasion.FAILED)])))
    telling.unreachable.add(Address.parse(TEAM).url)
    await telling.tells()
    assert [message.title for _, message in telling.sent] == ["The migration of web ended: Failed"] * 2
    assert telling.run.owed[0].attempt == 1


@pytest.mark.parametrize("before", [RunStage.BEGUN, RunStage.ENDING])
async def test_having_people_told_waits_for_nobody_and_ends_nothing(telling, records, before: RunStage):
    """An end that was decided in the moment before was over by it, though nothing of it had been written down."""
    ending = make_ended(make_outcome(OutcomeKind.FAILED, "X"), stage=RunStage.ENDING, owed=[owed(Occasion.DECIDED)])
    if before is RunStage.ENDING:
        records.put(make_record(ending))
    await telling.take(steps.SEND_NOTIFICATIONS)
    assert telling.run.stage is before
    assert (telling.hub.telling, telling.sent) == ([teller_of(OWN_ID)], [])


async def test_a_run_that_owes_nothing_has_nobody_told(telling):
    telling.change(owed=[])
    await telling.take(steps.SEND_NOTIFICATIONS)
    assert telling.hub.telling == []


async def test_a_task_hub_that_is_away_holds_no_end_up(telling, records):
    """The clock has people told of what is owed still."""
    ended = make_ended(make_outcome(OutcomeKind.FAILED, "X"), stage=RunStage.ENDED, owed=[owed(Occasion.FAILED)])
    records.put(make_record(ended))
    telling.client = FakeClient(says=grpc.StatusCode.UNAVAILABLE)
    await telling.take(steps.SEND_NOTIFICATIONS)
    assert len(telling.run.owed) == 1


async def test_what_is_not_due_yet_is_not_told(telling):
    later = owed(Occasion.APPROVAL_NEEDED, due_at=datetime.now(UTC) + timedelta(minutes=1))
    telling.change(owed=[later])
    assert await telling.tells() == []
    assert telling.run.owed == [later]


async def test_an_instance_of_an_earlier_run_tells_nobody_anything(telling):
    hint = telling.hint().changed(run="run 0")
    await telling.take(steps.SEND_NOTIFICATIONS, hint=hint)
    assert telling.sent == []
    assert telling.run.owed == [owed(Occasion.APPROVAL_NEEDED)]


# How it goes out


@pytest.fixture
def sending(records, configure) -> Migration:
    records.put(make_record(make_run(Phase.AWAITING_APPROVAL, owed=[owed(Occasion.APPROVAL_NEEDED)])))
    return Migration(records, OWN_ID)


async def test_an_address_that_makes_no_sense_is_missed_and_the_others_are_tried(sending, configure, monkeypatch):
    reached = await _with_apprise(monkeypatch, {"json://good.example.com": 0.0})
    configure(notify="nonsense://x Ada=alsononsense://y json://good.example.com")
    await sending.deliver()
    (again,) = sending.run.owed
    assert again.reached == [Address.parse("json://good.example.com").receiver]
    assert reached == ["json://good.example.com"]


async def test_a_receiver_that_never_answers_costs_little_and_others_are_told_all_the_same(
    sending, configure, monkeypatch
):
    """One receiver that held its connection open stopped the whole migration for hours."""
    reached = await _with_apprise(monkeypatch, {"json://slow.example.com": None, "json://good.example.com": 0.0})
    monkeypatch.setattr(post, "LONGEST_SECONDS", 0.05)
    configure(notify="json://slow.example.com json://good.example.com")
    async with asyncio.timeout(5):
        await sending.deliver()
    assert reached == ["json://good.example.com"]
    (again,) = sending.run.owed
    assert again.reached == [Address.parse("json://good.example.com").receiver]


async def test_receivers_that_never_come_to_an_end_take_nobody_elses_thread(sending, configure, monkeypatch):
    """A few that answered a letter at a time held every thread there was, and no image's people could be told."""
    slow: dict[str, float | None] = {f"json://slow{number}.example.com": None for number in range(20)}
    monkeypatch.setattr(post, "LONGEST_SECONDS", 0.05)
    await _with_apprise(monkeypatch, slow)
    configure(notify=" ".join(slow))
    await sending.deliver()
    reached = await _with_apprise(monkeypatch, {"json://good.example.com": 0.0})
    monkeypatch.setattr(post, "LONGEST_SECONDS", 5)
    configure(notify="json://good.example.com")
    sending.change(owed=[owed(Occasion.APPROVAL_NEEDED)])
    await sending.deliver()
    assert (reached, sending.run.owed) == (["json://good.example.com"], [])


async def test_threads_that_never_come_to_an_end_are_not_kept_without_number(sending, configure, monkeypatch):
    reached = await _with_apprise(monkeypatch, {"json://good.example.com": 0.0})
    monkeypatch.setattr(post, "MOST_THREADS", 0)
    configure(notify="json://good.example.com")
    await sending.deliver()
    assert (reached, sending.run.owed[0].attempt) == ([], 1)


async def test_a_plug_in_that_raises_stops_no_migration(sending, configure, monkeypatch):
    await _with_apprise(monkeypatch, {})
    configure(notify="json://unknown.example.com")
    assert await sending.deliver() is not None
    assert sending.run.owed[0].attempt == 1


async def _with_apprise(monkeypatch, answers_after: dict[str, float | None]) -> list[str]:
    """Have apprise reach only these, each after so many seconds; None: it never answers."""
    from apprise import Apprise

    reached: list[str] = []
    never = threading.Event()

    def notify(self: Apprise, **_message: Any) -> bool:
        (url,) = [url for url in answers_after if url.split("//")[1] in self[0].url()] or [""]
        if answers_after[url] is None:
            never.wait()
        reached.append(url)
        return True

    monkeypatch.setattr(Apprise, "notify", notify)
    return reached


def test_a_link_is_an_address_of_the_app_and_its_secret_is_in_the_query():
    url = urlsplit(approval_url(OWN_ID, "a token", Settings(public_url="https://example.com/")))
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"https://example.com/api/approvals/{OWN_ID}"
    assert url.query == "token=a token"
