"""Which Azure this is: where its Resource Manager answers and who signs people in."""

from collections.abc import Callable
from typing import NamedTuple

from migration.asking.platform import platform
from migration.asking.settings import Settings


class Cloud(NamedTuple):
    """`authority` is None where the identity library's own choice counts (`AZURE_AUTHORITY_HOST`, else the public)."""

    resource_manager: str
    authority: str | None


CLOUDS = {
    "AzureCloud": Cloud("https://management.azure.com", None),
    "AzureUSGovernment": Cloud("https://management.usgovcloudapi.net", "https://login.microsoftonline.us"),
    "AzureChinaCloud": Cloud("https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
}


_handed_in: list[Callable[[], Settings]] = []


def go_by(read: Callable[[], Settings]) -> None:
    """Go by these settings from now on. They are read when Azure is called, and not before: they may be wrong."""
    _handed_in[:] = [read]


def given() -> Settings:
    """Return the settings that were handed in; raises SettingsInvalidError."""
    if not _handed_in:
        raise RuntimeError("Azure is called before anybody has said by which settings")
    return _handed_in[0]()


def cloud() -> Cloud:
    """Return the cloud that MIGRATION_CLOUD names; `ARM_ENDPOINT`, which tools share, is another Resource Manager."""
    told = platform()
    named = told.resource_manager or given().cloud
    known = CLOUDS.get(named) or Cloud(named.rstrip("/"), None)
    return known._replace(authority=told.authority or known.authority)
