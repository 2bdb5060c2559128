"""A tag on an image starts its migration: once, soon, and only when it asks for something new."""

import time

import pytest
import requests

from dev.app_events import APP_CLIENT_ID, send_events
from tests.support.documents import Arm, image_id
from tests.support.running.app import PATIENCE_SECONDS, outcome
from tests.support.running.azure import TAG, Azure, definition_of
from tests.support.running.starting import InAdvance
from tests.support.waiting import eventually

# Ends by itself, without an approval.
COPY_ONLY = {TAG: "default", f"{TAG}-options": "delete-source=never; exclude-from-latest=true"}


@pytest.fixture(params=["EventGridSchema", "CloudEventSchemaV1_0"])
def schema(request, app, azure):
    """Events come in this schema while the test runs."""
    endpoint = app.host.event_grid_url("image_tagged")
    send_events(azure.control, endpoint, request.param)
    yield request.param
    send_events(azure.control, endpoint)


@pytest.fixture(scope="module")
def finished_images(shared_app, shared_azure):
    def start():
        image = shared_azure.seed_image("finished", tags={"team": "web"})
        shared_azure.update_image(image, {"team": "web", **COPY_ONLY})
        return image

    def ready(image):
        ended = shared_app.ended(shared_app.started(image)["id"])
        assert outcome(ended) == ("SourceKept", "Policy")
        return image

    return InAdvance(start, ready)


@pytest.fixture
def finished(finished_images, all_events_handled):
    """An image whose tags started a migration that has ended; it still exists."""
    image = finished_images.take()
    all_events_handled()
    return image


@pytest.mark.parametrize("write", [Azure.update_image, Azure.update_tags])
def test_either_way_of_tagging_starts_one_migration_in_either_schema(
    app, azure, schema, write, all_events_handled, record_property
):
    image = azure.seed_image("tagged")
    written = time.monotonic()
    write(azure, image, {TAG: "default"})
    started = app.started(image)
    record_property("seconds_until_started", round(time.monotonic() - written, 2))
    all_events_handled()
    assert app.find(image)["createdAt"] == started["createdAt"]
    assert app.find(image)["outcome"] is None


def test_fifty_identical_and_reordered_events_start_one_migration(app, azure, all_events_handled):
    image = azure.seed_image("popular")
    azure.update_image(image, {"team": "web"})
    azure.update_image(image, {"team": "web", **COPY_ONLY})
    azure.update_tags(image, {"stage": "production"})
    events = eventually(lambda: events if len(events := azure.events_about(image)[:3]) == 3 else None)
    for times, record in zip((20, 20, 10), reversed(events), strict=True):
        azure.control.redeliver(record["event"]["id"], times)
    started = app.started(image)
    for record in events:
        azure.control.redeliver(record["event"]["id"], 1)
    eventually(lambda: sum(len(record["deliveries"]) for record in azure.events_about(image)) >= 56)
    ended = app.ended(started["id"])
    all_events_handled()
    assert not app.has_changed(ended)
    assert ended["createdAt"] == started["createdAt"]
    assert len(azure.versions(definition_of(image))) == 1


def test_events_that_come_again_after_the_end_start_nothing(app, azure, finished, all_events_handled):
    before = app.find(finished)
    sent = [record["event"]["id"] for record in azure.events_about(finished) if record["recipients"]]
    for event_id in sent:
        azure.control.redeliver(event_id, 5)
    eventually(lambda: sum(len(record["deliveries"]) >= 6 for record in azure.events_about(finished)) == len(sent) > 0)
    assert not app.has_changed(before)


def own_writes(azure, image):
    """Events of the app's writes of an image; their claims name its identity."""
    records = azure.events_about(image)
    return [record for record in records if record["event"]["data"]["claims"]["appid"] == APP_CLIENT_ID]


def test_the_app_is_not_told_of_the_status_tag_it_writes(azure, finished):
    assert azure.tags(finished)[f"{TAG}-status"].startswith("SourceKept Policy ")
    [written] = own_writes(azure, finished)
    assert written["event"]["data"]["operationName"] == "Microsoft.Resources/tags/write"
    assert (written["recipients"], written["deliveries"]) == ([], [])


def test_the_status_tag_starts_nothing_even_where_the_app_is_told_of_it(app, azure, finished, all_events_handled):
    before = app.find(finished)
    endpoint = app.host.event_grid_url("image_tagged")
    azure.control.subscribe(endpoint)  # without the filter
    for record in own_writes(azure, finished):
        azure.control.redeliver(record["event"]["id"])
    send_events(azure.control, endpoint)
    all_events_handled()
    assert all(record["recipients"] for record in own_writes(azure, finished))
    assert not app.has_changed(before)


