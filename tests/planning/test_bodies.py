"""Bodies of requests: understood, or what is wrong is named. None makes the app fail, or comes back at length."""

import pytest

from tests.support.documents import image_id
from tests.support.running.answers import problems_of
from tests.support.running.app import PROBLEM

HALF = "\\ud800"  # as JSON spells half a surrogate pair
LONG = 5 * 1024 * 1024
DEEP = "[" * 100_000
IMAGE = image_id("web")


def send(app, method, path, body):
    """Send a body as it is written here."""
    content = body if isinstance(body, bytes) else body.encode()
    return app.call(method, path, data=content, headers={"Content-Type": "application/json"})


def is_named(answer):
    assert answer.status_code in {400, 413, 422}, f"{answer.status_code} {answer.text[:500]}"
    assert answer.headers["Content-Type"].startswith(PROBLEM)
    assert answer.json()["title"]


@pytest.mark.parametrize("path", ["migrations", "migrations/plan"])
@pytest.mark.parametrize(
    "body",
    [
        f'{{"sourceImageId": "{IMAGE}{HALF}"}}',
        f'{{"sourceImageId": "{HALF}"}}',
        f'{{"sourceImageId": "{IMAGE}", "gallery": "{HALF}"}}',
        f'{{"sourceImageId": "{IMAGE}", "targetRegions": ["{HALF}"]}}',
        f'{{"sourceImageId": "{IMAGE}", "{HALF}": 1}}',
        f'"{HALF}"',
        '{"sourceImageId": "\\u0000"}',
        '{"sourceImageId": null}',
        '{"sourceImageId": 1e999}',
        '{"sourceImageId": NaN}',
        "{",
        "",
        "null",
        "[]",
        DEEP,
        b"\xff\xfe",
        b"\xed\xa0\x80",
    ],
)
def test_a_body_that_makes_no_sense_is_told_so(app, path, body):
    is_named(send(app, "POST", path, body))


@pytest.mark.parametrize("field", ["publisher", "offer", "sku"])
@pytest.mark.parametrize("text", ["con\u0000toso", "con\ntoso", "con\u0007toso", "con\u202etoso", "\u200b"])
def test_characters_that_cannot_be_seen_are_no_publisher_and_no_offer(app, azure, field, text):
    image = azure.seed_image("plain")
    for answer in (
        app.plan(image, **{field: text}),
        app.call("POST", "migrations", {"sourceImageId": image, field: text}),
    ):
        is_named(answer)
        assert [problem["field"] for problem in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(("letters", "status"), [(100_000, 422), (500_000, 413)])
@pytest.mark.parametrize("path", ["migrations", "migrations/plan"])
def test_letters_without_end_are_told_so_and_not_repeated(app, path, letters, status):
    """Regions, keys and plans of 500,000 letters were taken, and carried through states and messages for minutes."""
    long = "w" * letters
    for asked in ({"targetRegions": [long]}, {"encryptionSets": {long: "key"}}, {"purchasePlan": f"{long}/q/n"}):
        answer = app.call("POST", path, {"sourceImageId": IMAGE} | asked)
        assert answer.status_code == status, answer.text[:300]
        assert len(answer.text) < 5_000
    assert app.find(IMAGE) is None


@pytest.mark.parametrize("path", ["migrations", "migrations/plan"])
@pytest.mark.parametrize("body", [b"", b"{", b"{'sourceImageId': 1}", b"\xff\xfe", b"[" * 100_000])
def test_what_is_not_json_is_a_bad_request(app, path, body):
    answer = app.call("POST", path, data=body)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json()["title"] == "Malformed JSON"


@pytest.mark.parametrize("path", ["migrations", "migrations/plan"])
@pytest.mark.parametrize("body", [[], "text", 7, True, {}])
def test_json_that_is_no_request_is_unprocessable(app, path, body):
    answer = app.call("POST", path, body)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json()["errors"]


@pytest.mark.parametrize("path", ["migrations", "migrations/plan"])
def test_every_bad_field_is_named_at_once(app, path):
    request = {
        "sourceImageId": image_id("x").replace("/images/x", "/disks/x"),
        "gallery": "no spaces please",
        "imageDefinition": "-",
        "version": "1.2",
        "targetRegions": ["westus2=0", {"name": "eastus2", "replicaCount": 1, "storageAccountType": "Gold"}],
        "endOfLifeDate": "soon",
        "excludeFromLatest": "perhaps",
        "purchasePlan": {"publisher": "contoso"},
        "deleteSource": "now",
        "securityType": "None",
        "colour": "blue",
    }
    answer = app.call("POST", path, request)
    assert answer.status_code == 422
    assert {problem["field"].partition(".")[0] for problem in answer.json()["errors"]} == set(request)
    assert all(problem["message"] and problem["code"] and problem["nextAction"] for problem in answer.json()["errors"])


@pytest.mark.parametrize("date", ["31/12/2027", "2027-02-30", "next year"])
def test_an_end_of_life_that_is_no_date_is_refused_at_once(app, azure, date):
    assert [field for field, _ in problems_of(app.plan(azure.seed_image("dated"), endOfLifeDate=date))] == [
        "endOfLifeDate"
    ]
