"""The one switch that stops starts: nothing that was wished meanwhile is lost, and what is under way goes on."""

import pytest

from arm.surveys import absence
from arm.transport.errors import ArmUnavailableError
from migration.resources.image import ManagedImage
from migration.values.answer import Refusal
from migration.values.ids import MANAGED_IMAGE, ResourceId
from records.pauses import PARTITION, Pause, keep_wish, kept_wishes, read_pause, write_pause
from steering.upkeep import pausing
from steering.upkeep.pausing import set_pause, start_kept
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import DEFAULTS, OWN_ID, SOURCE, make_image, make_settings

TAGGED = make_image(tags={"migrate-to-gallery": "default"})


class Azure:
    """The image whose tags were put off, as Azure answers for it."""

    def __init__(self) -> None:
        self.answer: ManagedImage | Exception | None = TAGGED

    async def get_image(self, image_id: str) -> ManagedImage | None:
        ResourceId.parse(image_id, MANAGED_IMAGE)
        assert image_id == SOURCE
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def azure(records, monkeypatch) -> Azure:
    estate = Azure()
    monkeypatch.setattr(pausing, "get_image", estate.get_image)
    return estate


async def test_a_switch_tells_who_set_it_when_and_why(azure):
    pause = await set_pause(FakeHub(), DEFAULTS, paused=True, reason="an audit", by="Ada")
    assert isinstance(pause, Pause)
    assert (pause.paused, pause.reason, pause.by, pause.at is not None) == (True, "an audit", "Ada", True)
    assert await read_pause() == pause


async def test_what_was_put_off_is_started_at_once_when_starts_go_on(azure):
    hub = FakeHub()
    await set_pause(hub, DEFAULTS, paused=True, reason="", by="Ada")
    await keep_wish(OWN_ID, SOURCE)
    await set_pause(hub, DEFAULTS, paused=False, reason="", by="Ada")
    assert hub.started_ids == [OWN_ID]
    assert await kept_wishes() == {}


async def test_while_paused_what_was_put_off_stays_put_off(azure):
    hub = FakeHub()
    await write_pause(Pause(paused=True, by="Ada"))
    await keep_wish(OWN_ID, SOURCE)
    await start_kept(hub, DEFAULTS)
    assert (hub.started, await kept_wishes()) == ([], {OWN_ID: SOURCE})


async def test_a_wish_that_cannot_be_seen_when_starts_go_on_is_kept_for_later(azure):
    """One error of the first look forgot every wish that the pause had put off."""
    hub = FakeHub()
    await keep_wish(OWN_ID, SOURCE)
    azure.answer = ArmUnavailableError("503", "no answer")
    await start_kept(hub, DEFAULTS)
    assert (hub.started, await kept_wishes()) == ([], {OWN_ID: SOURCE})
    azure.answer = TAGGED
    await start_kept(hub, DEFAULTS)
    assert (hub.started_ids, await kept_wishes()) == ([OWN_ID], {})


async def test_a_wish_is_not_forgotten_when_starts_are_paused_again_while_it_is_started(azure, monkeypatch):
    """Those after it were lost, too."""
    hub = FakeHub()
    await keep_wish(OWN_ID, SOURCE)
    find = azure.get_image

    async def paused_meanwhile(image_id: str) -> ManagedImage | None:
        await write_pause(Pause(paused=True, by="Bob"))
        return await find(image_id)

    monkeypatch.setattr(pausing, "get_image", paused_meanwhile)
    await start_kept(hub, DEFAULTS)
    assert (hub.started, await kept_wishes()) == ([], {OWN_ID: SOURCE})


async def test_a_row_that_makes_no_sense_keeps_no_wish_from_being_started(azure):
    hub = FakeHub()
    await keep_wish("migrate-a-00000000000000000000000000000000", "no image")
    await keep_wish(OWN_ID, SOURCE)
    await start_kept(hub, DEFAULTS)
    assert hub.started_ids == [OWN_ID]


async def test_an_image_that_is_not_seen_for_a_moment_keeps_its_wish(azure, monkeypatch):
    monkeypatch.setattr(absence, "is_gone", _answering(False))
    await keep_wish(OWN_ID, SOURCE)
    azure.answer = None
    await start_kept(FakeHub(), DEFAULTS)
    assert await kept_wishes() == {OWN_ID: SOURCE}


def _answering(says: bool):
    async def is_gone(_: str) -> bool:
        return says

    return is_gone


async def test_a_wish_that_was_taken_back_during_the_pause_is_not_started(azure, monkeypatch):
    monkeypatch.setattr(absence, "is_gone", _answering(True))
    for gone in (None, make_image(tags={})):
        hub = FakeHub()
        await keep_wish(OWN_ID, SOURCE)
        azure.answer = gone
        await start_kept(hub, DEFAULTS)
        assert (hub.started, await kept_wishes()) == ([], {})


async def test_what_the_setting_pauses_no_switch_lets_go_on(azure):
    refusal = await set_pause(FakeHub(), make_settings(paused=True), paused=False, reason="", by="Ada")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "PausedBySetting"


async def test_a_switch_that_cannot_be_read_starts_nothing_and_stops_nothing_else(records):
    await write_pause(Pause(paused=False))
    for key, row in records.rows.items():
        if key[0] == PARTITION:
            row["document"] = "{not json"
    assert (await read_pause()).paused
