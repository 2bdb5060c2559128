"""What is found wrong with JSON, by models of either generator."""

import pytest
from azure.mgmt.compute import models as compute
from azure.mgmt.eventgrid.models import EventSubscriptionFilter
from azure.mgmt.resource.locks.models import ManagementLockObject

from tests.emulator.sdk.mistakes import mistakes_answered, mistakes_sent
from tests.support.documents import definition_body, version_body

LOCK = {"name": "l", "properties": {"level": "ReadOnly", "owners": [{"applicationId": "a"}]}}


def with_properties(body, **properties):
    return {**body, "properties": {**body["properties"], **properties}}


def test_what_is_right_has_no_mistakes():
    assert mistakes_sent(compute.GalleryImageVersion, version_body("eastus2")) == []
    assert mistakes_answered(compute.GalleryImage, {"id": "/x", **definition_body()}) == []
    assert mistakes_answered(ManagementLockObject, LOCK) == []


@pytest.mark.parametrize(
    ("model", "body", "mistake"),
    [
        (compute.Image, {"location": "x", "colour": 1}, "$.colour is not declared"),
        (compute.Image, {"tags": {}}, "$.location is missing"),
        (compute.Image, {"location": 5}, "$.location is no str: 5"),
        (compute.Image, {"location": None}, "$.location is no str: None"),
        (compute.Image, {"location": "x", "tags": {"a": 1}}, "$.tags.a is no str: 1"),
        (compute.Image, {"location": "x", "tags": []}, "$.tags is no dict: []"),
        (compute.Image, {"location": "x", "properties": 1}, "$.properties is no ImageProperties: 1"),
        (compute.Image, [], "$ is no Image: []"),
        (compute.ImageDataDisk, {"lun": "0"}, "$.lun is no int: '0'"),
        (compute.ImageDataDisk, {"lun": True}, "$.lun is no int: True"),
        (compute.ImageStorageProfile, {"zoneResilient": 1}, "$.zoneResilient is no bool: 1"),
        (compute.ImageStorageProfile, {"dataDisks": [{}]}, "$.dataDisks[0].lun is missing"),
        (compute.ImageProperties, {"hyperVGeneration": "V3"}, "$.hyperVGeneration is no HyperVGenerationTypes: 'V3'"),
        (compute.SystemData, {"createdAt": "yesterday"}, "$.createdAt is no datetime: 'yesterday'"),
        (ManagementLockObject, {"properties": {"level": "Off"}}, "$.properties.level is no LockLevel: 'Off'"),
        (ManagementLockObject, {"properties": {"notes": "n"}}, "$.properties.level is missing"),
        (ManagementLockObject, {"level": "ReadOnly", **LOCK}, "$.level is not declared"),
        (ManagementLockObject, {}, "$.properties is missing"),
        (
            EventSubscriptionFilter,
            {"advancedFilters": [{"operatorType": "NumberIn", "key": "k", "values": ["a"]}]},
            "$.advancedFilters[0].values[0] is no float: 'a'",
        ),
    ],
)
def test_a_mistake_is_found_where_it_is(model, body, mistake):
    assert mistakes_answered(model, body) == [mistake]


def test_what_only_the_service_sets_has_no_place_in_a_request():
    body = with_properties(version_body("eastus2"), provisioningState="Succeeded")
    assert mistakes_answered(compute.GalleryImageVersion, body) == []
    assert mistakes_sent(compute.GalleryImageVersion, body) == ["$.properties.provisioningState is read-only"]
    assert mistakes_sent(ManagementLockObject, LOCK) == ["$.name is read-only"]


def test_words_of_a_request_may_be_in_any_case_and_those_of_an_answer_not():
    body = definition_body(osType="LINUX")
    assert mistakes_sent(compute.GalleryImage, body) == []
    assert mistakes_answered(compute.GalleryImage, body) == ["$.properties.osType is no OperatingSystemTypes: 'LINUX'"]


def test_an_api_version_has_no_fields_that_came_later():
    found = mistakes_answered(compute.Image, {"location": "x", "systemData": {}}, frozenset({"Image.systemData"}))
    assert found == ["$.systemData is not declared"]
