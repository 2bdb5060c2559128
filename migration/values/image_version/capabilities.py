"""Which machines an image definition can serve: its security type and features, in our words and in Azure's.

Each rule stands once, in `FEATURE_RULES` and beside `SECURITY_TYPE_SINCE`, with its source.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BeforeValidator

from migration.values.lengths import MOST_LISTED, at_most

NO_FEATURES = "none"


class SecurityType(StrEnum):
    """Security type of an image definition we create. A managed image itself does not state one."""

    STANDARD = "Standard"
    TRUSTED_LAUNCH_SUPPORTED = "TrustedLaunchSupported"
    TRUSTED_LAUNCH = "TrustedLaunch"  # asked for and stored in earlier days: a plan refuses it

    @classmethod
    def _missing_(cls, value: object) -> "SecurityType | None":
        wanted = str(value).lower().replace("-", "")
        return next((member for member in cls if member.value.lower() == wanted), None)


class Feature(StrEnum):
    """What a definition says that machines made from its versions may have."""

    NVME = "nvme"
    ACCELERATED_NETWORKING = "accelerated-networking"
    HIBERNATION = "hibernation"

    @classmethod
    def _missing_(cls, value: object) -> "Feature | None":
        wanted = str(value).lower().replace("-", "")
        return next((member for member in cls if member.value.replace("-", "") == wanted), None)


class FeatureRule(NamedTuple):
    """How Azure spells a feature, which generations may have it, and since which api-version of galleries.

    `since` is the oldest api-version in which somebody was seen to send it. Whether older ones that have the list of
    features (2020-09-30 on) take it is not known, so it is not sent there.
    """

    name: str
    value: str
    generations: frozenset[str]
    since: str


# NVMe, generation 2 alone: Microsoft's "General FAQ for NVMe", 2025-01-31. The other two with generation 1, and all
# three in 2022-03-03: acceptance tests of hashicorp/terraform-provider-azurerm, shared_image_resource_test.go, read
# 2026-11-29; for NVMe that the provider speaks no newer one. Names and values: "Store and share images in an Azure
# Compute Gallery" and the image definitions of kubernetes-sigs/image-builder#1875, 2025-10-29.
FEATURE_RULES = {
    Feature.NVME: FeatureRule("DiskControllerTypes", "SCSI, NVMe", frozenset({"V2"}), "2022-03-03"),
    Feature.ACCELERATED_NETWORKING: FeatureRule(
        "IsAcceleratedNetworkSupported", "True", frozenset({"V1", "V2"}), "2022-03-03"
    ),
    Feature.HIBERNATION: FeatureRule("IsHibernateSupported", "True", frozenset({"V1", "V2"}), "2022-03-03"),
}

# The list of features, which holds the security type: API definitions of galleries, 2020-09-30.
SECURITY_TYPE = "SecurityType"
SECURITY_TYPE_SINCE = "2020-09-30"


def needs_newer_generation(feature: Feature, generation: str) -> bool:
    return generation.upper() not in FEATURE_RULES[feature].generations


def needs_newer_api(feature: Feature, api_version: str | None) -> bool:
    """Tell whether that api-version of galleries does not know the feature; None knows all of them."""
    return api_version is not None and api_version < FEATURE_RULES[feature].since


def features_sent(
    generation: str, security_type: str, features: Iterable[Feature], api_version: str
) -> list[dict[str, str]]:
    """Return the features of a definition as they are sent: none that its generation or the api-version does not know.

    Generation 1 has no security type. Generation 2 states it, since api-versions from 2025-03-03 on make it
    TrustedLaunchSupported where it is not said.
    """
    has_type = generation.upper() != "V1" and api_version >= SECURITY_TYPE_SINCE
    sent = [{"name": SECURITY_TYPE, "value": security_type}] if has_type else []
    known = [one for one in features if not needs_newer_generation(one, generation)]
    rules = [FEATURE_RULES[one] for one in known if not needs_newer_api(one, api_version)]
    return sent + [{"name": rule.name, "value": rule.value} for rule in rules]


def features_shown(shown: Mapping[str, Any]) -> list[Feature]:
    """Return the features that a definition has, from what Azure shows of them, by their names in small letters.

    Others may have written their values otherwise: `NVMe,SCSI`, or NVMe alone.
    """
    said = {feature: _parts_of(str(shown.get(rule.name.lower()))) for feature, rule in FEATURE_RULES.items()}
    return [feature for feature, rule in FEATURE_RULES.items() if _parts_of(rule.value)[-1] in said[feature]]


def _parts_of(value: str) -> list[str]:
    return [word.strip().lower() for word in value.split(",")]


def _listed(value: Any) -> Any:
    """Read the comma-separated list of a tag or setting."""
    if not isinstance(value, str):
        return value
    return [] if value.strip().lower() == NO_FEATURES else [word.strip() for word in value.split(",") if word.strip()]


def _named_once(features: list[Feature]) -> list[Feature]:
    return list(dict.fromkeys(features))


Features = Annotated[
    list[Feature],
    BeforeValidator(_listed, json_schema_input_type=str | list[Feature | str]),
    at_most(MOST_LISTED),
    AfterValidator(_named_once),
]
