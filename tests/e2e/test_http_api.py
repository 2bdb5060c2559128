"""The HTTP API at its edges: own links only, errors as problem documents, keys, pages."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.running.app import PROBLEM
from tests.support.running.azure import definition_of

UNKNOWN = "migrate-nobody-0123456789"
ROUTES = [
    ("POST", "migrations"),
    ("POST", "migrations/plan"),
    ("GET", "migrations"),
    ("GET", f"migrations/{UNKNOWN}"),
    ("POST", f"migrations/{UNKNOWN}/approval"),
    ("POST", f"migrations/{UNKNOWN}/cancel"),
    ("GET", "galleries"),
    ("GET", "images"),
]


def test_a_start_is_accepted_with_a_location_and_the_migrations_own_links(app, azure):
    answer = app.call("POST", "migrations", {"sourceImageId": azure.seed_image()})
    own = f"{app.host.url}/api/migrations/{answer.json()['id']}"
    assert answer.status_code == 202
    assert answer.headers["Location"] == own
    links = answer.json()["links"]
    assert links.pop("self") == own
    assert {"approval", "cancel"} <= set(links)
    assert [link for link in links.values() if not link.startswith(f"{own}/")] == []
    assert app.call("GET", answer.headers["Location"]).json()["links"] == {"self": own, **links}


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nothing_answers_without_a_key(app, method, path):
    assert app.call(method, path, key=False).status_code == 401


@pytest.mark.parametrize("migration_id", [UNKNOWN, "unknown", "@timers@x", "migrate-", "%2e%2e"])
def test_an_unknown_migration_is_not_found(app, migration_id):
    for method, path in (("GET", ""), ("POST", "/approval"), ("POST", "/cancel")):
        answer = app.call(method, f"migrations/{migration_id}{path}", {} if method == "POST" else None)
        assert answer.status_code == 404, path
        assert answer.headers["Content-Type"] == PROBLEM


def test_a_second_start_of_the_same_source_is_a_conflict_with_a_link_to_the_live_one(app, waiting):
    for source in (waiting["sourceImageId"], waiting["sourceImageId"].upper()):
        answer = app.call("POST", "migrations", {"sourceImageId": source})
        assert answer.status_code == 409
        assert app.call("GET", answer.json()["migration"]).json()["id"] == waiting["id"]
    assert not app.has_changed(waiting)


def test_fifty_starts_at_once_start_one_migration(app, azure):
    image = azure.seed_image("wanted")
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: app.call("POST", "migrations", {"sourceImageId": image}), range(50)))
    codes = {answer.status_code for answer in answers}
    assert 202 in codes
    assert codes <= {202, 409}  # the engine's start is not atomic: several may be told that they started it
    migration = app.waiting(app.find(image)["id"])
    assert azure.versions(definition_of(image)) == [migration["imageVersionId"]]


def test_the_list_gives_every_migration_once_page_by_page(fresh):
    started = {fresh.app.start(fresh.azure.seed_image()) for _ in range(5)}
    for migration_id in started:
        assert fresh.app.call("POST", f"migrations/{migration_id}/cancel").status_code == 202
        fresh.app.ended(migration_id)
    pages, link = [], "migrations?top=2"
    while link:
        answer = fresh.app.call("GET", link).json()
        pages.append(answer["migrations"])
        link = answer["next"]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(migration["id"] for page in pages for migration in page) == sorted(started)
    assert all("plan" not in migration for page in pages for migration in page)


@pytest.mark.parametrize("query", ["top=0", "top=501", "top=-1", "top=ten", "top=%C2%B2"])
def test_a_page_that_cannot_be_is_unprocessable(app, query):
    answer = app.call("GET", f"migrations?{query}")
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == [query.partition("=")[0]]


@pytest.mark.parametrize("after", ["", "x", "'", "' or PartitionKey ne '", "\u00e9%00", "~" * 2000])
def test_a_page_begins_where_a_page_before_it_ended_and_nowhere_else(app, after):
    answer = app.call("GET", "migrations", params={"after": after})
    assert (answer.status_code, [problem["field"] for problem in answer.json()["errors"]]) == (422, ["after"])


def in_any_case(listed):
    """By id in small letters: Azure's lists spell groups in capitals."""
    return {each["id"].lower(): each for each in listed}


def test_galleries_hold_every_definition_and_version_of_every_page(fresh):
    azure = fresh.azure
    azure.control.settings(pageSize=2)
    galleries = [azure.seed_gallery("paged") for _ in range(3)]
    definitions = [azure.seed_definition("paged", gallery=galleries[0]) for _ in range(5)]
    versions = [azure.seed_version(definitions[0], f"1.0.{patch}") for patch in range(7)]
    found = in_any_case(fresh.app.call("GET", "galleries").json()["galleries"])
    assert {each.lower() for each in galleries} < set(found)
    shown = {each["id"]: each for each in found[galleries[0].lower()]["imageDefinitions"]}
    assert set(shown) == set(definitions)
    assert {version["id"] for version in shown[definitions[0]]["imageVersions"]} == set(versions)
    assert found[galleries[1].lower()]["imageDefinitions"] == []


def test_galleries_of_a_subscription_nobody_has_are_none(app):
    answer = app.call("GET", "galleries?subscription=00000000-0000-4000-8000-00000000dead")
    assert answer.json() == {"galleries": [], "nextLink": None}


def test_images_are_listed_over_all_pages_each_with_its_migration(fresh):
    azure = fresh.azure
    azure.control.settings(pageSize=2)
    untouched = [azure.seed_image("listed", tags={"team": "web"}).lower() for _ in range(5)]
    image = azure.seed_image("listed")
    migration = fresh.app.waiting(fresh.app.start(image))
    found = in_any_case(fresh.app.call("GET", "images").json()["images"])
    assert set(untouched) < set(found)
    assert all(found[each]["migration"] is None and found[each]["tags"] == {"team": "web"} for each in untouched)
    assert found[image.lower()]["migration"] == {
        "id": migration["id"],
        "running": True,
        "phase": "AwaitingApproval",
        "outcome": None,
        "links": migration["links"],
    }
