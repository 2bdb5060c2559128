"""A fleet on the real host: begun over HTTP, in two waves, each image decided by its own question, told as one."""

import csv
import io

import pytest

from migration.values.ids import instance_id_for
from tests.support.running.app import PATIENCE_SECONDS
from tests.support.running.azure import definition_of, running_azure
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

IMAGES = 12


@pytest.fixture(scope="module")
def azure():
    with running_azure() as azure:
        yield azure


@pytest.fixture(scope="module")
def app(azure):
    """An app that looks often even where it only waits for people."""
    with running_app(azure, MIGRATION_POLL_INTERVAL_MAX="PT1S") as app:
        yield app


def rows_of(images, **request):
    """A row for each image, the second half in the second wave."""
    half = len(images) // 2
    return [
        {"request": {"sourceImageId": image, **request}, "wave": 1 + (index >= half)}
        for index, image in enumerate(images)
    ]


def begun(app, rows, **order):
    answer = app.call("POST", "fleets", {"rows": rows, **order})
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == answer.json()["links"]["self"]
    return answer.json()


def look(app, fleet, query=""):
    answer = app.call("GET", f"{fleet['links']['self']}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def until(app, fleet, condition):
    return eventually(lambda: now if condition(now := look(app, fleet)) else None, PATIENCE_SECONDS)


def step(app, fleet, name, **said):
    return app.call("POST", fleet["links"][name], said)


def approve_asked(app, fleet):
    """Decide every question that a fleet's images ask now; the page for fleets will do that at once."""
    asked = look(app, fleet, "?standing=asked")["images"]
    return [app.decide(app.migration(image["migrationId"])).status_code for image in asked]


def test_a_fleet_in_two_waves_is_migrated_image_by_image(app, azure):
    images = [azure.seed_image("fleet") for _ in range(IMAGES)]
    fleet = begun(app, rows_of(images), name="spring", terms={"window": 4})
    first = until(app, fleet, lambda now: now["counts"].get("asked") == IMAGES)
    assert [(wave["wave"], wave["counts"]) for wave in first["waves"]] == [(1, {"asked": 6}), (2, {"asked": 6})]
    begun_at = [app.migration(image["migrationId"])["createdAt"] for image in first["images"]]
    assert max(begun_at[:6]) < min(begun_at[6:])
    assert set(approve_asked(app, fleet)) == {202}
    over = until(app, fleet, lambda now: now["overAt"])
    assert (over["stage"], over["counts"]) == ("over", {"migrated": IMAGES})
    assert [azure.exists(image) for image in images] == [False] * IMAGES
    assert [len(azure.versions(definition_of(image))) for image in images] == [1] * IMAGES
    lines = list(csv.DictReader(io.StringIO(app.call("GET", fleet["links"]["results"]).text)))
    assert [(line["sourceImageId"], line["wave"], line["outcome"], line["approver"]) for line in lines] == [
        (image, str(1 + (index >= 6)), "Migrated", "Ada Lovelace") for index, image in enumerate(images)
    ]


def test_a_fleet_is_paused_goes_on_is_cancelled_and_says_by_whom(app, azure):
    images = [azure.seed_image("steered") for _ in range(6)]
    fleet = begun(app, rows_of(images), terms={"window": 1})
    paused = step(app, fleet, "pause", reason="storm")
    assert (paused.status_code, paused.json()["stage"], paused.json()["reason"]) == (202, "paused", "storm")
    assert paused.json()["by"] == "holder of a function key"
    until(app, fleet, lambda now: now["counts"].get("onItsWay", 0) == 0)
    waiting = look(app, fleet)["counts"]["waiting"]
    assert step(app, fleet, "resume").json()["stage"] == "running"
    until(app, fleet, lambda now: now["counts"].get("waiting", 0) < waiting)
    assert step(app, fleet, "cancel").json()["stage"] == "cancelled"
    cancelled = until(app, fleet, lambda now: now["counts"].get("onItsWay", 0) == 0)
    assert set(cancelled["counts"]) <= {"kept", "waiting"}
    assert [azure.exists(image) for image in images] == [True] * 6
    refused = step(app, fleet, "resume")
    assert (refused.status_code, refused.json()["code"]) == (409, "FleetEnded")


def test_what_failed_is_tried_again_and_what_is_done_is_not(app, azure):
    there = azure.seed_image("there")
    gone = f"{there}-not-yet"
    fleet = begun(app, [{"request": {"sourceImageId": one, "deleteSource": "never"}} for one in (there, gone)])
    over = until(app, fleet, lambda now: now["overAt"])
    assert [(image["standing"], image["why"] and image["why"]["code"]) for image in over["images"]] == [
        ("kept", None),
        ("passed", "NotFound"),
    ]
    document = azure.control.resource(there) | {"id": gone, "name": gone.rpartition("/")[2]}
    azure.control.put_resource(document)
    assert step(app, fleet, "retry").json()["stage"] == "running"
    until(app, fleet, lambda now: now["overAt"] and now["counts"] == {"kept": 2})
    assert app.audit({"id": instance_id_for(there)})["earlier"] == []


def test_fleets_are_listed_and_their_images_paged(app, azure):
    fleets = [begun(app, rows_of([azure.seed_image("listed") for _ in range(5)])) for _ in range(2)]
    page = app.call("GET", "fleets?top=1").json()
    assert [one["id"] for one in page["fleets"]] == [fleets[1]["id"]]
    assert app.call("GET", page["nextLink"]).json()["fleets"][0]["id"] == fleets[0]["id"]
    seen, link = [], "?top=2"
    while link:
        told = look(app, fleets[0], link)
        seen += [image["number"] for image in told["images"]]
        link = (told["nextLink"] or "").removeprefix(fleets[0]["links"]["self"])
    assert seen == [1, 2, 3, 4, 5]
    for one in fleets:
        assert step(app, one, "cancel").status_code == 202


def test_an_order_that_makes_no_sense_starts_nothing(app, azure):
    image = azure.seed_image("refused")
    answer = app.call("POST", "fleets", {"rows": [*rows_of([image, image]), {"request": {}, "wave": 0}], "x": 1})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [
        *("rows.2.request.sourceImageId", "rows.2.wave", "x", "rows.1.request.sourceImageId")
    ]
    assert app.call("POST", "fleets", {"rows": rows_of([image])}, key=False).status_code == 401
    assert app.call("GET", f"fleets/fleet-{'0' * 32}").json()["code"] == "NoFleet"
    assert app.find(image) is None
