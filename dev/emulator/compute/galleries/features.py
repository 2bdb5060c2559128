"""The features of an image definition, its security type among them: what an api-version and a generation take.

Sources: the list of features is in the API definitions since 2020-09-30. Generation 2 with TrustedLaunchSupported by
default from 2025-03-03 on: page on compute galleries, 2025-07. Generation 1 has no NVMe: Microsoft's FAQ on NVMe,
2025-01-31; nor Trusted Launch or confidential machines: their pages. Generation 1 with accelerated networking and with
hibernation was created by acceptance tests of terraform-provider-azurerm.

Unverified: how the service refuses what is not known; that generation 1 takes the security type Standard; that a
definition which states generation 1 and no features gets none since 2025-03-03.
"""

from typing import Any

from dev.emulator.compute.any_resource.errors import FEATURE_NOT_OF_GENERATION, FEATURES_NOT_KNOWN
from dev.emulator.vocabulary.errors import ArmError

_SINCE = "2020-09-30"
_GEN2_BY_DEFAULT_SINCE = "2025-03-03"
_SECURITY_TYPE = "SecurityType"
_DISK_CONTROLLERS = "DiskControllerTypes"
Properties = dict[str, Any]


def check_features(sent: Properties, generation: str, api_version: str) -> None:
    """Refuse features that the api-version or the generation does not know; raises ArmError."""
    features = sent.get("features") or []
    if features and api_version < _SINCE:
        raise ArmError(FEATURES_NOT_KNOWN)
    for feature in features if generation == "V1" else ():
        if _needs_generation_2(str(feature.get("name")).lower(), str(feature.get("value")).lower()):
            raise ArmError(FEATURE_NOT_OF_GENERATION, feature=feature.get("name"), generation=generation)


def _needs_generation_2(name: str, value: str) -> bool:
    if name == _SECURITY_TYPE.lower():
        return value != "standard"
    return name == _DISK_CONTROLLERS.lower() and "nvme" in value


def default_generation(api_version: str) -> str:
    return "V2" if api_version >= _GEN2_BY_DEFAULT_SINCE else "V1"


def add_default_features(properties: Properties, api_version: str) -> None:
    if api_version < _GEN2_BY_DEFAULT_SINCE or properties["hyperVGeneration"] != "V2":
        return
    features = properties.setdefault("features", [])
    if not any(feature.get("name") == _SECURITY_TYPE for feature in features):
        features.append({"name": _SECURITY_TYPE, "value": "TrustedLaunchSupported"})


def boots_from_nvme(properties: Properties) -> bool:
    """Tell whether machines may have NVMe; a definition that names no disk controllers is for SCSI."""
    features = properties.get("features") or []
    controllers = [str(one.get("value")) for one in features if one.get("name") == _DISK_CONTROLLERS]
    return any("nvme" in value.lower() for value in controllers)
