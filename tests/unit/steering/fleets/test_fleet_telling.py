"""A fleet tells by one message when it asks, one a day and one at its end, whatever its size."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.deliver_notifications import deliver_notifications
from migration.approval.link import digest_of
from migration.course.steps import Image
from migration.fleet.fleet import FleetApproval, FleetStage
from migration.fleet.told import MOST_ATTEMPTS, FleetTold
from migration.record.notices import OwedNotice
from migration.telling.receivers import Address
from migration.values.occasion import Occasion
from migration.values.outcome import Phase
from notifying.sending import Sent
from records.fleets.held import hold_fleet, write_fleet
from records.fleets.members import write_member
from records.fleets.told import LINKS, HeldTold, change_told, hold_told
from steering.fleets.approving import telling
from steering.fleets.approving.links import is_taken_back, opened_link
from steering.fleets.standing import stand_of
from steering.telling import digest
from steering.telling.digest import send_digest
from steering.upkeep.tending import tend
from tests.support.fleets import (
    ASKED_AT,
    FLEET,
    asking_fleet,
    failed_record,
    id_of,
    make_fleet,
    make_member,
    put,
    put_fleet,
    record_of,
)
from tests.support.samples import changed, make_settings

ADA, TEAM, BOSS = "ada@contoso.com=json://ada.example.com/", "json://team.example.com/", "json://boss.example.com/"
CURRENT = make_settings(notify=f"{ADA} {TEAM}", escalate=BOSS, public_url="https://app.example.com")


class Post:
    """What was sent to whom; `away` cannot be reached."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.away: set[str] = set()

    async def send(self, address: Address, message: Any) -> Sent:
        self.sent.append((address.url, message))
        return Sent(address.url not in self.away)

    @property
    def titles(self) -> list[str]:
        """What the team was told, in order."""
        return [message.title for url, message in self.sent if url == Address.parse(TEAM).url]

    def tokens(self, receiver: str) -> list[str]:
        texts = [message.text() for url, message in self.sent if url == Address.parse(receiver).url]
        return [token for text in texts for token in re.findall(r"fleet-approvals/fleet-\w+\?token=([\w-]+)", text)]


@pytest.fixture
def post(monkeypatch) -> Post:
    post = Post()
    monkeypatch.setattr(telling, "send", post.send)
    monkeypatch.setattr(digest, "send", post.send)
    return post


async def tick(settings: Any = CURRENT) -> None:
    await telling.tell_fleets(settings)


async def a_day_later(later: timedelta = timedelta(days=1, minutes=1)) -> None:
    """Have what was told last have been told a day ago, or so long."""
    held = await hold_told(FLEET)
    assert held is not None
    await change_told(held, lambda told: told.changed(at=told.at - later))


async def told() -> FleetTold:
    held = await hold_told(FLEET)
    assert held is not None
    return held.told


async def make_due(held: HeldTold) -> None:
    """Have the next attempt be due."""
    await change_told(held, lambda told: told.changed(owed=told.owed.changed(due_at=ASKED_AT) if told.owed else None))


async def end(number: int) -> None:
    """Have a migration end, and owe that."""
    record = record_of(number, None)
    now = datetime.now(UTC)
    owed = [OwedNotice(occasion=one, due_at=now) for one in (Occasion.DECIDED, Occasion.DONE)]
    await put(record.changed(run=changed(record.run, {"owed": owed}), updated_at=now))


async def test_a_fleet_of_fifty_images_is_told_by_three_messages_to_each_receiver(records, post):
    """Image by image, it was 146 messages to each: a question, a decision and an end, and some reminders."""
    await asking_fleet(50)
    for _ in range(4):
        await tick()
    assert len(post.sent) == 2
    await a_day_later()
    for _ in range(4):
        await tick()
    for number in range(1, 51):
        await end(number)
    for _ in range(4):
        await tick()
        for number in range(1, 51):
            assert (await deliver_notifications(Image(migration_id=id_of(number)))).seconds is None
    assert len(post.sent) == 3 * 2
    asks, day, ended = post.titles
    assert asks == "Approve the migration of 50 images of the fleet web servers?"
    assert day == "How the fleet web servers stands: 50 ask"
    assert ended == "The migration of the fleet web servers ended: 50 migrated"
    assert [records.run(id_of(number)).all_owed for number in range(1, 51)] == [[]] * 50
    assert "https://app.example.com/api/fleets/" + FLEET + "/results" in post.sent[-1][1].text()


