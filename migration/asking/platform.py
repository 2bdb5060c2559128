"""What the platform and Azure's tools say in the environment: read here, our settings next door, nothing elsewhere."""

import os
import urllib.request
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from migration.asking.settings import Address, Settings, SettingsInvalidError
from migration.values.azure_rules import LONGEST_STORAGE_ACCOUNT_NAME
from migration.values.lengths import LONGEST_SECRET, at_most
from migration.values.problems import problems_of


@dataclass(frozen=True)
class Platform:
    """None of it is ours to choose, and no value can be wrong: what cannot be used shows where it is used."""

    resource_manager: str | None
    authority: str | None
    host_name: str | None
    site_name: str | None
    authentication_is_on: bool
    service_name: str | None
    azure_monitor: str | None = field(repr=False)
    otlp_endpoint: str | None


def platform() -> Platform:
    """Read the environment as it is now, which costs nothing: a call of Azure may ask for it."""
    return Platform(
        resource_manager=_said("ARM_ENDPOINT"),
        authority=_said("AZURE_AUTHORITY_HOST"),
        host_name=_said("WEBSITE_HOSTNAME"),
        site_name=_said("WEBSITE_SITE_NAME"),
        authentication_is_on=(_said("WEBSITE_AUTH_ENABLED") or "").lower() == "true",
        service_name=_said("OTEL_SERVICE_NAME"),
        azure_monitor=_said("APPLICATIONINSIGHTS_CONNECTION_STRING"),
        otlp_endpoint=_said("OTEL_EXPORTER_OTLP_ENDPOINT"),
    )


def _said(name: str) -> str | None:
    return os.environ.get(name) or None


def proxy_for(scheme: str, host: str) -> str | None:
    """Return the proxy that requests to a host are to go through (HTTPS_PROXY and NO_PROXY, say); None for none."""
    return None if urllib.request.proxy_bypass(host) else urllib.request.getproxies().get(scheme)


def is_unresolved(text: str) -> bool:
    """Tell whether this is a Key Vault reference: the platform leaves it where it could not read the secret."""
    return text.lower().startswith("@microsoft.keyvault(")


def own_addresses(current: Settings) -> list[str]:
    """Return the addresses by which the app is known, the one for links first; none where nobody has said any."""
    host_name = platform().host_name
    named = [current.public_url, f"https://{host_name}" if host_name else None]
    return [address for address in named if address]


class RecordsStorage(BaseSettings):
    """Where the records are: by a setting of ours, or where the Functions host's own storage is, told in three ways.

    Read apart from the other settings: a wrong one of those is written into the records of who waits for it.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, defer_build=True)

    records: Address | None = Field(None, validation_alias="MIGRATION_RECORDS")
    table_service: Address | None = Field(None, validation_alias="AzureWebJobsStorage__tableServiceUri")
    account_name: Annotated[str, at_most(LONGEST_STORAGE_ACCOUNT_NAME)] | None = Field(
        None, validation_alias="AzureWebJobsStorage__accountName"
    )
    connection_string: Annotated[SecretStr, at_most(LONGEST_SECRET)] | None = Field(
        None, validation_alias="AzureWebJobsStorage"
    )


def records_storage() -> RecordsStorage:
    """Read where the records are; raises SettingsInvalidError."""
    try:
        return RecordsStorage()
    except ValidationError as error:
        raise SettingsInvalidError(problems_of(error)) from error


def has_storage() -> bool:
    """Tell whether the app knows a storage account for its records: the Functions host's own, or MIGRATION_RECORDS."""
    own = records_storage()
    return bool(own.records or own.table_service or own.account_name or own.connection_string)
