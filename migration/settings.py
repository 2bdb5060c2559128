"""The app's settings, `MIGRATION_...`, read on first use: an error at import would leave Azure with no functions."""

from datetime import timedelta
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from migration.problems import Problem, problems_of
from migration.regions import ReplicaCount, StorageAccountType
from migration.request import (
    DeleteSource,
    EndOfLifeDate,
    GalleryReference,
    Identifier,
    RequestedRegions,
    SecurityType,
)


class SettingsInvalidError(Exception):
    """App settings that cannot be used. `problems` names every one of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        listed = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
        super().__init__(f"The app settings are not valid: {listed}")


def _urls(value: Any) -> Any:
    return value.split() if isinstance(value, str) else value


class Settings(BaseSettings):
    """Every setting with its default. An empty value counts as not set."""

    model_config = SettingsConfigDict(env_prefix="MIGRATION_", env_ignore_empty=True, extra="ignore", frozen=True)

    tag: str = Field("migrate-to-gallery", description="key of the tag that starts a migration")
    gallery: GalleryReference | None = Field(None, description="gallery (name or id) where a request names none")
    create_gallery: bool = Field(False, description="create a gallery that does not exist yet")
    regions: Annotated[RequestedRegions, NoDecode] = Field(
        [], description="regions, as `region[=replicas[=storage]],…`"
    )
    replicas: ReplicaCount = Field(1, description="replicas in a region that names no count")
    storage: StorageAccountType = Field(StorageAccountType.STANDARD_LRS, description="storage where none is named")
    eol: EndOfLifeDate | None = Field(None, description="end-of-life date of new image versions")
    publisher: Identifier = Field("managed-images", description="publisher of image definitions we create")
    offer: Identifier | None = Field(None, description="offer of image definitions we create; else the resource group")
    security_type: SecurityType = Field(SecurityType.STANDARD, description="security type of definitions we create")
    exclude_from_latest: bool = Field(False, description="keep new versions out of `latest` even after approval")
    delete_source: DeleteSource = Field(DeleteSource.AFTER_APPROVAL, description="`after-approval` or `never`")
    poll_interval: timedelta = Field(
        timedelta(seconds=30), description="shortest time between two looks at replication"
    )
    poll_interval_max: timedelta = Field(timedelta(minutes=10), description="longest time between two looks")
    replication_patience: timedelta = Field(timedelta(hours=12), description="how long replication may take")
    approval_reminder: timedelta = Field(timedelta(days=1), description="time between two reminders")
    approval_expiry: timedelta = Field(timedelta(days=7), description="after this the source is kept")
    notify: Annotated[list[SecretStr], NoDecode, BeforeValidator(_urls)] = Field(
        [], description="notification URLs (apprise), separated by spaces"
    )
    public_url: str | None = Field(None, description="address of the app in links; else https://WEBSITE_HOSTNAME")
    signing_key: SecretStr | None = Field(
        None, description="secret that signs approval links; without it there are none"
    )


def read_settings() -> Settings:
    """Read the environment; raises SettingsInvalidError naming every bad setting."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsInvalidError(
            [
                problem.model_copy(update={"field": f"MIGRATION_{problem.field.upper()}"})
                for problem in problems_of(error)
            ]
        ) from error


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return read_settings()
