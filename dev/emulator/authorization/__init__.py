"""Microsoft.Authorization: management locks, and the rule that makes Resource Manager respect them."""

from dev.emulator.authorization import locks
from dev.emulator.routes import Routes
from dev.emulator.world import World


def register(routes: Routes) -> None:
    locks.register(routes)


def install(world: World) -> None:
    world.lock_rule = locks.blocking
