"""The journal of writes under /_emulator/journal, kept from the moment that somebody asks for it.

POST: note every write from now on. GET ?after=N: the entries after so many (`world/journal.py`), and what there is now.
What is put or deleted by hand is an entry of no client.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiohttp import web

from dev.emulator.compute.versions import replication
from dev.emulator.compute.versions.publication import KIND
from dev.emulator.world import World
from dev.emulator.world.journal import Journal, Written
from dev.emulator.world.resources import Resource


def attach(app: web.Application, world: World) -> None:
    async def begin(_http: web.Request) -> web.Response:
        world.journal = Journal(whole)
        return web.Response(status=204)

    async def show(http: web.Request) -> web.Response:
        if world.journal is None:
            raise web.HTTPBadRequest(text="no journal has been begun")
        world.settle()
        now, after = world.clock.now(), int(http.query.get("after", "0"))
        entries = [_shown(entry) for entry in world.journal.entries[after:]]
        holds = {resource.id.lower(): whole(resource, now) for resource in world.resources}
        return web.json_response({"now": now.isoformat(), "entries": entries, "holds": holds})

    app.router.add_post("/_emulator/journal", begin)
    app.router.add_get("/_emulator/journal", show)


def _shown(entry: Written) -> dict[str, Any]:
    return {**asdict(entry), "at": entry.at.isoformat(), "noted": entry.noted.isoformat()}


def note_by_hand(world: World, method: str, path: str, body: dict[str, Any] | None) -> None:
    """Note what is about to be changed past Resource Manager."""
    world.note(Written(world.clock.now(), "", method, path, body, 200, world.seen()))


def whole(resource: Resource, now: datetime) -> dict[str, Any]:
    """A resource as its owner may see it: with what is shown of it only on request, and who made it when."""
    document = {**resource.view(), "systemData": resource.hidden.get("systemData", {})}
    if resource.type.lower() == KIND.type.lower():
        document["properties"] = {**resource.properties, "replicationStatus": replication.status(resource, now)}
    return document
