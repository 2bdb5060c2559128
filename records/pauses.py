"""Whether starts are paused, by whom and why: one row, the latest counts; and a row for each wish that was put off."""

import json
from typing import Any

from pydantic import ValidationError

from migration.values.value import FORMAT, Moment, Stored
from records.table import find, put, remove, rows_where

PARTITION = "pause"
_SWITCH, _KEPT = "switch", "kept"


class Pause(Stored):
    """How the switch stands, since when, and who set it why."""

    paused: bool
    reason: str = ""
    by: str = ""
    at: Moment | None = None


_UNREADABLE = Pause(paused=True, reason="the switch cannot be read: set it again", by="the app")


async def read_pause() -> Pause:
    """Return how the switch stands; one that cannot be read pauses, until somebody sets it again."""
    entity = await find(PARTITION, _SWITCH)
    if entity is None:
        return Pause(paused=False)
    try:
        return Pause.model_validate_json(entity["document"])
    except (KeyError, ValidationError):
        return _UNREADABLE


async def write_pause(pause: Pause) -> None:
    await _write_entity(_SWITCH, {"document": json.dumps(pause.dump())})


async def keep_wish(migration_id: str, source_image_id: str) -> None:
    """Note that a wish was put off: it is looked at when starts go on."""
    await _write_entity(f"{_KEPT}~{migration_id}", {"source": source_image_id})


async def kept_wishes() -> dict[str, str]:
    """Return the ids of the images whose wishes were put off, by that of their migrations."""
    wanted = f"PartitionKey eq '{PARTITION}' and RowKey ge '{_KEPT}~' and RowKey lt '{_KEPT}~~'"
    return {entity["RowKey"].partition("~")[2]: str(entity.get("source")) async for entity in rows_where(wanted)}


async def forget_wish(migration_id: str) -> None:
    await remove(PARTITION, f"{_KEPT}~{migration_id}")


async def _write_entity(name: str, values: dict[str, Any]) -> None:
    await put({"PartitionKey": PARTITION, "RowKey": name, "format": FORMAT, **values})
