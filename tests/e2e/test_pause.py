"""Paused: nothing starts, by whatever way; what is under way ends, and each wish that was kept starts once after."""

import pytest

from dev.app_events import send_events
from tests.support.running.app import outcome
from tests.support.running.azure import TAG, running_azure
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

REASON = "change freeze until Monday"


@pytest.fixture(scope="module")
def _paused():
    with running_azure() as azure, running_app(azure, MIGRATION_SWEEP="PT0S") as app:
        send_events(azure.control, app.host.event_grid_url("image_tagged"))
        yield app, azure


@pytest.fixture
def app(_paused):
    return _paused[0]


@pytest.fixture
def azure(_paused):
    return _paused[1]


@pytest.fixture
def pause(app):
    def switch(paused, reason=REASON):
        answer = app.call("POST", "pause", {"paused": paused, "reason": reason})
        assert answer.status_code == 200, answer.text
        return answer.json()

    yield switch
    switch(False)


def starts(app):
    return {row["id"]: row["run"] for row in app.call("GET", "migrations").json()["migrations"]}


def test_paused_nothing_starts_and_each_kept_wish_starts_once_after(app, azure, pause, all_events_handled):
    ended = app.waiting(app.start(azure.seed_image("ended")))
    app.approve(ended, decision="reject", comment="later")
    ended = app.ended(ended["id"])
    asked = app.waiting(app.start(azure.seed_image("asked")))
    pause(True)
    before = starts(app)
    tagged, posted = azure.seed_image("tagged"), azure.seed_image("posted")
    azure.update_tags(tagged, {TAG: "default"})
    azure.update_image(tagged, {TAG: "default", "again": "1"})
    all_events_handled()
    post = app.call("POST", "migrations", {"sourceImageId": posted})
    again = app.call("POST", ended["links"]["askAgain"])
    assert [(one.status_code, REASON in one.text) for one in (post, again)] == [(503, True), (503, True)]
    assert app.call("POST", "sweep").json()["started"] == []
    azure.update_tags(asked["sourceImageId"], {TAG: "default", f"{TAG}-options": "regions=westus2"})
    app.approve(asked, decision="reject", comment="no")
    assert outcome(app.ended(asked["id"])) == ("SourceKept", "Rejected"), "what is under way ends"
    assert starts(app) == before
    pause(False)
    eventually(lambda: set(starts(app)) > set(before), 20)
    first = app.waiting(app.started(tagged)["id"])
    next_of_asked = eventually(lambda: now if (now := app.migration(asked["id"]))["run"] != asked["run"] else None, 20)
    assert app.call("POST", "sweep").json()["started"] == []
    assert app.migration(first["id"])["run"] == first["run"]
    assert app.migration(next_of_asked["id"])["run"] == next_of_asked["run"]
    assert app.find(posted) is None


def test_paused_what_is_under_way_is_asked_cancelled_decided_and_deleted(app, azure, pause):
    replicating = app.start(azure.seed_image("under-way"))
    cancelled = app.waiting(app.start(azure.seed_image("cancelled")))
    pause(True)
    waiting = app.waiting(replicating)
    assert app.call("POST", cancelled["links"]["cancel"]).status_code == 202
    assert outcome(app.ended(cancelled["id"])) == ("Cancelled", "Cancelled")
    assert app.call("POST", waiting["links"]["askAgain"]).status_code == 202, "a question of a run that lives"
    anew = eventually(
        lambda: now if (now := app.migration(waiting["id"]))["callback"] not in {None, waiting["callback"]} else None,
        20,
    )
    app.approve(anew)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_who_paused_it_and_why_is_told(app, pause):
    pause(True)
    told = app.call("GET", "pause").json()
    assert (told["paused"], told["reason"], told["by"]) == (True, REASON, "holder of a function key")
    assert told["at"]
    assert pause(False)["paused"] is False


@pytest.mark.parametrize("body", [{}, {"paused": "yes"}, {"paused": True, "reason": 7}, [], "true"])
def test_a_switch_that_makes_no_sense_names_its_fields(app, body):
    answer = app.call("POST", "pause", body)
    assert (answer.status_code, app.call("GET", "pause").json()["paused"]) == (422, False)


def test_the_setting_pauses_whatever_the_switch_says():
    with running_azure() as azure, running_app(azure, MIGRATION_PAUSED="true") as app:
        send_events(azure.control, app.host.event_grid_url("image_tagged"))
        image = azure.seed_image("frozen", tags={TAG: "default"})
        assert app.call("GET", "pause").json()["by"] == "the setting MIGRATION_PAUSED"
        assert app.call("POST", "pause", {"paused": False}).status_code == 409
        assert app.call("POST", "migrations", {"sourceImageId": image}).status_code == 503
        azure.update_tags(image, {"touched": "1"})
        assert app.call("POST", "sweep").json()["started"] == []
        assert app.find(image) is None
