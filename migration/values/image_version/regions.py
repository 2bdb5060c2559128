"""Target regions: their names, replica counts and storage, and the `region[=replicas[=storage]]` grammar.

The grammar is that of `az sig image-version create --target-regions`, used alike in tags, settings and HTTP.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from migration.values.azure_rules import MOST_REPLICAS_IN_A_REGION
from migration.values.lengths import LONGEST_REGION, at_most
from migration.values.value import Stored, Value


class StorageAccountType(StrEnum):
    """How a region's replicas are to be stored; `prefer-zrs` is zone-redundant where the region has that, else LRS.

    Azure's own default is the same from API version 2025-03-03 on (`PreferStandard_ZRS`); before, it is LRS.
    """

    PREFER_ZRS = "prefer-zrs"
    STANDARD_LRS = "Standard_LRS"
    STANDARD_ZRS = "Standard_ZRS"
    PREMIUM_LRS = "Premium_LRS"

    @classmethod
    def _missing_(cls, value: object) -> "StorageAccountType | None":
        wanted = str(value).lower()
        return next((member for member in cls if member.value.lower() == wanted), None)


PREFERENCE = (StorageAccountType.STANDARD_ZRS, StorageAccountType.STANDARD_LRS)


def normalise_region(name: str) -> str:
    """Return the short name Azure uses in ids: `West US 2` becomes `westus2`."""
    return "".join(name.split()).lower()


def _region_name(name: str) -> str:
    short = normalise_region(name)
    if not short.isalnum() or not short.isascii():
        raise ValueError(f"'{name}' is not the name of a region")
    return short


RegionName = Annotated[str, at_most(LONGEST_REGION), AfterValidator(_region_name)]
ReplicaCount = Annotated[int, Field(ge=1, le=MOST_REPLICAS_IN_A_REGION)]


class RegionEncryption(Value):
    """The disk encryption sets of one region's replicas, by id: of the OS disk, and of each data disk by its LUN."""

    os_disk: str
    data_disks: dict[int, str] = {}


class TargetRegion(Stored):
    """One region an image version is replicated to, with everything resolved.

    Read from Azure too, so it takes names and storage account types that a request may not ask for. `preferred`: the
    storage is what `prefer-zrs` came to, and nobody asked for that very one. Azure keeps it as it was made.
    """

    name: Annotated[str, AfterValidator(normalise_region)]
    replica_count: int
    storage_account_type: str
    preferred: bool = Field(False, exclude_if=lambda value: not value)
    encryption: RegionEncryption | None = Field(None, exclude_if=lambda value: value is None)

    def in_one_zone(self) -> "TargetRegion":
        """Return the region without the zones that were only preferred."""
        is_wish = self.preferred and self.storage_account_type == StorageAccountType.STANDARD_ZRS
        return self.changed(storage_account_type=StorageAccountType.STANDARD_LRS) if is_wish else self

    def as_made(self, storage: str) -> "TargetRegion":
        """Return the region with the storage that its replicas have, where that is one way a preference may end."""
        made = next((one for one in PREFERENCE if one.lower() == storage.lower()), None)
        return self.changed(storage_account_type=made) if self.preferred and made else self


class RequestedRegion(Stored):
    """A region as asked for; what is left out is filled from the settings."""

    name: RegionName
    replica_count: ReplicaCount | None = None
    storage_account_type: StorageAccountType | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return _split_region(value) if isinstance(value, str) else value

    def resolve(self, replica_count: int, storage: StorageAccountType, *, has_zones: bool) -> TargetRegion:
        wanted = self.storage_account_type or storage
        preferred = StorageAccountType.STANDARD_ZRS if has_zones else StorageAccountType.STANDARD_LRS
        is_preferred = wanted is StorageAccountType.PREFER_ZRS
        return TargetRegion(
            name=self.name,
            replica_count=self.replica_count or replica_count,
            storage_account_type=preferred if is_preferred else wanted,
            preferred=is_preferred,
        )


def _split_region(text: str) -> dict[str, Any]:
    name, *rest = (part.strip() for part in text.split("="))
    complete = all((name, *rest))
    if rest and not rest[0].isdigit():  # storage alone, as `az` allows: westus2=premium_lrs
        rest = ["", *rest]
    if not complete or len(rest) > 2:
        raise ValueError(f"'{text}' is not region[=replicas[=storage]]")
    values = dict(zip(("name", "replicaCount", "storageAccountType"), (name, *rest), strict=False))
    return {key: value for key, value in values.items() if value}


def split_regions(text: str) -> list[str]:
    """Split the comma-separated list of a tag or setting."""
    return [part.strip() for part in text.split(",") if part.strip()]


def duplicate_regions(regions: Iterable[RequestedRegion]) -> list[str]:
    """Return the regions named more than once: Azure refuses `East US 2` beside `eastus2`."""
    names = [region.name for region in regions]
    return sorted({name for name in names if names.count(name) > 1})
