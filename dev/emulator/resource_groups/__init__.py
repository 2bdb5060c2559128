"""Resource groups: created, listed, tagged, and deleted with all that is in them.

Belongs here: the group as a resource. Not: lists of what is inside, which `subscription` gives.
"""

from dev.emulator.front_door.routes import Routes
from dev.emulator.resource_groups import resource_groups


def register(routes: Routes) -> None:
    resource_groups.register(routes)
