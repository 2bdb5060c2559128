"""Which Azure this is: where its Resource Manager answers and who signs people in."""

from typing import NamedTuple

from migration.asking.platform import platform
from migration.asking.settings import settings


class Cloud(NamedTuple):
    """`authority` is None where the identity library's own choice counts (`AZURE_AUTHORITY_HOST`, else the public);
    `portal` where nobody knows of one.
    """

    resource_manager: str
    authority: str | None
    portal: str | None = None


CLOUDS = {
    "AzureCloud": Cloud("https://management.azure.com", None, "https://portal.azure.com"),
    "AzureUSGovernment": Cloud(
        "https://management.usgovcloudapi.net", "https://login.microsoftonline.us", "https://portal.azure.us"
    ),
    "AzureChinaCloud": Cloud(
        "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn", "https://portal.azure.cn"
    ),
}


def cloud() -> Cloud:
    """Return the cloud that MIGRATION_CLOUD names; `ARM_ENDPOINT`, which tools share, is another Resource Manager."""
    told = platform()
    named = told.resource_manager or settings().cloud
    known = CLOUDS.get(named) or Cloud(named.rstrip("/"), None)
    return known._replace(authority=told.authority or known.authority)


def get_portal() -> str | None:
    """Return the address of the portal in which people look at this Azure."""
    return cloud().portal
