"""What a user of the emulator may change while it runs (PUT /_emulator/settings). Durations are emulated seconds."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, field_validator
from pydantic.alias_generators import to_camel

from dev.emulator.vocabulary import regions
from dev.emulator.wishes.rate_limits import DOCUMENTED_QUERIES, OLDER_LIMITS, RECORDED_LIMITS, windows_of

Amount = Annotated[float, Field(ge=0, le=10**9, allow_inf_nan=False)]
Seconds = Amount

# Medians of recorded traffic where there is one, else the resolution of a single poll.
RECORDED_SECONDS = {
    "imageCreate": 31.0,
    "imageUpdate": 0.5,
    "imageDelete": 31.0,
    "galleryCreate": 0.5,
    "galleryUpdate": 0.5,
    "galleryDelete": 0.5,
    "imageDefinitionCreate": 0.5,
    "imageDefinitionUpdate": 0.5,
    "imageDefinitionDelete": 0.5,
    "imageVersionCreate": 446.0,
    "imageVersionUpdate": 422.0,
    "imageVersionDelete": 122.0,
    "virtualMachineCreate": 31.0,
    "virtualMachineUpdate": 31.0,
    "virtualMachineDelete": 31.0,
    "diskEncryptionSetCreate": 0.5,
    "diskEncryptionSetUpdate": 0.5,
    "diskEncryptionSetDelete": 0.5,
    "resourceGroupDelete": 31.0,
}

DOCUMENTED_QUOTAS = {"galleries": 100, "galleries/images": 1000, "galleries/images/versions": 10_000}
_MERGEABLE = frozenset({"durationsSeconds", "replicationSeconds", "quotas", "rateLimits"})


class Policy(BaseModel):
    """One that denies writes of some types at a scope: each, or those without the tags that it demands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scope: str
    types: list[str] = Field(description="`Microsoft.Compute/galleries`, …")
    tags: list[str] = []

    def covers(self, resource_id: str, resource_type: str) -> bool:
        inside = f"{resource_id}/".lower().startswith(f"{self.scope}/".lower())
        return inside and resource_type.lower() in {name.lower() for name in self.types}


