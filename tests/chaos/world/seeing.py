"""What a moment of a world shows, for invariants to judge it by."""

import json
from collections.abc import Mapping
from typing import Any

from migration.values.ids import instance_id_for
from tests.chaos.world.azure import RECORDS, EmulatedAzure
from tests.chaos.world.world import ChaosWorld
from tests.support.invariants.scene import Message, Scene, Told


def records_of(azure: EmulatedAzure) -> dict[str, dict[str, Any]]:
    """The records by source id, in lower case, as they are stored."""
    found = azure.read_each(RECORDS, _parsed)
    return {str(record.get("sourceImageId", "")).lower(): record for record in found if record}


def _parsed(row: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return json.loads("".join(row[f"document{part}"] for part in range(row["chunks"])))
    except (KeyError, ValueError):
        return {}


def scene_of(world: ChaosWorld, told: tuple[Told, ...] = ()) -> Scene:
    """Everything that there is, and that has been; but for the texts that left, which are many (`ChaosWorld.texts`)."""
    return Scene(
        now=world.clock.now(),
        azure=world.azure.held(),
        writes=list(world.azure.writes),
        starts=list(world.people.starts),
        approvals=world.people.approvals(world.azure.decided),
        records=records_of(world.azure),
        told=told,
        messages=[Message(one.at, "", one.text, one.links) for one in world.post.letters],
        secrets=_secrets(world),
        records_lost=world.records_lost,
    )


def _secrets(world: ChaosWorld) -> dict[str, str]:
    """The tokens of links that were sent; each leaves by its message alone."""
    paths = [path for letter in world.post.letters for path in letter.paths]
    return {f"link {number}": path.partition("token=")[2] for number, path in enumerate(paths)}


async def told_of(world: ChaosWorld) -> tuple[Told, ...]:
    """Ask the app how everything stands that it has a record of, or of which somebody has wished something."""
    listed = await _shown(world, "migrations?top=100") or {}
    rows = {row["id"]: row for row in listed.get("migrations", [])}
    found = []
    records = records_of(world.azure)
    for source in sorted(records.keys() | {one.source_id.lower() for one in world.people.starts}):
        record = records.get(source, {})
        own = instance_id_for(source)
        detail = await _shown(world, f"migrations/{own}")
        audit = await _audit(world, f"migrations/{own}/audit")
        run = (record.get("run") or {}).get("id", "")
        found.append(Told(run, source, rows.get(own), detail, audit, None))
    return tuple(found)


async def _audit(world: ChaosWorld, path: str) -> Any:
    """All pages of an audit as one: an image may have had more runs than a page tells of."""
    audit = await _shown(world, path)
    page = audit
    while page and page.get("nextLink"):
        page = await _shown(world, page["nextLink"].partition("/api/")[2]) or {}
        audit = {**audit, "earlier": [*audit["earlier"], *page.get("earlier", [])]}
    return audit


async def _shown(world: ChaosWorld, path: str) -> Any:
    said = await world.app.http("GET", path)
    return said.json if said.is_ok else None
