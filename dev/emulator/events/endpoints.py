"""Event Grid's part of the control plane: subscribe, look at events and their deliveries, deliver again."""

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from dev.emulator.events.grid import EventGrid
from dev.emulator.events.handshake import HandshakeRefusedError
from dev.emulator.events.requesters import path_of
from dev.emulator.events.subscriptions import SubscriptionWish
from dev.emulator.world import World


class RedeliveryWish(BaseModel):
    """The body of POST /_emulator/event-subscriptions/redeliver."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    event_id: str
    times: int = Field(1, ge=1, le=1000)


def attach(app: web.Application, world: World) -> None:
    grid = EventGrid(world)
    endpoints = _Endpoints(grid)
    app.router.add_get("/_emulator/events", endpoints.events)
    app.router.add_get("/_emulator/event-subscriptions", endpoints.subscriptions)
    app.router.add_post("/_emulator/event-subscriptions", endpoints.subscribe)
    app.router.add_post("/_emulator/event-subscriptions/redeliver", endpoints.redeliver)

    @web.middleware
    async def follow_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Notes who asks before it is answered, and lets the outbox look at the clock afterwards."""
        grid.requesters.remember(request, exists=world.resources.get(path_of(request)) is not None)
        try:
            return await handler(request)
        finally:
            grid.outbox.wake()

    app.middlewares.append(follow_requests)
    app.cleanup_ctx.append(grid.run)


class _Endpoints:
    def __init__(self, grid: EventGrid) -> None:
        self._grid = grid

    async def events(self, _http: web.Request) -> web.Response:
        return web.json_response([record.document() for record in self._grid.records])

    async def subscriptions(self, _http: web.Request) -> web.Response:
        return web.json_response([known.document() for known in self._grid.subscriptions.values()])

    async def subscribe(self, http: web.Request) -> web.Response:
        subscription = (await _parsed(http, SubscriptionWish)).subscription()
        try:
            await self._grid.subscribe(subscription)
        except HandshakeRefusedError as refusal:
            raise web.HTTPBadRequest(text=str(refusal)) from refusal
        return web.json_response(subscription.document(), status=201)

    async def redeliver(self, http: web.Request) -> web.Response:
        wish = await _parsed(http, RedeliveryWish)
        if not self._grid.redeliver(wish.event_id, wish.times):
            raise web.HTTPNotFound(text=f"no event {wish.event_id}")
        return web.Response(status=202)


async def _parsed[Wish: BaseModel](http: web.Request, model: type[Wish]) -> Wish:
    try:
        return model.model_validate_json(await http.read())
    except ValidationError as problem:
        raise web.HTTPBadRequest(text=str(problem)) from problem
