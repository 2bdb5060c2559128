"""What the app really answers has the shape that its OpenAPI document gives it, with no property that is not there."""

import re
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.support.running.azure import running_azure
from tests.support.running.starting import running_app_that_hears


@pytest.fixture(scope="module")
def described():
    """An app with one migration that asks and one that is over, and its document."""
    with running_azure() as azure, running_app_that_hears(azure) as app:
        over = app.approve_and_end(app.start(azure.seed_image("over")))
        again = app.start(azure.seed_image("rejected"))
        app.approve(app.waiting(again), decision="reject", comment="not yet")
        app.ended(again)
        assert app.call("POST", f"migrations/{again}/ask-again").status_code == 202
        asking = app.waiting(again)
        document = app.call("GET", "openapi.json").json()
        yield SimpleNamespace(app=app, azure=azure, over=over, asking=asking, document=document)


def strict(document, schema):
    """The schema, with nothing allowed but what it names."""
    if isinstance(schema, list):
        return [strict(document, one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(document, value) for key, value in schema.items()}
    return found | {"additionalProperties": False} if "properties" in schema else found


def is_described(described, method, route, answer):
    operation = described.document["paths"][f"/{route}"][method.lower()]
    media = answer.headers["Content-Type"].partition(";")[0]
    schema = operation["responses"][str(answer.status_code)]["content"][media]["schema"]
    components = described.document["components"]
    if answer.status_code < 400:
        schema, components = strict(described.document, [schema, components])
    checker = Draft202012Validator({**schema, "components": components}, format_checker=FormatChecker())
    wrong = [f"{error.json_path}: {error.message[:300]}" for error in checker.iter_errors(answer.json())]
    assert wrong == [], f"{method} {route}"


def test_the_document_says_where_the_app_is(described):
    assert described.document["servers"] == [{"url": f"{described.app.host.url}/api"}]


@pytest.mark.parametrize(
    "path",
    [
        "migrations",
        "migrations?top=1",
        "migrations?phse=Done",
        "migrations/{asking}",
        "migrations/{over}",
        "migrations/migrate-nobody-0123456789",
        "migrations/{asking}/checks",
        "migrations/{over}/checks",
        "migrations/{asking}/users",
        "migrations/{over}/users?kind=machines",
        "migrations/{asking}/audit",
        "migrations/{over}/audit",
        "pause",
        "galleries",
        "images",
        "images?top=1",
        "images/moved-to",
        "images/moved-to?id={unknown}",
        "images/moved-to?id={moved}",
        "openapi.json",
    ],
)
def test_what_is_looked_at_is_as_described(described, path):
    route = re.sub(r"migrations/[^/?]+", "migrations/{id}", path).partition("?")[0]
    asking, over = described.asking, described.over
    moved = over["sourceImageId"]
    named = path.format(asking=asking["id"], over=over["id"], moved=moved, unknown=f"{moved}0")
    is_described(described, "GET", route, described.app.call("GET", named))


def test_what_is_done_is_answered_as_described(described):
    app, asking = described.app, described.asking
    image = described.azure.seed_image("done")
    sent = [
        ("migrations/plan", {"sourceImageId": image}),
        ("migrations/plan", {"sourceImageId": image, "targetRegions": ["atlantis"]}),
        ("migrations", {"sourceImageId": image, "deleteSource": "never"}),
        ("migrations", {"sourceImageId": asking["sourceImageId"]}),
        ("migrations/{id}/approval", {"decision": "accept"}),
        (
            "migrations/{id}/approval",
            {"decision": "accept", "approver": "Ada", "imageVersionId": asking["imageVersionId"]},
        ),
        ("migrations/{id}/ask-again", {"reson": 1}),
        ("migrations/{id}/cancel", {"reason": "too late"}),
        ("pause", {"paused": True, "reason": "a test"}),
        ("pause", {"paused": False}),
        ("sweep", {}),
        ("self-test", {}),
    ]
    for route, body in sent:
        answer = app.call("POST", route.replace("{id}", asking["id"]), body)
        is_described(described, "POST", route, answer)
