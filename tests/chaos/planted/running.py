"""Which run may live, who hears of a wish, and who goes on with what was lost on the way."""

from typing import Any

from azure.core.exceptions import HttpResponseError

from migration.record.admitting import admitted
from migration.values.answer import Refusal
from tests.chaos.planted.safeguard import Change, Safeguard


def _beside(said: Any, record: Any, *more: Any, **named: Any) -> Any:
    """Have a run admitted beside one that lives."""
    if not isinstance(said, Refusal) or said.code != "UnderWay":
        return said
    return admitted(record.changed(run=None), *more, **named)


def _written_over(said: Any, table: Any, entity: Any, **_how: Any) -> Any:
    if not isinstance(said, HttpResponseError) or said.status_code not in {409, 412}:
        return said
    return table.upsert_entity(entity, mode="replace")


RUNNING = (
    Safeguard("one run of an image lives", (Change("migration.record.admitting:admitted", _beside),)),
    Safeguard(
        "a record is swapped, not written over",
        (
            Change("records.table:RemadeTable.update_entity", _written_over),
            Change("records.table:RemadeTable.create_entity", _written_over),
        ),
    ),
    Safeguard(
        "a tag that is news is taken up", (Change("migration.course.starting:is_news", lambda _said, *_: False),)
    ),
    Safeguard(
        "the sweep takes up what no event told of", (Change("steering.upkeep.sweeping:_wish", lambda _said, *_: None),)
    ),
    Safeguard(
        "a run that its hub forgot is closed",
        (Change("migration.record.admitting:seen_missing", lambda _said, record, *_: record),),
    ),
    Safeguard(
        "the clock brings the list up to its records",
        (Change("steering.upkeep.tending:_is_listed", lambda _said, *_: True),),
    ),
)
