"""What ended long ago leaves the task hub and the list; who decided what, and what was answered, stays."""

from types import SimpleNamespace

import pytest

from tests.support.running.app import outcome
from tests.support.running.azure import TAG, running_azure
from tests.support.running.starting import running_app
from tests.support.running.system_key import forgotten, keep_house
from tests.support.waiting import eventually

LONG_AGO = "2026-01-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def _forgetful():
    with running_azure() as azure, running_app(azure, MIGRATION_RETENTION="PT0.1S", MIGRATION_SWEEP="PT0S") as app:
        yield SimpleNamespace(app=app, azure=azure)


@pytest.fixture
def app(_forgetful):
    return _forgetful.app


@pytest.fixture
def azure(_forgetful):
    return _forgetful.azure


def rejected(app, image):
    """A migration of the image that ended because somebody said no."""
    waiting = app.waiting(app.find(image)["id"] if app.find(image) else app.start(image))
    app.approve(waiting, decision="reject", comment="keep it")
    return app.ended(waiting["id"])


def test_what_ended_long_ago_is_forgotten_and_its_audit_is_not(app, azure):
    ended = rejected(app, azure.seed_image("old"))
    told = app.audit(ended)
    forgotten(app, azure, ended)
    assert app.audit(ended)["entries"] == told["entries"]
    assert azure.tags(ended["imageVersionId"])["decided-by"] == "Ada Lovelace"
    assert azure.tags(ended["imageVersionId"])["decision-comment"] == "keep it"


def test_what_is_under_way_is_not_forgotten_however_old_it_is(app, azure):
    waiting = app.waiting(app.start(azure.seed_image("patient")))
    ended = rejected(app, azure.seed_image("old"))
    forgotten(app, azure, ended)
    assert waiting["id"] in str(app.call("GET", "migrations").json())
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_what_was_answered_is_no_news_after_it_was_forgotten(app, azure):
    image = azure.seed_image("old", tags={TAG: "default"})
    app.call("POST", "sweep")
    ended = rejected(app, image)
    azure.update_image(image, {TAG: "default"})  # without the tag that says how it ended
    forgotten(app, azure, ended)
    assert app.call("POST", "sweep").json()["started"] == []


def test_what_was_forgotten_can_be_started_again_with_its_earlier_audit(app, azure):
    ended = rejected(app, azure.seed_image("old"))
    forgotten(app, azure, ended)
    assert app.find(ended["sourceImageId"]) is None
    again = app.waiting(app.start(ended["sourceImageId"]))
    assert "keep it" in str(app.audit(again)["earlier"])
    assert again["id"] in str(app.call("GET", "migrations").json())
    app.approve(again)
    assert outcome(app.ended(again["id"])) == ("Migrated", "Migrated")


def test_what_ended_lately_is_not_forgotten(fresh):
    ended = rejected(fresh.app, fresh.azure.seed_image("young"))
    keep_house(fresh.app, fresh.azure)
    eventually(lambda: [row for row in fresh.azure.rows("turn") if row["RowKey"] == "forget" and row["at"] != LONG_AGO])
    assert outcome(fresh.app.migration(ended["id"])) == ("SourceKept", "Rejected")
    assert fresh.app.find_instance(ended["id"]) is not None
