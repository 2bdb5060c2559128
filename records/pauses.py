"""Whether starts are paused, by whom and why; and whether a wish has been put off by it. One row, the latest counts."""

import json
from datetime import datetime
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from pydantic import ValidationError

from migration.record.stored_format import FORMAT
from migration.values.record import Stored
from records.errors import RecordsUnavailableError
from records.table import answers, table

PARTITION = "pause"
_SWITCH, _KEPT = "switch", "kept"


class Pause(Stored):
    """How the switch stands, since when, and who set it why."""

    paused: bool
    reason: str = ""
    by: str = ""
    at: datetime | None = None


async def read_pause() -> Pause:
    """Return how the switch stands; what cannot be read starts nothing either, by an error."""
    entity = await _find(_SWITCH)
    if entity is None:
        return Pause(paused=False)
    try:
        return Pause.model_validate_json(entity["document"])
    except (KeyError, ValidationError) as error:
        raise RecordsUnavailableError("the switch of starts cannot be read") from error


async def write_pause(pause: Pause) -> None:
    await _write(_SWITCH, {"document": json.dumps(pause.dump())})


async def keep_wish() -> None:
    """Note that a wish was put off: whatever is to be swept, is swept when starts go on."""
    await _write(_KEPT, {})


async def has_kept_wish() -> bool:
    return await _find(_KEPT) is not None


async def forget_wishes() -> None:
    client = await table()
    async with answers():
        try:
            await client.delete_entity(PARTITION, _KEPT)
        except ResourceNotFoundError:
            return


async def _find(name: str) -> dict[str, Any] | None:
    client = await table()
    async with answers():
        try:
            return dict(await client.get_entity(PARTITION, name))
        except ResourceNotFoundError:
            return None


async def _write(name: str, values: dict[str, Any]) -> None:
    client = await table()
    async with answers():
        await client.upsert_entity(
            {"PartitionKey": PARTITION, "RowKey": name, "format": FORMAT, **values}, mode="replace"
        )
