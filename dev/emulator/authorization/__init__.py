"""Microsoft.Authorization: management locks, the rule that makes Resource Manager respect them, and permissions.

Belongs here: what stands in the way of a write. Not: the check of every call for it, which is the front door's.
"""

from dev.emulator.authorization import locks, permissions
from dev.emulator.front_door.routes import Routes
from dev.emulator.world import World


def register(routes: Routes) -> None:
    locks.register(routes)
    permissions.register(routes)


def install(world: World) -> None:
    world.lock_rule = locks.blocking
