"""A world and its gateway without a server: quick, and a failure shows its own traceback."""

from urllib.parse import quote

from dev.emulator import World, providers
from dev.emulator.coverage import routes
from dev.emulator.front_door.gateway import RawCall, answer
from dev.emulator.world.clock import Clock
from tests.support.documents import usual_version

ROUTES = routes()


def stopped_world(seed):
    world = World(Clock(speed=0))
    for install in providers.INSTALL:
        install(world)
    world.plant(seed)
    return world


def call(world, method, path, content=b"", api=None, **query):
    query = {"api-version": api or usual_version(path), **query}
    headers = {"authorization": "Bearer token"}
    return answer(world, ROUTES, RawCall(method, quote(path), query, headers, content, "https://localhost"))
