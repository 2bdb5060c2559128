"""Links to look at the pages: opened once, by one browser, for some hours; what is kept of them opens nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from migration.approval.link import digest_of
from records.viewings import held
from steering.upkeep import viewing
from steering.upkeep.viewing import LASTS, forget_over, is_unopened, make_viewing, may_look, open_viewing
from tests.support.fakes.fake_records import FakeRecords


class Later(datetime):
    """A clock that is ahead by `by`."""

    by = timedelta(0)

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return datetime.now(tz) + cls.by


@pytest.fixture(autouse=True)
def _clock(monkeypatch, records):
    monkeypatch.setattr(Later, "by", timedelta(0))
    monkeypatch.setattr(viewing, "datetime", Later)


async def opened() -> str:
    token, _ = await make_viewing("grace@contoso.com")
    found = await open_viewing(token)
    assert found is not None
    return found[0]


async def test_a_browser_that_opened_a_link_may_look_until_it_is_over():
    said = await opened()
    assert await may_look(said)
    Later.by = LASTS - timedelta(minutes=1)
    assert await may_look(said)
    Later.by = LASTS
    assert not await may_look(said)


async def test_a_link_is_opened_once():
    token, _ = await make_viewing("grace@contoso.com")
    assert await is_unopened(token)
    assert await open_viewing(token) is not None
    assert await open_viewing(token) is None
    assert not await is_unopened(token)


async def test_of_two_that_open_a_link_at_once_one_does(monkeypatch):
    token, _ = await make_viewing("grace@contoso.com")
    seen = await held.find_viewing(digest_of(token))

    async def as_it_was(_: str) -> Any:
        return seen

    monkeypatch.setattr(viewing, "find_viewing", as_it_was)
    assert await open_viewing(token) is not None
    assert await open_viewing(token) is None


async def test_a_link_that_nobody_opened_is_over_as_soon():
    token, until = await make_viewing("grace@contoso.com")
    assert abs(until - datetime.now(UTC) - LASTS) < timedelta(minutes=1)
    Later.by = LASTS
    assert not await is_unopened(token)
    assert await open_viewing(token) is None


async def test_the_link_itself_lets_nobody_look():
    token, _ = await make_viewing("grace@contoso.com")
    assert not await may_look(token)
    assert not await may_look(f"{digest_of(token)}.{token}")
    assert not await may_look(f"{digest_of(token)}.")


async def test_what_is_kept_of_a_viewing_opens_nothing(records: FakeRecords):
    token, _ = await make_viewing("grace@contoso.com")
    found = await open_viewing(token)
    assert found is not None
    kept = json.dumps([row for (partition, _), row in records.rows.items() if partition == held.PARTITION])
    viewing_id, _, secret = found[0].partition(".")
    assert token not in kept
    assert secret not in kept
    known = held.Viewing.model_validate_json(records.rows[held.PARTITION, viewing_id]["document"])
    assert not await may_look(f"{viewing_id}.{known.browser}")


@pytest.mark.parametrize("said", ["", ".", "a.b", "x" * 5000, f"{'0' * 40}.secret", "../x.y", f"{'0' * 40}'.x"])
async def test_whatever_a_browser_says_that_is_nothing_of_ours_does_not_let_it_look(said: str):
    assert not await may_look(said)
    assert await open_viewing(said) is None
    assert not await is_unopened(said)


async def test_a_viewing_that_makes_no_sense_lets_nobody_look(records: FakeRecords):
    said = await opened()
    row = records.rows[held.PARTITION, said.partition(".")[0]]
    await records.upsert_entity({**row, "document": "{"})
    assert not await may_look(said)


async def test_viewings_that_are_over_are_forgotten_and_others_are_not(records: FakeRecords):
    said = await opened()
    assert await forget_over() == 0
    assert await may_look(said)
    Later.by = LASTS + timedelta(minutes=1)
    await make_viewing("grace@contoso.com")
    assert await forget_over() == 1
    assert len([1 for partition, _ in records.rows if partition == held.PARTITION]) == 1
