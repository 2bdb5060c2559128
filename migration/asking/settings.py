"""The app's settings, `MIGRATION_...`: what each may be. The shells read them (`reading.py`) and hand them on."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from migration.asking.encryption_sets import NamedEncryptionSets
from migration.asking.options.prices import Prices
from migration.asking.options.soak import NO_SOAK, SoakTime
from migration.asking.request import (
    DeleteSource,
    EndOfLifeDate,
    GalleryReference,
    Offer,
    Publisher,
    RequestedRegions,
)
from migration.asking.tags import options_key
from migration.users.kinds import COMPUTE, NAMES
from migration.values.azure_rules import (
    DOCUMENTED_DATA_DISK_GB,
    LARGEST_DATA_DISK_GB,
    LONGEST_TAG_NAME,
)
from migration.values.image_version.capabilities import Features, SecurityType
from migration.values.image_version.regions import ReplicaCount, StorageAccountType
from migration.values.lengths import LONGEST_ADDRESS, LONGEST_PERSON, MOST_LISTED, at_most
from migration.values.problems import Problem
from migration.values.tags import MoreTags, TagPattern


class SettingsInvalidError(Exception):
    """App settings that cannot be used. `problems` names every one of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        listed = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
        super().__init__(f"The app settings are not valid: {listed}")


def _by_space(value: Any) -> Any:
    return value.split() if isinstance(value, str) else value


