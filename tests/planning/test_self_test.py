"""A self-test against the emulated Azure: what the app may do at the places that somebody names."""

import pytest

from tests.support.documents import GALLERY_ID
from tests.support.running.estate import GALLERIES, set_to

SUBSCRIPTION = "/".join(GALLERY_ID.split("/")[:3])


def rights(app, **places):
    answer = app.call("POST", "self-test", places or None)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["works"] is all(one["works"] for one in told["parts"])
    assert [one["part"] for one in told["parts"]] == ["records", "task-hub", "rights"]
    return told["parts"][2]


def test_an_app_with_its_roles_may_what_it_is_set_to(app):
    assert rights(app)["works"] is True
    assert rights(app, sources=[SUBSCRIPTION], galleries=[GALLERIES])["works"] is True


@pytest.mark.parametrize(
    ("denied", "places"),
    [
        ({"Microsoft.Compute/images/delete": SUBSCRIPTION}, {"sources": [SUBSCRIPTION]}),
        ({"Microsoft.Compute/galleries/images/versions/write": SUBSCRIPTION}, {"galleries": [GALLERIES]}),
        ({"Microsoft.Compute/virtualMachines/read": SUBSCRIPTION}, {}),
    ],
    ids=["sources", "galleries", "users of images"],
)
def test_a_right_that_is_missing_is_named(app, azure, denied, places):
    with set_to(azure, deniedActions=denied):
        told = rights(app, **places)
    assert told["works"] is False
    assert next(iter(denied)) in " ".join(told["seen"])


def test_a_right_to_delete_is_not_asked_for_where_nothing_is_deleted(app, azure, monkeypatch):
    from migration.asking.reading import settings

    monkeypatch.setenv("MIGRATION_DELETE_SOURCE", "never")
    settings.cache_clear()
    with set_to(azure, deniedActions={"Microsoft.Compute/images/delete": SUBSCRIPTION}):
        assert rights(app, sources=[SUBSCRIPTION])["works"] is True
    settings.cache_clear()


def test_a_group_that_is_not_there_is_no_right(app):
    told = rights(app, galleries=[f"{SUBSCRIPTION}/resourceGroups/nowhere"])
    assert (told["works"], "was not found" in told["seen"][0]) == (False, True)


def test_what_is_no_place_is_refused(app):
    answer = app.call("POST", "self-test", {"sources": ["images"], "colour": "blue"})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"sources.0", "colour"}
