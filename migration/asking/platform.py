"""What the platform and Azure's tools say in the environment: read here, our settings next door, nothing elsewhere."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from migration.asking.settings import Settings


def _is_true(said: Any) -> bool:
    """Tell whether App Service says so: whatever else it may say is no."""
    return str(said).lower() == "true"


class Platform(BaseSettings):
    """None of it is ours to choose, and no value can be wrong: what cannot be used shows where it is used."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, case_sensitive=True)

    resource_manager: str | None = Field(None, validation_alias="ARM_ENDPOINT")
    authority: str | None = Field(None, validation_alias="AZURE_AUTHORITY_HOST")
    host_name: str | None = Field(None, validation_alias="WEBSITE_HOSTNAME")
    site_name: str | None = Field(None, validation_alias="WEBSITE_SITE_NAME")
    authentication_is_on: Annotated[bool, BeforeValidator(_is_true)] = Field(
        False, validation_alias="WEBSITE_AUTH_ENABLED"
    )
    service_name: str | None = Field(None, validation_alias="OTEL_SERVICE_NAME")
    azure_monitor: SecretStr | None = Field(None, validation_alias="APPLICATIONINSIGHTS_CONNECTION_STRING")
    otlp_endpoint: str | None = Field(None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")


def platform() -> Platform:
    """Read the environment as it is now; far below a millisecond, and so at each use."""
    return Platform()


def own_addresses(current: Settings) -> list[str]:
    """Return the addresses by which the app is known, the one for links first; none where nobody has said any."""
    host_name = platform().host_name
    named = [current.public_url, f"https://{host_name}" if host_name else None]
    return [address for address in named if address]
