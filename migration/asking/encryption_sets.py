"""Disk encryption sets as people name them, one a region: `region:name`, `region:group/name` or `region:id`.

The value of a tag has 256 characters, too few for ids, so names count within the gallery's subscription.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from migration.values.ids import DISK_ENCRYPTION_SET, ResourceId
from migration.values.image_version.regions import RegionName
from migration.values.lengths import LONGEST_ID, MOST_REGIONS, at_most
from migration.values.value import Stored


def _reference(text: str) -> str:
    """An id, `group/name` or a name."""
    if text.startswith("/"):
        return str(ResourceId.parse(text, DISK_ENCRYPTION_SET))
    group, slash, name = text.rpartition("/")
    if slash and not group:
        raise ValueError(f"'{text}' is not a disk encryption set: give a name, group/name or its id")
    sample = ResourceId("00000000-0000-0000-0000-000000000000", group or "group", DISK_ENCRYPTION_SET, (name,))
    ResourceId.parse(str(sample), DISK_ENCRYPTION_SET)
    return text


class NamedEncryptionSet(Stored):
    """The set for one region: `set` is an id, `group/name`, or the name of one in the gallery's group."""

    region: RegionName
    set: Annotated[str, at_most(LONGEST_ID), AfterValidator(_reference)] = Field(alias="id")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        region, colon, named = (part.strip() for part in value.partition(":"))
        if not (region and colon and named):
            raise ValueError(f"'{value}' is not region:name, region:group/name or region:id")
        return {"region": region, "id": named}

    def within(self, subscription: str, group: str) -> str:
        """Return the id of the set, looked for in this subscription and group."""
        if self.set.startswith("/"):
            return self.set
        in_group, _, name = self.set.rpartition("/")
        return str(ResourceId(subscription, in_group or group, DISK_ENCRYPTION_SET, (name,)))


def _sets_listed(value: Any) -> Any:
    """Read the comma-separated list of a tag or setting, or an object of ids by region."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, dict):
        return [{"region": region, "id": named} for region, named in value.items()]
    return value


def _once_each(sets: list[NamedEncryptionSet]) -> list[NamedEncryptionSet]:
    names = [one.region for one in sets]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"region {', '.join(twice)} is named more than once")
    return sets


NamedEncryptionSets = Annotated[
    list[NamedEncryptionSet],
    BeforeValidator(_sets_listed, json_schema_input_type=str | dict[str, str] | list[NamedEncryptionSet | str]),
    AfterValidator(_once_each),
    at_most(MOST_REGIONS),
]
