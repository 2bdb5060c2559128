"""The control plane under /_emulator/: what tests and demos may look at and turn. Nothing here counts as a call.

GET state, GET calls · POST reset · POST clock {"advanceSeconds"} or {"speed"} · GET, PUT, DELETE resources?id=…
PUT settings: any part of `Settings` (wishes/settings.py): durations, replication, rate limits, quotas, …
GET, POST, DELETE faults: what goes wrong next, in the shape that wishes/faults.py describes
The journal of writes is attached by `control/journal.py`, events and event subscriptions by `events/endpoints.py`,
GET storage-calls and PUT entities {"table", "entities"} by `storage/front.py`.
"""

import re
from datetime import timedelta
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from dev.emulator.control.journal import note_by_hand
from dev.emulator.wishes.faults import Fault
from dev.emulator.world import World
from dev.emulator.world.resources import Resource


def attach(app: web.Application, world: World) -> None:
    plane = _ControlPlane(world)
    app.router.add_get("/_emulator/state", plane.state)
    app.router.add_get("/_emulator/calls", plane.calls)
    app.router.add_post("/_emulator/reset", plane.reset)
    app.router.add_post("/_emulator/clock", plane.clock)
    app.router.add_get("/_emulator/resources", plane.show_resource)
    app.router.add_put("/_emulator/resources", plane.put_resource)
    app.router.add_delete("/_emulator/resources", plane.delete_resource)
    app.router.add_put("/_emulator/settings", plane.change_settings)
    app.router.add_get("/_emulator/faults", plane.faults)
    app.router.add_post("/_emulator/faults", plane.add_fault)
    app.router.add_delete("/_emulator/faults", plane.remove_faults)


class _ControlPlane:
    def __init__(self, world: World) -> None:
        self._world = world

    async def state(self, _http: web.Request) -> web.Response:
        world = self._world
        world.settle()
        return web.json_response(
            {
                "now": world.clock.now().isoformat(),
                "speed": world.clock.speed,
                "calls": world.call_count,
                "writes": world.write_count,
                "resources": world.resources.count_by_type(),
            }
        )

    async def calls(self, _http: web.Request) -> web.Response:
        return web.json_response(
            [
                {
                    "at": call.at.isoformat(),
                    "method": call.method,
                    "path": call.path,
                    "apiVersion": call.api_version,
                    "status": call.status,
                }
                for call in self._world.calls
            ]
        )

    async def reset(self, _http: web.Request) -> web.Response:
        self._world.reset()
        return web.Response(status=204)

    async def clock(self, http: web.Request) -> web.Response:
        wish = await _object(http)
        unknown = wish.keys() - {"advanceSeconds", "speed"}
        if unknown:
            raise _refused(f"unknown fields: {', '.join(sorted(unknown))}")
        try:
            if "speed" in wish:
                self._world.clock.speed = float(wish["speed"])
            if "advanceSeconds" in wish:
                self._world.clock.advance(timedelta(seconds=float(wish["advanceSeconds"])))
        except (TypeError, ValueError, OverflowError) as problem:
            raise _refused(str(problem)) from problem
        self._world.settle()
        return web.json_response({"now": self._world.clock.now().isoformat()})

    async def show_resource(self, http: web.Request) -> web.Response:
        self._world.settle()
        resource = self._world.resources.get(_asked_id(http))
        if resource is None:
            raise _missing(http)
        return web.json_response(resource.document())

    async def put_resource(self, http: web.Request) -> web.Response:
        document = await _object(http)
        try:
            resource = Resource.from_document(document)
        except (KeyError, ValueError, TypeError, AttributeError) as problem:
            raise _refused(f"not a resource with an id: {problem}") from problem
        note_by_hand(self._world, "PUT", resource.id, document)
        known = self._world.resources.put(self._world.dated(resource))
        self._world.settle()
        return web.json_response(known.document())

    async def delete_resource(self, http: web.Request) -> web.Response:
        if self._world.resources.get(_asked_id(http)) is None:
            raise _missing(http)
        note_by_hand(self._world, "DELETE", _asked_id(http), None)
        self._world.resources.delete(_asked_id(http))
        self._world.settle()
        return web.Response(status=204)

    async def change_settings(self, http: web.Request) -> web.Response:
        try:
            self._world.settings = self._world.settings.merged(await _object(http))
        except (ValidationError, ValueError) as problem:
            raise _refused(str(problem)) from problem
        self._world.settle()
        return web.json_response(self._world.settings.model_dump(by_alias=True))

    async def faults(self, _http: web.Request) -> web.Response:
        return web.json_response([fault.document() for fault in self._world.faults])

    async def add_fault(self, http: web.Request) -> web.Response:
        """Its shape: see dev/emulator/wishes/faults.py."""
        try:
            fault = Fault.model_validate(await _object(http))
        except (ValidationError, re.error) as problem:
            raise _refused(str(problem)) from problem
        self._world.faults.add(fault)
        return web.json_response(fault.document(), status=201)

    async def remove_faults(self, http: web.Request) -> web.Response:
        """All, or the one of ?id=."""
        self._world.faults.remove(http.query.get("id"))
        return web.Response(status=204)


async def _object(http: web.Request) -> dict[str, Any]:
    try:
        body = await http.json()
    except ValueError as problem:
        raise _refused(f"not JSON: {problem}") from problem
    if not isinstance(body, dict):
        raise _refused("a JSON object is expected")
    return body


def _asked_id(http: web.Request) -> str:
    try:
        return http.query["id"]
    except KeyError as problem:
        raise _refused("the query needs ?id=") from problem


def _refused(reason: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=reason)


def _missing(http: web.Request) -> web.HTTPNotFound:
    return web.HTTPNotFound(text=f"no resource {_asked_id(http)}")
