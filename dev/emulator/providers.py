"""The table of providers: who registers ARM operations, fills hooks of the world, attaches other endpoints."""

from collections.abc import Callable

from aiohttp import web

from dev.emulator import (
    authorization,
    compute,
    events,
    identity,
    resource_graph,
    resource_groups,
    storage,
    subscription,
)
from dev.emulator.front_door.routes import Routes
from dev.emulator.misbehaving import throttling
from dev.emulator.world import World

REGISTER: tuple[Callable[[Routes], None], ...] = (
    subscription.register,
    resource_groups.register,
    authorization.register,
    compute.register,
    resource_graph.register,
)
INSTALL: tuple[Callable[[World], None], ...] = (authorization.install, throttling.install)
ATTACH: tuple[Callable[[web.Application, World], None], ...] = (identity.attach, events.attach, storage.attach)