def _by_comma(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


MOST_IN_FLIGHT = 500  # each is looked at in turn, and one row names them all
_CLOUDS = ("AzureCloud", "AzureUSGovernment", "AzureChinaCloud")
_HTTPS = re.compile(r"https://[^\s/]+/?")
_TYPES = (
    *("galleries", "images", "virtualMachines", "virtualMachineScaleSets", "diskEncryptionSets"),
    *("locks", "permissions", "subscriptions", "tags"),
)
_VERSION = re.compile(rf"({'|'.join(_TYPES)})=\d{{4}}-\d{{2}}-\d{{2}}(-preview)?", re.ASCII)


def _cloud(text: str) -> str:
    if text not in _CLOUDS and not _HTTPS.fullmatch(text):
        raise ValueError(f"it is none of {', '.join(_CLOUDS)}, and no https address")
    return text


def _api_version(text: str) -> str:
    if not _VERSION.fullmatch(text):
        raise ValueError(f"write TYPE=2024-07-01, where TYPE is one of {', '.join(_TYPES)}")
    return text


def _users(text: str) -> str:
    if text not in NAMES:
        raise ValueError(f"it is none of {', '.join(NAMES)}")
    return text


# A wait of nothing looks, or reminds, without end; one of thousands of years leads out of time.
Wait = Annotated[timedelta, Field(ge=timedelta(milliseconds=100), le=timedelta(days=36_500))]
Address = Annotated[str, at_most(LONGEST_ADDRESS)]
SecretAddress = Annotated[SecretStr, at_most(LONGEST_ADDRESS)]
Addresses = Annotated[list[SecretAddress], NoDecode, BeforeValidator(_by_space), at_most(MOST_LISTED)]
TagKey = Annotated[str, at_most(LONGEST_TAG_NAME - len(options_key("")))]
CloudName = Annotated[str, at_most(LONGEST_ADDRESS), AfterValidator(_cloud)]
ApiVersion = Annotated[str, at_most(LONGEST_PERSON), AfterValidator(_api_version)]
Name = Annotated[str, at_most(LONGEST_PERSON)]
Names = Annotated[list[Name], NoDecode, BeforeValidator(_by_comma), at_most(MOST_LISTED)]
TagPatterns = Annotated[list[TagPattern], NoDecode, BeforeValidator(_by_comma), at_most(MOST_LISTED)]
BlockingKind = Annotated[str, at_most(LONGEST_PERSON), AfterValidator(_users)]
BlockingKinds = Annotated[list[BlockingKind], NoDecode, BeforeValidator(_by_comma), at_most(MOST_LISTED)]
ApiVersions = Annotated[list[ApiVersion], NoDecode, BeforeValidator(_by_comma), at_most(MOST_LISTED)]


class Settings(BaseSettings):
    """Every setting with its default. An empty value counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix="MIGRATION_", env_ignore_empty=True, extra="ignore", frozen=True, defer_build=True
    )

    tag: TagKey = Field("migrate-to-gallery", description="key of the tag that starts a migration")
    gallery: GalleryReference | None = Field(None, description="gallery (name or id) where a request names none")
    create_gallery: bool = Field(False, description="create a gallery that does not exist yet")
    regions: Annotated[RequestedRegions, NoDecode] = Field(
        [], description="regions, as `region[=replicas[=storage]],…`"
    )
    replicas: ReplicaCount = Field(1, description="replicas in a region that names no count")
    storage: StorageAccountType = Field(StorageAccountType.PREFER_ZRS, description="storage where none is named")
    eol: EndOfLifeDate | None = Field(None, description="end-of-life date of new image versions")
    publisher: Publisher = Field("managed-images", description="publisher of image definitions we create")
    offer: Offer | None = Field(None, description="offer of image definitions we create; else the resource group")
    security_type: SecurityType = Field(SecurityType.STANDARD, description="security type of definitions we create")
    features: Annotated[Features, NoDecode] = Field(
        [], description="features of definitions we create, as `nvme,accelerated-networking,hibernation`"
    )
    max_data_disk_gb: int = Field(
        DOCUMENTED_DATA_DISK_GB,
        ge=1,
        le=LARGEST_DATA_DISK_GB,
        description="largest data disk to migrate; Azure's how-to says 1024, its service takes 2048",
    )
    encryption_sets: Annotated[NamedEncryptionSets, NoDecode] = Field(
        [], description="disk encryption sets for encrypted sources, as `region:id,…`"
    )
    more_tags: Annotated[MoreTags, NoDecode] = Field(
        {}, description="tags of galleries, definitions and versions we create, beside the source's, as `name=value,…`"
    )
    tags_not_carried: TagPatterns = Field(
        [], description="tags of the source that what we create does not get, as `name,…`; `*` ends a name as any does"
    )
    exclude_from_latest: bool = Field(False, description="keep new versions out of `latest` even after approval")
    protect: bool = Field(False, description="new versions cannot be deleted before their end of life")
    delete_source: DeleteSource = Field(DeleteSource.AFTER_APPROVAL, description="`after-approval` or `never`")
    block_on: BlockingKinds = Field(
        [COMPUTE],
        description="which users keep a source beside those Compute tells of: `machines`, `image-templates`, `any`, …",
    )
    soak: SoakTime = Field(
        NO_SOAK,
        description="how long a version is in use before the delete is asked about, at most 90 days; `PT0S`: no soak",
    )
    poll_interval: Wait = Field(timedelta(seconds=30), description="shortest time between two looks at replication")
    poll_interval_max: Wait = Field(timedelta(minutes=10), description="longest time between two looks")
    patience: Wait = Field(
        timedelta(days=2), description="how long a migration waits for what may pass, each cause from when it came"
    )
    replication_patience: Wait = Field(timedelta(hours=12), description="how long replication may take")
    approval_reminder: Wait = Field(timedelta(days=1), description="time between two reminders")
    approval_escalation: Wait = Field(timedelta(days=3), description="after this MIGRATION_ESCALATE is told too")
    approval_expiry: Wait = Field(timedelta(days=7), description="after this the source is kept")
    approval_validity: Wait = Field(timedelta(hours=24), description="how long an approval may be used")
    retention: Wait = Field(
        timedelta(days=90), description="how long an ended migration stays in the list; the hub may forget earlier"
    )
    sweep: Annotated[timedelta, Field(ge=timedelta(0))] = Field(
        timedelta(hours=1), description="time between two looks for tagged images no event spoke of; `PT0S`: never"
    )
    max_in_flight: int = Field(
        20, ge=1, le=MOST_IN_FLIGHT, description="how many versions are being made at once, by all migrations together"
    )
    paused: bool = Field(False, description="nothing new is started; what is under way goes on")
    approvers: Names = Field([], description="who may decide: object ids, user names or app roles; empty: anyone named")
    four_eyes: bool = Field(
        False, description="whoever asked for a migration may not approve it, and only a verified person may"
    )
    require_identity: bool = Field(
        False, description="only a signed-in user, or the person a link was sent to, may decide"
    )
    notify: Addresses = Field(
        [], description="notification URLs (apprise), each `url` or `name=url`, by spaces; none: nobody is told"
    )
    notify_digest: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=1))] = Field(
        timedelta(0),
        description="one message each so often, at most a day, for all that is to be told; `PT0S`: each at once",
    )
    escalate: Addresses = Field([], description="the same, for approvals that wait too long")
    prices: Annotated[Prices, NoDecode] = Field(
        [], description="what a GB of replicas costs a month, as `[region=]storage=price,…`; none: unknown"
    )
    cloud: CloudName = Field("AzureCloud", description="`AzureUSGovernment`, `AzureChinaCloud`, or an https address")
    api_versions: ApiVersions = Field([], description="api-versions for a cloud that lags, as `images=2024-07-01,…`")
    public_url: Address | None = Field(None, description="address of the app in links; else `https://WEBSITE_HOSTNAME`")
    records: Address | None = Field(
        None,
        description="address of the table service that keeps the records; else that of the app's own storage account",
    )


SECRET = {"notify", "escalate", "records"}  # the others are quoted where they are wrong


def nobody_told(settings: Settings) -> list[str]:
    """Say that nobody is told of anything, where that is so: it is no error."""
    return [] if settings.notify else ["nobody will be told: MIGRATION_NOTIFY names no address"]
