"""Microsoft.Authorization: management locks, the rule that makes Resource Manager respect them, and permissions."""

from dev.emulator.authorization import locks, permissions
from dev.emulator.routes import Routes
from dev.emulator.world import World


def register(routes: Routes) -> None:
    locks.register(routes)
    permissions.register(routes)


def install(world: World) -> None:
    world.lock_rule = locks.blocking