async def test_images_decided_each_by_itself_are_told_in_digests_with_their_own_links(records, post):
    await asking_fleet(12, FleetApproval.EACH)
    await tick()
    await tick()
    assert len(post.sent) == 2
    (text,) = [message.text() for url, message in post.sent if url == Address.parse(TEAM).url]
    tokens = re.findall(r"/api/approvals/migrate-[\w.-]+\?token=([\w-]+)", text)
    known = [link.token for number in range(1, 13) for link in records.run(id_of(number)).links]
    assert len(tokens) == 12
    assert {digest_of(token) for token in tokens} < set(known)
    assert "fleet-approvals" not in text
    for number in range(1, 13):
        await end(number)
    await tick()
    assert len(post.sent) == 4
    assert "ended: 12 migrated" in post.titles[-1]
    assert [records.run(id_of(number)).all_owed for number in range(1, 13)] == [[]] * 12


async def test_nothing_is_told_image_by_image_as_long_as_the_fleet_tells(records, post, configure, hub):
    configure(notify=TEAM)
    await asking_fleet(2)
    await deliver_notifications(Image(migration_id=id_of(1)))
    await send_digest(CURRENT)
    await tend(hub, CURRENT)
    assert post.sent == []
    assert hub.telling == []
    assert [one.attempt for one in records.run(id_of(1)).owed] == [0]


@pytest.mark.parametrize("lost", ["fleet", "ended"])
async def test_no_question_is_lost_with_its_fleet(records, post, lost):
    """A fleet whose row is gone, or that told its end, tells nothing of what asks again."""
    await put(record_of(1, Phase.AWAITING_APPROVAL))
    if lost == "ended":
        await put_fleet([record_of(1, None)])
        await tick()
        post.sent.clear()
        await put(record_of(1, Phase.AWAITING_APPROVAL))
    await send_digest(CURRENT)
    assert post.titles == ["Approve the migration of web001?"]


@pytest.mark.parametrize("row", ["nonsense", "by a later release", "of another image", "gone"])
async def test_no_question_is_lost_with_the_row_of_an_image_of_a_fleet(records, post, row):
    await asking_fleet(2)
    place = (f"fleet~{FLEET}", "000001")
    if row == "gone":
        del records.rows[place]
    elif row == "of another image":
        records.rows[place]["document0"] = records.rows[place[0], "000002"]["document0"]
    else:
        text = (
            records.rows[place]["document0"].replace('"started"', '"skipped"')
            if row == "by a later release"
            else "nonsense"
        )
        records.rows[place]["document0"] = text
    await tick()
    await send_digest(CURRENT)
    assert post.titles == ["Image migrations: 2 to decide"]
    post.sent.clear()
    await write_member(FLEET, make_member(1))
    await put(record_of(1, Phase.AWAITING_APPROVAL, id="anew", asked_at=datetime.now(UTC)))
    await tick()
    assert post.titles == ["Approve the migration of 2 images of the fleet web servers?"], "it is read, and tells again"


async def test_a_fleet_asks_once_a_wave_is_through_and_not_before(records, post):
    fleet = make_fleet(4)
    for number in (1, 2):
        await put(record_of(number, Phase.AWAITING_APPROVAL))
    await put(record_of(3, Phase.REPLICATING))
    members = [make_member(number, wave=1 if number < 4 else 2) for number in range(1, 4)]
    await write_fleet(fleet, [*members, make_member(4, wave=2, stage="waiting", run=None)])
    await tick()
    assert post.sent == []
    await put(failed_record(3))
    await tick()
    await tick()
    assert post.titles == ["Approve the migration of 2 images of the fleet web servers?"]
    assert "web003 (a region is full)" in post.sent[0][1].text()
    await put(record_of(4, Phase.AWAITING_APPROVAL, asked_at=datetime.now(UTC)))
    await write_member(fleet.id, make_member(4, wave=2))
    await tick()
    assert post.titles[1:] == ["Approve the migration of 3 images of the fleet web servers?"]


