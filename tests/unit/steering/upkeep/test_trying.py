"""What a self-test says of each part: that it works only where it does, and what was seen where it does not."""

import pytest

from arm.transport.errors import ArmUnavailableError
from migration.asking.orders import PlacesOrder
from migration.plan.plan import Findings
from migration.values.problems import RequestInvalidError
from records.table import TRIAL
from steering.upkeep import trying
from steering.upkeep.trying import try_out
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import DEFAULTS

NOWHERE = PlacesOrder()


@pytest.fixture(autouse=True)
def azure(monkeypatch):
    async def nothing_hidden() -> list[str]:
        return []

    async def nothing_found(*_) -> Findings:
        return Findings()

    monkeypatch.setattr(trying, "find_hidden_subscriptions", nothing_hidden)
    monkeypatch.setattr(trying, "check_places", nothing_found)
    monkeypatch.setattr(trying, "SECONDS_BETWEEN_LOOKS", 0)


async def works(hub: FakeHub) -> dict[str, bool]:
    return {one.part: one.works for one in await try_out(hub, DEFAULTS, NOWHERE)}


async def test_what_works_is_said_to_and_nothing_stays_behind(records):
    hub = FakeHub()
    assert await works(hub) == {"records": True, "task-hub": True, "rights": True}
    assert records.rows == {}
    assert hub.purged == hub.telling
    assert hub.started == [], "no migration is begun"


async def test_records_that_take_no_row_are_found_out_and_the_hub_is_not_asked(records):
    hub = FakeHub()
    records.broken.add(TRIAL)
    assert await works(hub) == {"records": False, "task-hub": False, "rights": True}
    assert hub.telling == []


async def test_records_that_lose_what_they_took_are_found_out(records, monkeypatch):
    async def lost(*_) -> None:
        return None

    monkeypatch.setattr("records.table.find", lost)
    assert (await works(FakeHub()))["records"] is False


async def test_an_app_without_storage_is_found_out():
    assert (await works(FakeHub()))["records"] is False


@pytest.mark.parametrize(
    ("hub", "seen"),
    [
        (FakeHub(down=True), "takes no start"),
        (FakeHub(ends_as=None), "no worker took it"),
        (FakeHub(ends_as="FAILED"), "ended as FAILED"),
    ],
    ids=["down", "asleep", "failing"],
)
async def test_a_hub_in_which_nothing_runs_is_found_out(records, hub, seen):
    parts = {one.part: one for one in await try_out(hub, DEFAULTS, NOWHERE)}
    assert parts["task-hub"].works is False
    assert seen in parts["task-hub"].seen[0]
    assert parts["records"].works is True


async def test_an_azure_that_does_not_answer_is_no_right(records, monkeypatch):
    async def away() -> list[str]:
        raise ArmUnavailableError("ServiceRequestError", "no network")

    monkeypatch.setattr(trying, "find_hidden_subscriptions", away)
    assert (await works(FakeHub()))["rights"] is False


@pytest.mark.parametrize(
    "place",
    [
        "images",
        "/subscriptions/c0ffee00-0000-4000-8000-000000000001/resourceGroups/a/providers/Microsoft.Compute/images/b",
        "/subscriptions/c0ffee00-0000-4000-8000-000000000001/resourceGroups/..%2F..",
        "/subscriptions/../x",
        "",
    ],
)
def test_what_is_no_subscription_and_no_group_is_not_asked_about(place):
    with pytest.raises(RequestInvalidError):
        PlacesOrder.parse({"sources": [place]})
