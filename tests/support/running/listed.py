"""Rows of the list of migrations, in numbers: copies of one that a real migration left."""

import json
from datetime import UTC, datetime, timedelta

from migration.values.ids import instance_id_for

_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


def copies(template, sources, *, begin=datetime(2026, 1, 1, tzinfo=UTC), **changes):
    """A row for each source image: the first is the oldest, each a second younger than the one before it.

    `changes` are of the status: `phase`, and `outcome`, the kind of one.
    """
    return [
        _copy(template, source, begin + timedelta(seconds=number), **changes) for number, source in enumerate(sources)
    ]


def _copy(template, source, created, phase="Done", outcome="SourceKept"):
    told = json.loads(template["status"]) | {"sourceImageId": source, "phase": phase, "createdAt": created.isoformat()}
    told["outcome"] = {**told["outcome"], "kind": outcome} if outcome else None
    left = (_END_OF_TIME - created) // timedelta(milliseconds=1)
    return {
        "PartitionKey": template["PartitionKey"],
        "RowKey": f"{left:015d}-{instance_id_for(source)}",
        "id": instance_id_for(source),
        "source": source.lower(),
        "subscription": source.split("/")[2].lower(),
        "phase": phase,
        "outcome": outcome or "",
        "live": phase != "Done",
        "updatedAt": created.isoformat(),
        "status": json.dumps(told),
    }
