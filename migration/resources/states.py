"""How far Azure is with a resource, and with a replica. Azure may come to use words that are not among these."""

from enum import StrEnum
from typing import Self


class _State(StrEnum):
    """A word of Azure's, whatever its case; one that is not known stays as it is, and equals none that is."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        known = {one.lower(): one for one in cls}
        if value.lower() in known:
            return known[value.lower()]
        unknown = str.__new__(cls, value)
        unknown._name_, unknown._value_ = "OTHER", value
        return unknown


class ProvisioningState(_State):
    """`provisioningState` of images, galleries, definitions and versions. Only `Succeeded` is settled and good."""

    CREATING = "Creating"
    UPDATING = "Updating"
    MIGRATING = "Migrating"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    DELETING = "Deleting"
    UNKNOWN = "Unknown"


class ReplicationState(_State):
    """`state` of one region in a version's `replicationStatus`."""

    UNKNOWN = "Unknown"
    REPLICATING = "Replicating"
    COMPLETED = "Completed"
    FAILED = "Failed"
