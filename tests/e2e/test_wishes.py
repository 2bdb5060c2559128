"""No wish is lost: what changed while a migration ran, what no event told, and what was answered before."""

import json
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from types import SimpleNamespace

import pytest

from tests.e2e.app import outcome
from tests.e2e.azure import TAG
from tests.e2e.conftest import running_app, running_azure
from tests.emulator.waiting import eventually

FORBIDDEN = {"status": 403, "code": "AuthorizationFailed", "message": "not allowed"}


def another(app, image, before):
    """The next migration of an image, once there is one."""
    return eventually(lambda: found if (found := app.find(image))["createdAt"] != before["createdAt"] else None)


def rebuild(azure, image):
    """As a pipeline does every night: deleted and made anew under its name, from other disks, with the same tags."""
    document = deepcopy(azure.control.resource(image))
    azure.control.delete_resource(image)
    os_disk = document["properties"]["storageProfile"]["osDisk"]
    os_disk["managedDisk"] = {"id": os_disk["managedDisk"]["id"] + "-of-tonight"}
    azure.control.put_resource(document)


@pytest.fixture
def tagged(app, azure):
    """An image whose tag asked for its migration, which waits for an answer."""
    image = azure.seed_image("wished")
    azure.update_tags(image, {TAG: "default"})
    return app.waiting(app.started(image)["id"])


@pytest.fixture(scope="module")
def deaf():
    """An app that is told of no event, which sweeps when it is asked to: `deaf.app`, `deaf.azure`."""
    with running_azure() as azure, running_app(azure, MIGRATION_SWEEP="PT0S") as app:
        yield SimpleNamespace(app=app, azure=azure)


def swept(app):
    answer = app.call("POST", "sweep")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_image_rebuilt_while_its_question_is_open_migrates_afterwards(app, azure, tagged):
    image = tagged["sourceImageId"]
    rebuild(azure, image)
    app.approve(tagged)
    second = app.waiting(another(app, image, tagged)["id"])
    assert azure.exists(image)
    assert second["imageVersionId"] != tagged["imageVersionId"]
    assert outcome(app.approve_and_end(second["id"])) == ("Migrated", "Migrated")


def test_options_changed_while_it_was_asked_count_after_a_rejection(app, azure, tagged):
    image = tagged["sourceImageId"]
    azure.update_tags(image, {f"{TAG}-options": "regions=westus2"})
    app.approve(tagged, decision="reject")
    second = app.waiting(another(app, image, tagged)["id"])
    assert [region["name"] for region in second["plan"]["targetRegions"]] == ["eastus2", "westus2"]


def test_the_outcome_is_not_written_on_an_image_that_was_built_meanwhile(app, azure, waiting):
    """It was marked as answered, and never migrated."""
    image = waiting["sourceImageId"]
    rebuild(azure, image)
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", "SourceChanged")
    assert f"{TAG}-status" not in azure.tags(image)


def test_a_refused_tag_corrected_at_once_is_acted_on(app, azure):
    image = azure.seed_image("corrected")
    azure.update_tags(image, {TAG: "default", f"{TAG}-options": "regions=eastus2=many"})
    refused = app.ended(app.started(image)["id"])
    assert refused["outcome"]["kind"] == "Refused"
    azure.update_tags(image, {f"{TAG}-options": "regions=eastus2=2"})
    assert app.waiting(another(app, image, refused)["id"])["plan"]["targetRegions"][0]["replicaCount"] == 2


def test_a_sweep_starts_what_no_event_told_once(deaf):
    app, azure = deaf.app, deaf.azure
    image = azure.seed_image("missed")
    azure.update_tags(image, {TAG: "default"})
    first = swept(app)
    assert first["via"] == "Resource Graph"
    (started,) = [one for one in first["started"] if "missed" in one]
    assert started not in swept(app)["started"]
    app.approve_and_end(started)
    assert started not in swept(app)["started"]


def test_a_sweep_lists_where_resource_graph_is_refused(deaf):
    app, azure = deaf.app, deaf.azure
    image = azure.seed_image("listed")
    azure.update_tags(image, {TAG: "default"})
    azure.control.add_fault(method="POST", path="ResourceGraph", error=FORBIDDEN, times=None)
    try:
        found = swept(app)
    finally:
        azure.control.remove_faults()
    assert found["via"] == "list"
    assert [one for one in found["started"] if "listed" in one]


def test_an_image_that_cannot_be_tagged_is_not_news_at_every_sweep(deaf):
    app, azure = deaf.app, deaf.azure
    image = azure.seed_image("untaggable")
    azure.update_tags(image, {TAG: "default", f"{TAG}-options": "delete-source=never,exclude-from-latest=true"})
    azure.control.add_fault(method="PATCH", path="untaggable", error=FORBIDDEN, times=None)
    try:
        (started,) = [one for one in swept(app)["started"] if "untaggable" in one]
        app.ended(started)
        assert f"{TAG}-status" not in azure.tags(image)
        assert started not in swept(app)["started"]
    finally:
        azure.control.remove_faults()


def test_eight_who_ask_again_at_once_are_one_and_seven(app, azure, waiting):
    app.approve(waiting, decision="reject")
    app.ended(waiting["id"])
    with ThreadPoolExecutor(8) as people:
        codes = list(people.map(lambda _: app.call("POST", waiting["links"]["askAgain"]).status_code, range(8)))
    assert sorted(codes) == [202, *[409] * 7]
    assert app.waiting(waiting["id"])["approval"] is None


def test_what_was_decided_in_earlier_runs_is_told_in_a_new_hub(azure):
    with running_app(azure) as app:
        image = azure.seed_image("remembered")
        first = app.waiting(app.start(image))
        app.approve(first, decision="reject", comment="not this month")
        app.ended(first["id"])
        again = app.waiting(app.start(image))
        assert "not this month" in json.dumps(app.call("GET", again["links"]["audit"]).json()["earlier"])
    with running_app(azure) as app:  # its hub knows nothing
        assert app.find_instance(first["id"]) is None
        told = app.call("GET", f"migrations/{first['id']}/audit")
        assert told.status_code == 200
        assert "not this month" in told.text