async def test_images_that_wait_in_a_fleet_that_is_paused_keep_no_question_waiting(records, post):
    fleet = make_fleet(2, stage=FleetStage.PAUSED)
    await put(record_of(1, Phase.AWAITING_APPROVAL))
    await write_fleet(fleet, [make_member(1), make_member(2, stage="waiting", run=None)])
    await tick()
    assert post.titles == ["Approve the migration of 1 image of the fleet web servers?"]


async def test_a_wave_that_never_gets_through_asks_with_the_digest_of_a_day(records, post):
    await put_fleet(
        [record_of(1, Phase.AWAITING_APPROVAL), record_of(2, Phase.REPLICATING)],
        created_at=datetime.now(UTC) - timedelta(days=2),
    )
    await tick()
    await tick()
    assert post.titles == ["How the fleet web servers stands: 1 ask, 1 on their way"]
    assert "Decide here" in post.sent[0][1].text()


async def test_fifty_soaks_that_end_within_a_day_ask_once(records, post):
    from migration.approval.soak import Soak
    from tests.support.samples import make_copied

    now = datetime.now(UTC)
    soaking = record_of(2, Phase.REPLICATING)
    soak = Soak(began_at=now - timedelta(days=7), until=now + timedelta(hours=3), copied=make_copied())
    run = changed(soaking.run, {"phase": Phase.SOAKING, "soak": soak})
    await put_fleet([record_of(1, Phase.AWAITING_APPROVAL), soaking.changed(run=run)])
    await tick()
    assert post.sent == []
    await put(record_of(2, Phase.AWAITING_APPROVAL, asked_at=now))
    await tick()
    assert post.titles == ["Approve the migration of 2 images of the fleet web servers?"]


async def test_an_image_that_is_asked_anew_is_told_of_again(records, post):
    await asking_fleet(2)
    await tick()
    await put(record_of(2, Phase.AWAITING_APPROVAL, id="anew", asked_at=datetime.now(UTC)))
    await tick()
    await tick()
    assert len(post.titles) == 2
    assert [one.occasion for one in records.run(id_of(2)).audit] == [Occasion.APPROVAL_NEEDED]


async def test_each_receiver_has_a_link_of_their_own_of_which_a_digest_is_kept(records, post):
    await asking_fleet(2)
    await tick()
    (ada,), (team,) = post.tokens(ADA), post.tokens(TEAM)
    assert ada != team
    for token, name in ((ada, "ada@contoso.com"), (team, None)):
        opened = await opened_link(FLEET, token)
        assert opened is not None
        fleet, link = opened
        assert (fleet.id, link.name, link.covers) == (FLEET, name, ASKED_AT)
        assert not is_taken_back(link, CURRENT)
        assert is_taken_back(link, make_settings(notify="json://others.example.com/"))
    stored = str(list(records.rows.values()))
    assert ada not in stored
    assert team not in stored
    assert len([key for key in records.rows if key[0] == f"{LINKS}~{FLEET}"]) == 2


async def test_a_link_opens_no_other_fleet_and_a_token_that_was_never_sent_none(records, post):
    await asking_fleet(1)
    await tick()
    (token,) = post.tokens(ADA)
    other = make_fleet(1, id=f"fleet-{'e' * 32}")
    await write_fleet(other, [make_member(1)])
    assert await opened_link(other.id, token) is None
    for forged in ("", "x", digest_of(token), token[:-1], "a" * 5000):
        assert await opened_link(FLEET, forged) is None
    assert await opened_link("fleet-x", token) is None


async def test_whoever_was_missed_is_tried_again_and_nobody_else(records, post):
    await asking_fleet(1)
    post.away.add(Address.parse(TEAM).url)
    await tick()
    assert len(post.sent) == 2
    await tick()
    assert len(post.sent) == 2
    for _ in range(MOST_ATTEMPTS + 2):
        held = await hold_told(FLEET)
        if held is not None and held.told.owed is not None:
            await make_due(held)
        await tick()
    assert [url for url, _ in post.sent].count(Address.parse(ADA).url) == 1
    assert [url for url, _ in post.sent].count(Address.parse(TEAM).url) == MOST_ATTEMPTS
    assert (await told()).owed is None
    assert records.run(id_of(1)).owed == []


