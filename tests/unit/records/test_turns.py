"""Whose turn it is, in emulated table storage."""

from datetime import UTC, datetime, timedelta

import pytest

from records.table import table
from records.turns import PARTITION, is_time, take

pytestmark = pytest.mark.usefixtures("storage")
HOUR = timedelta(hours=1)


async def test_a_turn_is_taken_once_in_its_time():
    assert [await take("sweep", HOUR) for _ in range(2)] == [True, False]


@pytest.mark.parametrize(("ahead", "taken"), [(timedelta(minutes=1), False), (timedelta(days=365), True)])
async def test_a_turn_taken_by_a_clock_a_year_ahead_stops_no_sweep_for_a_year(ahead: timedelta, taken: bool):
    client = await table()
    at = datetime.now(UTC) + ahead
    await client.create_entity({"PartitionKey": PARTITION, "RowKey": "sweep", "at": at.isoformat()})
    assert await take("sweep", HOUR) is taken


@pytest.mark.parametrize("odd", ["", "x", "2026-11-29T12:00:00", "9999-12-31T00:00:00Z", None, 0.5])
async def test_a_turn_that_was_taken_at_no_moment_does_not_stop_the_clock(odd: object):
    """It failed whatever came after it in the same round, in every round."""
    client = await table()
    row = {"PartitionKey": PARTITION, "RowKey": "sweep", "at": odd}
    await client.create_entity({name: value for name, value in row.items() if value is not None})
    assert [await take("sweep", HOUR) for _ in range(2)] == [True, False]


async def test_whether_it_is_time_is_asked_without_taking_the_turn():
    assert await is_time("digest", HOUR)
    assert await is_time("digest", HOUR)
    assert await take("digest", HOUR)
    assert not await is_time("digest", HOUR)
