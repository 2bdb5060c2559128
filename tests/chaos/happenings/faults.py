"""What goes wrong with Azure and with the storage of the records: the faults of the emulated Azure, one a happening."""

from dataclasses import dataclass
from typing import Any

from dev.emulator.wishes.faults import Fault
from tests.chaos.happenings.happening import Happening
from tests.chaos.world.azure import TABLE
from tests.chaos.world.world import ChaosWorld

IMAGE = r"/Microsoft\.Compute/images/[^/]+$"
VERSION = r"/versions/[^/]+$"
USERS = r"/(virtualMachines|virtualMachineScaleSets)$"
OPERATION = r"/operations/"
RECORD = r"PartitionKey='image'"


@dataclass(frozen=True)
class Fails(Happening):
    """Calls of Azure, or of the storage, go wrong in this way (`dev/emulator/wishes/faults.py`)."""

    fault: Any

    def happen(self, world: ChaosWorld) -> None:
        world.azure.world.faults.add(Fault.model_validate(self.fault))


@dataclass(frozen=True)
class NothingFails(Happening):
    """All faults are over."""

    def happen(self, world: ChaosWorld) -> None:
        world.azure.world.faults.remove()


@dataclass(frozen=True)
class TableIsDeleted(Happening):
    """Somebody deletes the table with all records, and its name is held for a while."""

    def happen(self, world: ChaosWorld) -> None:
        if TABLE in world.azure.tables.names():
            world.trace.note("table deleted")
            world.azure.tables.delete(TABLE)
            world.records_lost = True