async def test_of_many_who_tell_at_once_one_does(records, post):
    import asyncio

    fleet = await asking_fleet(3)
    stand = await stand_of(fleet)
    await asyncio.gather(*(telling.tell_fleet(stand, CURRENT) for _ in range(10)))
    assert len(post.sent) == 2


async def test_a_question_that_waits_too_long_is_told_to_others_once(records, post):
    asked = datetime.now(UTC) - timedelta(days=4)
    await put_fleet([record_of(number, Phase.AWAITING_APPROVAL, asked_at=asked) for number in (1, 2)], created_at=asked)
    for _ in range(4):
        await tick()
    boss = [message.title for url, message in post.sent if url == Address.parse(BOSS).url]
    assert boss == ["Nobody has decided yet: approve the migration of 2 images of the fleet web servers?"]
    assert len(post.tokens(BOSS)) == 1


async def test_nothing_is_told_while_no_link_could_be_followed(records, post):
    await asking_fleet(1)
    await tick(make_settings(notify=TEAM, public_url="nonsense"))
    assert post.sent == []
    assert await hold_told(FLEET) is None
    await tick()
    assert len(post.titles) == 1


async def test_one_fleet_that_cannot_be_read_keeps_no_other_from_being_told(records, post):
    await asking_fleet(1)
    bad = make_fleet(1, id=f"fleet-{'0' * 32}")
    await write_fleet(bad, [make_member(1)])
    records.rows[f"fleet~{bad.id}", "000001"]["document0"] = "nonsense"
    await tick()
    assert len(post.titles) == 1


async def test_a_fleet_that_is_begun_again_after_its_end_tells_again(records, post):
    await put_fleet([failed_record(1)])
    await tick()
    await tick()
    assert post.titles == ["The migration of the fleet web servers ended: 1 failed"]
    await put(record_of(1, Phase.AWAITING_APPROVAL, asked_at=datetime.now(UTC)))
    await tick()
    assert post.titles[1:] == ["Approve the migration of 1 image of the fleet web servers?"]
    assert (await hold_fleet(FLEET)) is not None
    assert not (await told()).ended


async def test_a_short_digest_does_not_tell_every_five_minutes_that_a_fleet_asks_still(records, post):
    """A weekend of questions was some six hundred messages to each receiver."""
    often = make_settings(notify=TEAM, notify_digest="PT5M", public_url="https://app.example.com")
    await asking_fleet(2)
    await tick(often)
    for _ in range(10):
        await put(record_of(1, Phase.AWAITING_APPROVAL).changed(updated_at=datetime.now(UTC)))  # a reminder was counted
        await a_day_later(timedelta(minutes=6))
        await tick(often)
    assert len(post.titles) == 1
    await end(1)
    await tick(often)
    assert post.titles[1:] == ["How the fleet web servers stands: 1 ask, 1 migrated"], "news is told in the rhythm"
    await a_day_later()
    await tick(often)
    assert len(post.titles) == 3, "that is the reminder"


async def test_an_end_that_not_all_have_heard_of_is_not_told_once_some_of_it_is_begun_again(records, post):
    """ "The migration of the fleet ended: 1 on their way.\""""
    await put_fleet([failed_record(1)])
    post.away.add(Address.parse(TEAM).url)
    await tick()
    await put(record_of(1, Phase.REPLICATING).changed(updated_at=datetime.now(UTC)))
    post.away.clear()
    post.sent.clear()
    held = await hold_told(FLEET)
    assert held is not None
    await make_due(held)
    await tick()
    assert (post.sent, (await told()).ended) == ([], False)


async def test_how_an_image_ended_before_its_fleet_was_begun_is_told_by_itself(records, post):
    """It was tagged, and failed; a minute later a fleet began it anew, and its message counted for that failure."""
    record = record_of(1, Phase.AWAITING_APPROVAL)
    before = OwedNotice(occasion=Occasion.FAILED, due_at=make_fleet(1).created_at - timedelta(minutes=1), run=1)
    await put(record.changed(run=changed(record.run, {"owed_before": [before], "number": 2})))
    await write_fleet(make_fleet(1), [make_member(1)])
    await tick()
    assert post.titles
    assert records.run(id_of(1)).owed_before == [before]
