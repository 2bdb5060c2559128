"""What no event spoke of is found by a sweep: each wish starts one migration, and what was answered starts none."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from types import SimpleNamespace

import pytest

from migration.values.ids import instance_id_for
from tests.support.running.app import outcome
from tests.support.running.azure import TAG, definition_of, running_azure
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

KEPT = {TAG: "default", f"{TAG}-options": "delete-source=never; exclude-from-latest=true"}
REFUSED = {"status": 403, "code": "AuthorizationFailed", "message": "no"}
GRAPH = "/providers/Microsoft.ResourceGraph/"


@pytest.fixture(scope="module")
def _deaf():
    """An app that no event reaches, in an Azure where nobody else has tagged anything."""
    with running_azure() as azure, running_app(azure, MIGRATION_SWEEP="PT0S") as app:
        yield SimpleNamespace(app=app, azure=azure)


@pytest.fixture
def azure(_deaf):
    yield _deaf.azure
    _deaf.azure.control.remove_faults()
    _deaf.azure.control.settings(resourceGraphDelaySeconds=0)


@pytest.fixture
def app(_deaf):
    return _deaf.app


def sweep(app):
    answer = app.call("POST", "sweep")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(params=["Resource Graph", "list"])
def way(request, azure):
    """By Resource Graph, and by listing where it is refused."""
    if request.param == "list":
        azure.control.add_fault(method="POST", path=GRAPH, error=REFUSED, times=None)
    return request.param


def test_a_tag_of_which_no_event_came_is_acted_on_once(app, azure, way):
    image = azure.seed_image("missed", tags=KEPT)
    azure.seed_image("untagged")
    first = sweep(app)
    assert (first["via"], first["started"]) == (way, [instance_id_for(image)])
    assert outcome(app.ended(first["started"][0])) == ("SourceKept", "Policy")
    assert sweep(app)["started"] == []
    assert azure.versions(definition_of(image)) == [f"{definition_of(image)}/versions/1.0.0"]


def test_sweeps_at_once_start_a_migration_once(app, azure):
    image = azure.seed_image("popular", tags=KEPT)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: sweep(app), range(4)))
    migration_id = instance_id_for(image)
    assert any(migration_id in one["started"] for one in found)
    app.ended(migration_id)
    assert sweep(app)["started"] == []
    assert azure.versions(definition_of(image)) == [f"{definition_of(image)}/versions/1.0.0"]


def test_what_is_under_way_is_told_and_not_started_again(app, azure, way):
    image = azure.seed_image("asking", tags={TAG: "default"})
    [started] = sweep(app)["started"]
    waiting = app.waiting(started)
    again = sweep(app)
    assert (again["started"], started in again["underWay"]) == ([], True)
    assert not app.has_changed(waiting)
    app.approve(waiting, decision="reject")
    assert outcome(app.ended(started)) == ("SourceKept", "Rejected")
    assert started not in {*(later := sweep(app))["started"], *later["underWay"]}
    assert azure.exists(image)


def test_an_image_that_cannot_be_tagged_is_not_news_every_hour(app, azure, way):
    image = azure.seed_image("untaggable", tags=KEPT)
    azure.control.add_fault(method="PATCH", path=f"{image}/providers/Microsoft.Resources/tags", error=REFUSED, times=9)
    [started] = sweep(app)["started"]
    ended = app.ended(started)
    assert f"{TAG}-status" not in azure.tags(image)
    assert [sweep(app)["started"] for _ in range(3)] == [[], [], []]
    assert not app.has_changed(ended)


def test_a_changed_tag_of_which_no_event_came_is_acted_on(app, azure, way):
    image = azure.seed_image("corrected", tags={TAG: "a/b/c/d"})
    [started] = sweep(app)["started"]
    assert app.ended(started)["outcome"]["kind"] == "Refused"
    azure.update_tags(image, KEPT)
    assert sweep(app)["started"] == [started]
    assert outcome(app.ended(started)) == ("SourceKept", "Policy")


def made_again(azure, image, **tags):
    """Delete the image and make it again from the same disks, as a pipeline does; its tags are the pipeline's."""
    document = deepcopy(azure.control.resource(image))
    azure.control.delete_resource(image)
    document.pop("systemData", None)
    azure.control.put_resource(document | {"tags": tags})


def test_an_image_made_again_of_the_same_disks_is_news_though_its_source_was_kept(app, azure, way):
    image = azure.seed_image("nightly", tags=KEPT)
    [started] = sweep(app)["started"]
    app.ended(started)
    made_again(azure, image, **KEPT)
    assert sweep(app)["started"] == [started]
    assert app.ended(started)["imageVersionId"].endswith("/versions/1.0.1")
    assert sweep(app)["started"] == []


def test_an_image_made_again_after_its_delete_is_news(app, azure, way):
    image = azure.seed_image("reborn", tags={TAG: "default"})
    document = deepcopy(azure.control.resource(image))
    [started] = sweep(app)["started"]
    assert outcome(app.approve_and_end(started)) == ("Migrated", "Migrated")
    document.pop("systemData", None)
    azure.control.put_resource(document)
    assert sweep(app)["started"] == [started]
    assert app.waiting(started)["imageVersionId"].endswith("/versions/1.0.1")


def test_what_resource_graph_still_shows_of_a_migrated_image_starts_nothing(app, azure):
    azure.control.settings(resourceGraphDelaySeconds=24 * 3600)
    image = azure.seed_image("gone", tags={TAG: "default"})
    azure.control.advance(2 * 24 * 3600)
    sweep(app)
    migrated = app.approve_and_end(instance_id_for(image))
    assert outcome(migrated) == ("Migrated", "Migrated")
    assert sweep(app)["started"] == []
    assert not app.has_changed(migrated)


def test_tags_that_resource_graph_has_not_seen_yet_are_those_that_count(app, azure):
    image = azure.seed_image("hasty", tags={TAG: "default"})
    azure.control.settings(resourceGraphDelaySeconds=24 * 3600)
    azure.control.advance(2 * 24 * 3600)
    azure.update_tags(image, {f"{TAG}-options": "delete-source=never; regions=westus2"})
    [started] = sweep(app)["started"]
    ended = app.ended(started)
    assert (outcome(ended), ended["plan"]["deleteSource"]) == (("SourceKept", "Policy"), "never")
    assert [region["name"] for region in ended["regions"]] == ["eastus2", "westus2"]
    assert sweep(app)["started"] == []


def test_a_tag_that_resource_graph_still_shows_is_not_acted_on_once_it_was_taken_off(app, azure):
    image = azure.seed_image("regretted", tags={TAG: "default"})
    azure.control.settings(resourceGraphDelaySeconds=24 * 3600)
    azure.control.advance(2 * 24 * 3600)
    azure.update_image(image, {"team": "web"})
    [started] = sweep(app)["started"]
    assert outcome(app.ended(started)) == ("Refused", "TagRemoved")
    assert not azure.exists(definition_of(image))
    assert eventually(lambda: sweep(app)["started"] == [])
