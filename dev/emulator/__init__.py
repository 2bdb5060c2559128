"""Azure Resource Manager for managed images and compute galleries, over TLS on loopback. Never shipped.

`running_emulator()` starts one; SDKs, `az` and the app talk to it unchanged, given its `environment`.
Its rooms, each knowing only those before it: `vocabulary`, `wishes`, `world`, then `front_door` and `misbehaving`,
then what answers: `subscription`, `resource_groups`, `authorization`, `compute`, `resource_graph`, `events`, `storage`,
and `control`.
Here they meet, and nowhere else.
"""

from dev.emulator.control.client import Control, ControlRefusedError
from dev.emulator.running import Emulator, running_emulator
from dev.emulator.seed import empty_subscription, small_company
from dev.emulator.world import World

__all__ = [
    "Control",
    "ControlRefusedError",
    "Emulator",
    "World",
    "empty_subscription",
    "running_emulator",
    "small_company",
]
