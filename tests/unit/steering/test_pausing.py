"""The one switch that stops starts: nothing that was wished meanwhile is lost, and what is under way goes on."""

from typing import Any

import pytest

from migration.values.answer import Refusal
from records.errors import RecordsUnavailableError
from records.pauses import PARTITION, Pause, has_kept_wish, keep_wish, read_pause, write_pause
from steering import pausing
from steering.pausing import set_pause, start_kept
from tests.unit.fake_hub import FakeHub


@pytest.fixture
def sweeps(records, monkeypatch) -> list[Any]:
    """The hubs that sweeps were made for."""
    made: list[Any] = []

    async def sweep(hub: Any) -> None:
        made.append(hub)

    monkeypatch.setattr(pausing, "sweep", sweep)
    return made


async def test_a_switch_tells_who_set_it_when_and_why(sweeps):
    pause = await set_pause(FakeHub(), paused=True, reason="an audit", by="Ada")
    assert isinstance(pause, Pause)
    assert (pause.paused, pause.reason, pause.by, pause.at is not None) == (True, "an audit", "Ada", True)
    assert await read_pause() == pause
    assert sweeps == []


async def test_what_was_put_off_is_started_at_once_when_starts_go_on(sweeps):
    await set_pause(FakeHub(), paused=True, reason="", by="Ada")
    await keep_wish()
    hub = FakeHub()
    await set_pause(hub, paused=False, reason="", by="Ada")
    assert sweeps == [hub]
    assert not await has_kept_wish()
    await start_kept(hub)
    assert sweeps == [hub]


async def test_while_paused_what_was_put_off_stays_put_off(sweeps):
    await write_pause(Pause(paused=True, by="Ada"))
    await keep_wish()
    await start_kept(FakeHub())
    assert (sweeps, await has_kept_wish()) == ([], True)


async def test_what_the_setting_pauses_no_switch_lets_go_on(sweeps, configure):
    configure(paused="true")
    refusal = await set_pause(FakeHub(), paused=False, reason="", by="Ada")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "PausedBySetting"


async def test_a_switch_that_cannot_be_read_starts_nothing(records):
    await write_pause(Pause(paused=False))
    for key, row in records.rows.items():
        if key[0] == PARTITION:
            row["document"] = "{not json"
    with pytest.raises(RecordsUnavailableError):
        await read_pause()