class Settings(BaseModel):
    """Partial updates merge: a duration or a region that is not named keeps its value."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")

    durations_seconds: dict[str, Seconds] = Field(default_factory=lambda: dict(RECORDED_SECONDS))
    replication_seconds: dict[str, Seconds] = Field(default_factory=lambda: {"default": 300.0})
    replication_failures: dict[str, str] = Field(default_factory=dict, description="region: reason")
    replication_stalls: list[str] = Field(default_factory=list)
    replication_jumps: list[str] = Field(default_factory=list, description="regions that show 0, then 100")
    replication_setbacks: list[str] = Field(default_factory=list, description="regions whose progress falls back once")
    parent_unseen_seconds: Seconds = 0.0  # after a create, children are refused: parent not found
    deleted_still_seen_seconds: Seconds = 0.0  # after a delete, the parent still counts it as nested
    deleted_table_held_seconds: Seconds = 0.0  # of table storage: its name is refused; really some 40
    resource_graph_delay_seconds: Seconds = 0.0  # queries show what existed that long ago
    event_copies: PositiveInt = 1
    events_before_the_end: bool = Field(
        default=False,
        description="of writes that take long: at once, and none at their end (which Azure does: unverified)",
    )
    event_delays_seconds: list[Seconds] = Field(
        default_factory=lambda: [0.0], min_length=1, description="of successive events, in turn: [60, 0] swaps pairs"
    )
    page_size: PositiveInt = 50
    entity_page_size: int = Field(1000, ge=1, le=1000, description="of table storage")
    image_lineages: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="managed image: publisher, offer, sku, version of the Marketplace image"
    )
    closed_regions: dict[str, list[str]] = Field(default_factory=dict, description="subscription: regions it lacks")
    denied_actions: dict[str, str] = Field(default_factory=dict, description="action (with *): scope it is denied at")
    granted_actions: dict[str, str] = Field(
        default_factory=dict, description="action (with *): scope it is granted at, whatever is denied above"
    )
    policies: dict[str, Policy] = Field(default_factory=dict, description="name of its assignment: what it denies")
    rate_limits: dict[str, tuple[NonNegativeInt, ...]] = Field(default_factory=lambda: dict(RECORDED_LIMITS))
    rate_limit_factor: Amount = 100.0
    throttled_with_retry_after: bool = True
    quotas: dict[str, NonNegativeInt] = Field(default_factory=lambda: dict(DOCUMENTED_QUOTAS))

    @field_validator("rate_limits")
    @classmethod
    def _one_for_each_window(cls, value: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        for policy, limits in value.items():
            if len(limits) != len(windows_of(policy)):
                raise ValueError(f"{policy} has a limit for each of {', '.join(windows_of(policy))}")
        return value

    @field_validator(
        "replication_seconds", "replication_failures", "replication_stalls", "replication_jumps", "replication_setbacks"
    )
    @classmethod
    def _known_regions(cls, value: dict[str, Any] | list[str]) -> dict[str, Any] | list[str]:
        """Regions in any spelling; a misspelt one would silently do nothing."""
        if isinstance(value, list):
            return [_short_name(region) for region in value]
        return {key if key == "default" else _short_name(key): setting for key, setting in value.items()}

    @field_validator("closed_regions")
    @classmethod
    def _known_closed_regions(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        return {
            subscription.lower(): [_short_name(region) for region in names] for subscription, names in value.items()
        }

    def is_closed(self, region: str, subscription: str | None) -> bool:
        """Whether the subscription may not use the region, as some must be applied for."""
        return region in self.closed_regions.get((subscription or "").lower(), ())

    def duration(self, kind: str) -> timedelta:
        return timedelta(seconds=self.durations_seconds[kind])

    def replication(self, region: str) -> timedelta:
        seconds = self.replication_seconds
        return timedelta(seconds=seconds.get(region, seconds["default"]))

    @property
    def deleted_table_held(self) -> timedelta:
        return timedelta(seconds=self.deleted_table_held_seconds)

    @property
    def resource_graph_delay(self) -> timedelta:
        return timedelta(seconds=self.resource_graph_delay_seconds)

    @property
    def queries_allowed(self) -> int:
        """Of Resource Graph, by one principal in one window."""
        return round(DOCUMENTED_QUERIES * self.rate_limit_factor)

    def rate_limit(self, policy: str) -> tuple[int, ...]:
        """Calls allowed in each window of the policy."""
        return tuple(round(limit * self.rate_limit_factor) for limit in self.rate_limits[policy])

    def older_rate_limit(self, policy: str) -> tuple[int, ...]:
        """The same of older api-versions, which have limits that only the factor changes."""
        return tuple(round(limit * self.rate_limit_factor) for limit in OLDER_LIMITS[policy])

    def merged(self, changes: dict[str, Any]) -> "Settings":
        """New settings with these changes; raises pydantic's ValidationError for unknown names or bad values."""
        known = self.model_dump(by_alias=True)
        for name, value in changes.items():
            mergeable = name in _MERGEABLE and isinstance(value, dict)
            known[name] = {**known[name], **value} if mergeable else value
        merged = Settings.model_validate(known)
        known_names = RECORDED_SECONDS.keys() | DOCUMENTED_QUOTAS.keys() | RECORDED_LIMITS.keys()
        unknown = (merged.durations_seconds.keys() | merged.quotas.keys() | merged.rate_limits.keys()) - known_names
        if unknown:
            raise ValueError(f"unknown names: {', '.join(sorted(unknown))}")
        return merged


def _short_name(name: str) -> str:
    region = regions.find(name)
    if region is None:
        raise ValueError(f"unknown region: {name}")
    return region.name
