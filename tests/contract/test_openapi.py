"""The OpenAPI document has every call of the app and no other, and says of each what the platform was told of it."""

import re
from collections.abc import Iterator
from typing import Any

import azure.functions as func
import pytest
from jsonschema import Draft202012Validator

from migration.asking.request import MigrationRequest
from migration.values.problems import RequestInvalidError
from tests.support.functions import bindings
from triggers.describing.document import describe
from triggers.describing.openapi import CALLS

ANSWERED_ALIKE = {"HEAD"}  # as GET, without a body
METHODS = {"get", "post", "put", "patch", "delete"}
FIELDS = {
    "openapi": str,
    "info": dict,
    "security": list,
    "paths": dict,
    "components": dict,
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return describe(CALLS)


def registered() -> dict[tuple[str, str], Any]:
    """Every route and method of the app, with its binding."""
    found = {}
    for binding in bindings("httpTrigger").values():
        for method in {getattr(one, "value", one) for one in binding.methods} - ANSWERED_ALIKE:
            found[f"/{binding.route}", method] = binding
    return found


def operations(document: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {
        (path, method.upper()): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def everything(value: Any) -> Iterator[Any]:
    yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from everything(one)


def test_every_route_of_the_app_is_described_and_no_other(document):
    assert operations(document).keys() == registered().keys()


def test_each_call_is_declared_once(document):
    assert len({(call.path, call.method) for call in CALLS}) == len(CALLS)
    ids = [operation["operationId"] for operation in operations(document).values()]
    assert len(set(ids)) == len(ids)


def test_what_takes_a_key_says_so_and_what_takes_none_does_too(document):
    without = {place for place, operation in operations(document).items() if operation.get("security") == []}
    assert without == {
        place for place, binding in registered().items() if binding.auth_level is func.AuthLevel.ANONYMOUS
    }
    assert {name for one in document["security"] for name in one} == set(document["components"]["securitySchemes"])


def test_the_document_has_the_form_of_one(document):
    assert {name: type(document[name]) for name in FIELDS} == FIELDS
    assert document["openapi"].startswith("3.1.")
    assert {"title", "version"} <= document["info"].keys()
    for (path, method), operation in operations(document).items():
        assert method.lower() in METHODS
        assert operation["responses"], path
        assert all(re.fullmatch(r"[1-5]\d\d|default", code) for code in operation["responses"])
        assert all(answer["description"] for answer in operation["responses"].values())
        named = [(one["in"], one["name"]) for one in operation.get("parameters", [])]
        assert len(set(named)) == len(named)
        assert {name for where, name in named if where == "path"} == set(re.findall(r"\{(\w+)\}", path))
        assert all(one["schema"] and one["in"] in {"path", "query"} for one in operation.get("parameters", []))
        assert ("requestBody" in operation) <= (method == "POST")


def test_every_reference_leads_somewhere_and_every_shape_is_referred_to(document):
    references = {one["$ref"] for one in everything(document) if isinstance(one, dict) and "$ref" in one}
    shapes = document["components"]["schemas"]
    assert references == {f"#/components/schemas/{name}" for name in shapes}
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in shapes)


def test_every_shape_is_a_json_schema(document):
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert schema.get("description") or "enum" in schema, name


def taken(document: dict[str, Any], name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


SOURCE = "/subscriptions/c0ffee00-0000-4000-8000-000000000001/resourceGroups/g/providers/Microsoft.Compute/images/web"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"targetRegions": "westus2=2,eastus2"},
        {"targetRegions": ["westus2=2=premium_lrs", {"name": "northeurope", "replicaCount": 3}]},
        {"endOfLifeDate": "2027-12-31", "deleteSource": "never", "protect": True},
        {"purchasePlan": "none"},
        {"purchasePlan": "contoso/server/gold"},
        {"purchasePlan": {"publisher": "contoso", "product": "server", "name": "gold"}},
        {"encryptionSets": "westus2:des"},
        {"encryptionSets": {"westus2": "group/des"}},
        {"encryptionSets": ["westus2:des", {"region": "eastus2", "id": "des"}]},
    ],
)
def test_what_a_call_takes_is_allowed_by_the_shape_of_its_body(document, fields: dict[str, Any]):
    body = {"sourceImageId": SOURCE, **fields}
    MigrationRequest.parse(body)
    assert list(taken(document, "MigrationRequestTaken").iter_errors(body)) == []


@pytest.mark.parametrize("fields", [{"colour": "blue"}, {"targetRegions": [{"name": "westus2", "replicas": 2}]}])
def test_what_a_call_refuses_as_unknown_is_refused_by_the_shape_too(document, fields: dict[str, Any]):
    body = {"sourceImageId": SOURCE, **fields}
    with pytest.raises(RequestInvalidError):
        MigrationRequest.parse(body)
    assert list(taken(document, "MigrationRequestTaken").iter_errors(body)) != []
