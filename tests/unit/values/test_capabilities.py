"""Features and security types: our words, Azure's, and which generation and api-version know them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from migration.values.image_version.capabilities import (
    FEATURE_RULES,
    Feature,
    Features,
    features_sent,
    features_shown,
    needs_newer_generation,
)

NEWEST = "2026-03-03"
STANDARD = {"name": "SecurityType", "value": "Standard"}
NVME = {"name": "DiskControllerTypes", "value": "SCSI, NVMe"}
NETWORKING = {"name": "IsAcceleratedNetworkSupported", "value": "True"}
HIBERNATION = {"name": "IsHibernateSupported", "value": "True"}
read = TypeAdapter(Features).validate_python


@pytest.mark.parametrize(
    "written",
    [
        "nvme,hibernation",
        " NVMe , Hibernation ,",
        ["nvme", "hibernation"],
        ["nvme", "hibernation", "NVME", "nvme"],
        "nvme,nvme,hibernation",
    ],
)
def test_features_are_a_text_or_a_list_in_which_each_counts_once(written: object):
    assert read(written) == [Feature.NVME, Feature.HIBERNATION]


@pytest.mark.parametrize("written", ["none", "None", [], ""])
def test_no_features_can_be_said(written: object):
    assert read(written) == []


@pytest.mark.parametrize("word", ["accelerated-networking", "acceleratedNetworking", "Accelerated-Networking"])
def test_words_are_the_same_with_and_without_dashes(word: str):
    assert read(word) == [Feature.ACCELERATED_NETWORKING]


@pytest.mark.parametrize("written", ["nvme,turbo", ["nvme", "turbo"], ["nvme", 5], "none,nvme", 5, {"nvme": True}])
def test_what_is_no_feature_is_refused(written: object):
    with pytest.raises(ValidationError):
        read(written)


def test_every_feature_has_its_rule():
    assert list(FEATURE_RULES) == list(Feature)


def test_generation_2_states_its_security_type_and_every_feature():
    assert features_sent("V2", "Standard", Feature, NEWEST) == [STANDARD, NVME, NETWORKING, HIBERNATION]
    supported = {"name": "SecurityType", "value": "TrustedLaunchSupported"}
    assert features_sent("V2", "TrustedLaunchSupported", [], NEWEST) == [supported]


@pytest.mark.parametrize("generation", ["V1", "v1"])
def test_generation_1_is_sent_no_security_type_and_no_nvme(generation: str):
    assert features_sent(generation, "Standard", [], NEWEST) == []
    assert features_sent(generation, "Standard", Feature, NEWEST) == [NETWORKING, HIBERNATION]


def test_generation_1_has_accelerated_networking_and_hibernation():
    """Seen in acceptance tests of terraform-provider-azurerm; NVMe is ruled out by Microsoft's FAQ."""
    assert [one for one in Feature if needs_newer_generation(one, "V1")] == [Feature.NVME]
    assert not any(needs_newer_generation(one, "V2") for one in Feature)


@pytest.mark.parametrize(
    ("api_version", "sent"),
    [
        ("2019-12-01", []),
        ("2020-09-30", [STANDARD]),
        ("2022-01-03", [STANDARD]),
        ("2022-03-03", [STANDARD, NVME, NETWORKING, HIBERNATION]),
        (NEWEST, [STANDARD, NVME, NETWORKING, HIBERNATION]),
    ],
)
def test_unverified_which_api_versions_take_a_feature(api_version: str, sent: list[dict[str, str]]):
    """The list is in the API definitions since 2020-09-30; the names were seen in use in 2022-03-03."""
    assert features_sent("V2", "Standard", Feature, api_version) == sent


@pytest.mark.parametrize(
    ("shown", "features"),
    [
        ({}, []),
        ({"diskcontrollertypes": "SCSI, NVMe"}, [Feature.NVME]),
        ({"diskcontrollertypes": "NVMe,SCSI"}, [Feature.NVME]),
        ({"diskcontrollertypes": "NVMe"}, [Feature.NVME]),
        ({"diskcontrollertypes": "SCSI"}, []),
        ({"isacceleratednetworksupported": "true"}, [Feature.ACCELERATED_NETWORKING]),
        ({"isacceleratednetworksupported": "False", "ishibernatesupported": None}, []),
        ({"ishibernatesupported": "True", "securitytype": "Standard"}, [Feature.HIBERNATION]),
        ({"ishibernatesupported": True}, [Feature.HIBERNATION]),
    ],
)
def test_features_are_read_from_what_azure_shows(shown: dict[str, object], features: list[Feature]):
    assert features_shown(shown) == features


def test_what_is_sent_is_read_back():
    sent = {one["name"].lower(): one["value"] for one in features_sent("V2", "Standard", Feature, NEWEST)}
    assert features_shown(sent) == list(Feature)
