"""How settings name a cloud, and the versions of its API."""

import re
from typing import Annotated

from pydantic import AfterValidator

from migration.values.lengths import LONGEST_ADDRESS, LONGEST_PERSON, at_most

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


CloudName = Annotated[str, at_most(LONGEST_ADDRESS), AfterValidator(_cloud)]
ApiVersion = Annotated[str, at_most(LONGEST_PERSON), AfterValidator(_api_version)]
