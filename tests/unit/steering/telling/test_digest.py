"""A digest tells everybody of all images at once, counts as an attempt of each notice, and tells nobody twice."""

from datetime import timedelta
from typing import Any

import pytest

from migration.approval.link import digest_of
from migration.record.image_record import ImageRecord
from migration.record.notices import PAUSES, OwedNotice
from migration.telling.receivers import Address
from migration.values.ids import instance_id_for
from migration.values.occasion import Occasion
from migration.values.outcome import Phase
from notifying.sending import Sent
from records.errors import RecordsUnavailableError
from steering.telling import delivering, digest
from tests.support.samples import NOW, SOURCE, changed, make_record, make_run, make_settings

ADA, TEAM = "Ada=json://ada.example.com/hook", "json://team.example.com/hook"
CURRENT = make_settings(notify=f"{ADA} {TEAM}", notify_digest=timedelta(hours=1))


def waiting(number: int) -> ImageRecord:
    source = f"{SOURCE}-{number}"
    run = make_run(Phase.AWAITING_APPROVAL, owed=[OwedNotice(occasion=Occasion.APPROVAL_NEEDED, due_at=NOW)])
    return changed(make_record(run), {"migration_id": instance_id_for(source), "source_image_id": source})


class Post:
    """What was sent to whom; `away` cannot be reached."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.away: set[str] = set()

    async def send(self, address: Address, message: Any) -> Sent:
        self.sent.append((address.url, message))
        return Sent(address.url not in self.away)


@pytest.fixture
def post(monkeypatch) -> Post:
    post = Post()
    monkeypatch.setattr(digest, "send", post.send)
    return post


async def test_of_many_images_everybody_gets_one_message_with_links_of_their_own(records, post):
    ids = [waiting(number).migration_id for number in range(7)]
    for number in range(7):
        records.put(waiting(number))
    await digest.send_digest(CURRENT)
    assert sorted(url for url, _ in post.sent) == [Address.parse(ADA).url, Address.parse(TEAM).url]
    tokens = [line.value.split("token=")[1] for _, message in post.sent for line in message.lines if line.is_link]
    known = {link.token for migration_id in ids for link in records.run(migration_id).links}
    assert {digest_of(token) for token in tokens} == known
    assert len(known) == 14
    assert [records.run(migration_id).owed for migration_id in ids] == [[]] * 7


async def test_whoever_was_missed_is_told_with_the_next_digest_and_nobody_else(records, post):
    for number in range(2):
        records.put(waiting(number))
    post.away.add(Address.parse(TEAM).url)
    await digest.send_digest(CURRENT)
    post.sent.clear()
    post.away.clear()
    for number in range(2):
        late = records.run(waiting(number).migration_id)
        assert [notice.attempt for notice in late.owed] == [1]
        records.apply_to_run(
            waiting(number).migration_id,
            lambda run: run.changed(owed=[one.changed(due_at=NOW) for one in run.owed]),
        )
    await digest.send_digest(CURRENT)
    assert [url for url, _ in post.sent] == [Address.parse(TEAM).url]
    assert [records.run(waiting(number).migration_id).owed for number in range(2)] == [[], []]


async def test_what_was_tried_enough_is_given_up(records, post):
    records.put(waiting(1))
    post.away |= {Address.parse(ADA).url, Address.parse(TEAM).url}
    migration_id = waiting(1).migration_id
    for _ in range(len(PAUSES) + 1):
        await digest.send_digest(CURRENT)
        records.apply_to_run(migration_id, lambda run: run.changed(owed=[one.changed(due_at=NOW) for one in run.owed]))
    assert len(post.sent) == 2 * len(PAUSES)
    run = records.run(migration_id)
    assert run.owed == []
    assert "could not be reached" in run.notes[-1]


async def test_where_nothing_is_owed_nobody_hears_anything(records, post):
    records.put(make_record(make_run(Phase.REPLICATING)))
    await digest.send_digest(CURRENT)
    assert post.sent == []


async def test_an_image_that_cannot_be_told_of_keeps_nobody_from_hearing_of_others(records, post):
    """One escalation to a wrong address, and three digests later all questions were given up, with nothing sent."""
    current = make_settings(notify=ADA, escalate="nonsense://x", notify_digest=timedelta(hours=1))
    for number in range(5):
        records.put(waiting(number))
    late = waiting(9)
    records.put(late.changed(run=late.run.changed(owed=[OwedNotice(occasion=Occasion.ESCALATION, due_at=NOW)])))
    await digest.send_digest(current)
    assert [url for url, _ in post.sent] == [Address.parse(ADA).url]
    assert [records.run(waiting(number).migration_id).owed for number in range(5)] == [[]] * 5
    assert [one.attempt for one in records.run(late.migration_id).owed] == [0]


async def test_a_record_that_cannot_be_written_keeps_nobody_from_hearing_of_others(records, post, monkeypatch):
    bad, real = waiting(0).migration_id, vars(digest)["prepare"]

    async def prepare(held: Any, notice: Any, current: Any) -> Any:
        if held.migration_id == bad:
            raise RecordsUnavailableError("too large")
        return await real(held, notice, current)

    monkeypatch.setattr(digest, "prepare", prepare)
    for number in range(4):
        records.put(waiting(number))
    await digest.send_digest(CURRENT)
    assert len(post.sent) == 2
    assert [records.run(waiting(number).migration_id).owed for number in range(1, 4)] == [[]] * 3


async def test_what_could_not_be_written_down_is_told_again_and_the_rest_is_not(records, post, monkeypatch):
    real, failed = vars(delivering)["change_record"], []

    async def once(held: Any, step: Any) -> Any:
        if not failed:
            failed.append(held.migration_id)
            raise RecordsUnavailableError("busy")
        return await real(held, step)

    monkeypatch.setattr(delivering, "change_record", once)
    for number in range(3):
        records.put(waiting(number))
    await digest.send_digest(CURRENT)
    assert [number for number in range(3) if records.run(waiting(number).migration_id).owed] == [
        number for number in range(3) if waiting(number).migration_id in failed
    ]
