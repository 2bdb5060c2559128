"""A call of the tests is held against the operation of an SDK, and fails where it is not as described nor a fact."""

import json
import re

import pytest
from azure.mgmt.compute import models as compute
from azure.mgmt.resource.locks import models as locks
from azure.mgmt.resource.resources import models as resources

from tests.emulator.contract import Exchange, problems_of
from tests.emulator.facts import ALLOWED, LACKED_UNTIL
from tests.emulator.sdk.fields import fields_of
from tests.emulator.sdk.operations import operation_of, operations
from tests.support.documents import DEFINITION_ID, GALLERY_ID, image_id

IMAGE = image_id("web")
URL = "https://localhost{}?api-version={}"


@pytest.mark.parametrize("name", LACKED_UNTIL)
def test_a_fact_speaks_of_a_field_that_there_is(name):
    model, _, field = name.partition(".")
    package = next(each for each in (compute, resources, locks) if hasattr(each, model))
    assert field in fields_of(getattr(package, model))


@pytest.mark.parametrize("fact", ALLOWED, ids=lambda fact: fact.operations)
def test_a_fact_speaks_of_an_operation_that_there_is(fact):
    assert any(re.fullmatch(fact.operations, operation.id) for operation in operations())


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", f"{GALLERY_ID}/images/i/versions/1.0.0", "gallery_image_versions.get"),
        ("PUT", DEFINITION_ID, "gallery_images.begin_create_or_update"),
        ("GET", f"{image_id('web')}/providers/Microsoft.Authorization/permissions", "permissions.list_for_resource"),
        ("GET", "/subscriptions/s/providers/Microsoft.Compute/locations/l/operations/o", None),
    ],
)
def test_a_call_is_the_operation_that_an_sdk_would_make(method, path, found):
    operation = operation_of(method, path.lower())
    assert (operation and operation.id) == found


def image(**more):
    return {"location": "eastus2", "properties": {}, **more}


@pytest.mark.parametrize(
    ("exchange", "problem"),
    [
        (("GET", None, 200, image(colour=1)), "images.get: answer $.colour is not declared"),
        (("GET", None, 202, image()), "images.get: a 202 is no success"),
        (("GET", None, 404, {"code": "NotFound"}), "images.get: answer $.code is not declared"),
        (("DELETE", None, 202, {}), "images.begin_delete: a 202 has no content, not {}"),
        (("PUT", image(id=5), 201, image()), "images.begin_create_or_update: request $.id is no str: 5"),
        (("PUT", {"properties": {}}, 201, image()), "images.begin_create_or_update: request $.location is missing"),
    ],
)
def test_a_call_that_is_not_as_described_fails(exchange, problem):
    method, body, status, answer = exchange
    url = URL.format(IMAGE, "2024-07-01")
    found = problems_of(Exchange(method, url, body and json.dumps(body), status, json.dumps(answer)))
    assert list(found) == [problem]


def test_a_call_in_an_older_api_version_fails_for_a_newer_field():
    answer = json.dumps(image(properties={"hyperVGeneration": "V1"}))
    old, new = (Exchange("GET", URL.format(IMAGE, api), None, 200, answer) for api in ("2018-10-01", "2019-03-01"))
    assert list(problems_of(old)) == ["images.get: answer $.properties.hyperVGeneration is not declared"]
    assert list(problems_of(new)) == []


def test_what_is_refused_may_be_wrong():
    refusal = {"error": {"code": "InvalidParameter", "message": "no"}}
    exchange = Exchange("PUT", URL.format(IMAGE, "2024-07-01"), '{"location": 5}', 400, json.dumps(refusal))
    assert list(problems_of(exchange)) == []
