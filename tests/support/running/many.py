"""An app that knows many images, in each state and in a fleet, as rows that the app itself would have written."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import batched

from records import table
from tests.support.fakes.fake_records import FakeRecords
from tests.support.shown import fleet, keep_every_state, keep_fleet

AT_ONCE = 500
WAVES = 4


def put_many(azure, size):
    """Have the app know a fleet of this size, and more; returns the id of a migration in each state."""
    with ThreadPoolExecutor(1) as beside:  # an event loop of its own: a browser may have one here
        ids, rows = beside.submit(lambda: asyncio.run(_rows_of_many(size))).result()
    for some in batched(rows, AT_ONCE, strict=False):
        azure.put_rows(list(some))
    return ids


async def _rows_of_many(size):
    records, now = FakeRecords(), datetime.now(UTC)
    table.hand_in(records)
    try:
        known = await keep_every_state(records, now)
        await keep_fleet(records, fleet(size, now), now, wave_size=max(size // WAVES, 1))
    finally:
        table.hand_in(None)
    return {state: record.migration_id for state, record in known.items()}, [dict(row) for row in records.rows.values()]