@pytest.mark.parametrize("write", [Azure.update_image, Azure.update_tags])
def test_an_unrelated_tag_edit_after_the_end_starts_nothing(app, azure, finished, write, all_events_handled):
    before = app.find(finished)
    write(azure, finished, {**azure.tags(finished), "owner": "someone else"})
    all_events_handled()
    assert not app.has_changed(before)


def test_a_changed_tag_after_the_end_starts_a_migration(app, azure, finished):
    before = app.find(finished)
    azure.update_tags(finished, {f"{TAG}-options": "delete-source=never"})
    again = eventually(lambda: found if (found := app.find(finished))["createdAt"] != before["createdAt"] else None)
    assert again["id"] == before["id"]


def test_a_tag_set_while_a_migration_runs_starts_no_second_one(app, azure, waiting, all_events_handled):
    azure.update_tags(waiting["sourceImageId"], {TAG: "another_gallery"})
    all_events_handled()
    assert not app.has_changed(waiting)


def test_a_tag_that_is_gone_when_its_event_arrives_starts_nothing(app, azure, all_events_handled):
    image = azure.seed_image("untagged")
    azure.update_image(image, {"team": "web"})
    all_events_handled()
    assert app.find(image) is None


def test_an_image_that_is_gone_when_its_event_arrives_starts_nothing(app, azure, all_events_handled):
    image = azure.seed_image("short-lived")
    azure.update_image(image, {"team": "web"})
    (record,) = eventually(lambda: azure.events_about(image))
    azure.control.delete_resource(image)
    azure.control.redeliver(record["event"]["id"], 3)
    eventually(lambda: len(azure.events_about(image)[0]["deliveries"]) == 4)
    all_events_handled()
    assert app.find(image) is None


def test_a_tag_that_asks_without_regard_to_case_is_understood(app, azure):
    image = azure.seed_image("shouting")
    azure.update_image(image, {TAG.upper(): "DEFAULT"})
    assert app.started(image)["sourceImageId"] == image


def test_the_requester_is_known_by_object_id_alone(app, azure):
    environment = azure.emulator.environment
    answer = requests.get(
        environment["IDENTITY_ENDPOINT"],
        params={"api-version": "2019-08-01", "resource": azure.emulator.url, "object_id": "0b1ec7-of-a-person"},
        headers={"X-IDENTITY-HEADER": environment["IDENTITY_HEADER"]},
        verify=environment["SSL_CERT_FILE"],
        timeout=PATIENCE_SECONDS,
    )
    image = azure.seed_image("owned")
    person = Arm(azure.emulator)
    person.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    body = {"tags": COPY_ONLY}
    assert person("PATCH", image, body, api="2024-07-01").status_code == 200
    person.session.close()
    started = app.started(image)
    assert started["requestedBy"] == "0b1ec7-of-a-person"
    assert "emulated-app" not in str(app.instance(started["id"]))


def test_an_image_built_anew_under_a_migrated_name_is_migrated_by_the_same_tag(app, azure, all_events_handled):
    image = azure.seed_image("golden")
    document = azure.control.resource(image)
    azure.update_image(image, {TAG: "default"})
    first = app.approve_and_end(app.started(image)["id"])
    assert outcome(first) == ("Migrated", "Migrated")
    all_events_handled()
    os_disk = document["properties"]["storageProfile"]["osDisk"]
    os_disk["managedDisk"] = {"id": os_disk["managedDisk"]["id"] + "-of-the-next-month"}
    azure.control.put_resource(document)
    azure.update_image(image, {TAG: "default"})
    second = eventually(lambda: found if (found := app.find(image))["createdAt"] != first["createdAt"] else None)
    second = app.approve_and_end(second["id"])
    assert outcome(second) == ("Migrated", "Migrated")
    assert azure.versions(definition_of(image)) == [first["imageVersionId"], second["imageVersionId"]]
    assert first["imageVersionId"] != second["imageVersionId"]


def test_events_about_other_things_start_nothing(app, azure, all_events_handled):
    definition = azure.seed_definition("image")
    version = azure.seed_version(definition, "1.0.0")
    for resource in (definition, version):
        azure.update_tags(resource, {TAG: "default"})
    all_events_handled()
    assert app.find(image_id(definition.rpartition("/")[2])) is None


def test_a_tag_whose_event_comes_before_its_write_has_ended_is_waited_for(fresh):
    """No other event tells that the image is ready: a wish that was dropped then would be lost."""
    app, azure = fresh.app, fresh.azure
    image = azure.seed_image("early")
    azure.control.settings(eventsBeforeTheEnd=True, durationsSeconds={"imageUpdate": 3600})
    assert azure.arm("PATCH", image, {"tags": {TAG: "default"}}).status_code == 200
    started = app.started(image)
    found = eventually(lambda: now if (now := app.migration(started["id"]))["cause"] else None, 30)
    assert (found["phase"], found["cause"]["code"]) == ("Planning", "SourceNotReady")
    azure.control.advance(3600)
    assert app.waiting(started["id"])["waitingFor"] == "approval"
