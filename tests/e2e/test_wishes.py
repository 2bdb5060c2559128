"""What the tags of an image wish: withdrawn, changed and added wishes count until the delete is sent, and every ending
leaves ways to begin anew.
"""

import pytest

from migration.values.ids import instance_id_for
from tests.support.running.app import outcome
from tests.support.running.azure import TAG, running_azure
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

TEAM = {"team": "web"}
LONG_AGO = "2020-01-01T00:00:00+00:00"


@pytest.fixture
def tagged(app, azure):
    """A migration that a tag started, and that waits for approval."""
    image = azure.seed_image("tagged", tags=TEAM)
    azure.update_image(image, {**TEAM, TAG: "default"})
    return app.waiting(app.started(image)["id"])


def kept(app, azure, migration, code):
    ended = app.ended(migration["id"])
    assert outcome(ended) == ("SourceKept", code), ended["outcome"]
    assert azure.exists(migration["sourceImageId"])


def next_run(app, migration):
    found = eventually(lambda: now if (now := app.migration(migration["id"]))["run"] != migration["run"] else None, 20)
    app.status_where(migration["id"], lambda status: status["run"] == found["run"])
    return found


CHANGES = {
    "taken off": {},
    "another gallery": {TAG: "another_gallery"},
    "other options": {TAG: "default", f"{TAG}-options": "regions=westus2"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_wish_that_changed_keeps_the_source_though_somebody_asked_again_with_a_key(app, azure, tagged, change):
    """Asked by tag, asked again with a key; then the tag was removed or its options changed: deleted all the same."""
    assert app.call("POST", tagged["links"]["askAgain"]).status_code == 202
    again = eventually(
        lambda: now if (now := app.migration(tagged["id"]))["callback"] not in {None, tagged["callback"]} else None, 20
    )
    azure.update_image(tagged["sourceImageId"], {**TEAM, **CHANGES[change]})
    app.approve(again)
    ended = eventually(lambda: _end_of(app, tagged), 60)
    assert (ended["kind"], ended["code"]) == ("SourceKept", "RequestWithdrawn")
    assert azure.exists(tagged["sourceImageId"])


def _end_of(app, migration):
    """How a run ended, whether another one has followed or not."""
    latest = app.migration(migration["id"])
    if latest["run"] == migration["run"]:
        return latest["outcome"]
    earlier = app.audit(migration)["earlier"]
    return next((run["outcome"] for run in earlier if run["run"] == migration["run"]), None)


def test_a_tag_added_while_a_request_runs_keeps_the_source_and_is_acted_on(app, azure):
    """A run by POST was approved while the owner's tag asked for another gallery: the wish could never be met."""
    waiting = app.waiting(app.start(azure.seed_image("asked-by-post")))
    other = azure.seed_gallery("owners")
    azure.update_tags(waiting["sourceImageId"], {TAG: other.rpartition("/")[2]})
    app.approve(waiting)
    assert eventually(lambda: _end_of(app, waiting), 60)["code"] == "RequestWithdrawn"
    again = app.waiting(next_run(app, waiting)["id"])
    assert again["imageVersionId"].startswith(other)


def test_a_tag_that_was_there_before_a_request_and_asks_for_another_gallery_keeps_the_source(app, azure):
    other = azure.seed_gallery("owners")
    image = azure.seed_image("both", tags={TAG: other.rpartition("/")[2]})
    waiting = app.waiting(app.start(image))
    app.approve(waiting)
    assert eventually(lambda: _end_of(app, waiting), 60)["code"] == "WishWaits"
    assert app.waiting(next_run(app, waiting)["id"])["imageVersionId"].startswith(other)


def test_a_tag_that_a_request_meets_does_not_keep_the_source(app, azure):
    image = azure.seed_image("met", tags={TAG: "default"})
    waiting = app.waiting(app.start(image, targetRegions=["westus2"]))
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def ended_by(app, azure, migration, ending):
    if ending == "rejected":
        app.approve(migration, decision="reject", comment="no")
    elif ending == "cancelled":
        assert app.call("POST", migration["links"]["cancel"]).status_code == 202
    elif ending == "in use":
        user = azure.seed_consumer("virtualMachines", migration["sourceImageId"])
        app.approve(migration)
        eventually(lambda: app.migration(migration["id"])["outcome"], 60)
        azure.control.delete_resource(user)
    return app.ended(migration["id"])


def seen_off(azure, image):
    """Wait until the app knows that the tag is off: an event may still be on its way when none is unanswered."""
    eventually(lambda: azure.record(instance_id_for(image))["answered"]["off"], 30)


WAYS = {
    "another tag value": lambda app, azure, image, handled: azure.update_image(
        image, {**TEAM, TAG: "default", f"{TAG}-options": "regions=westus2"}
    ),
    "off and on, by event": lambda app, azure, image, handled: (
        azure.update_image(image, TEAM),
        seen_off(azure, image),
        azure.update_image(image, {**TEAM, TAG: "default"}),
    ),
    "POST": lambda app, azure, image, handled: app.start(image),
    "ask again": lambda app, azure, image, handled: app.call("POST", app.find(image)["links"]["askAgain"]),
}


@pytest.mark.parametrize("ending", ["rejected", "cancelled", "in use"])
@pytest.mark.parametrize("way", WAYS)
def test_after_every_ending_each_way_starts_it_again(app, azure, tagged, all_events_handled, ending, way):
    ended = ended_by(app, azure, tagged, ending)
    all_events_handled()
    assert app.migration(tagged["id"])["run"] == ended["run"], "it started by itself"
    WAYS[way](app, azure, tagged["sourceImageId"], all_events_handled)
    again = app.waiting(next_run(app, ended)["id"])
    app.approve(again)
    assert outcome(app.ended(again["id"])) == ("Migrated", "Migrated")


def test_removing_the_status_tag_starts_nothing(app, azure, tagged, all_events_handled):
    """Tools that own all tags remove it at every run."""
    ended = ended_by(app, azure, tagged, "rejected")
    assert azure.tags(tagged["sourceImageId"])[f"{TAG}-status"]
    azure.update_image(tagged["sourceImageId"], {**TEAM, TAG: "default"})
    all_events_handled()
    assert app.call("POST", "sweep").json()["started"] == []
    assert app.migration(tagged["id"])["run"] == ended["run"]


@pytest.fixture
def deaf():
    """An app that no event reaches: what it knows, it knows from sweeps."""
    with running_azure() as azure, running_app(azure, MIGRATION_SWEEP="PT0S") as app:
        yield app, azure


def sweep(app):
    return app.call("POST", "sweep").json()["started"]


def test_a_tag_seen_off_by_a_sweep_and_set_again_is_a_new_wish(deaf):
    app, azure = deaf
    image = azure.seed_image("swept", tags={**TEAM, TAG: "default"})
    (started,) = sweep(app)
    ended_by(app, azure, app.waiting(started), "rejected")
    assert sweep(app) == []
    azure.update_image(image, TEAM)
    assert sweep(app) == []
    azure.update_image(image, {**TEAM, TAG: "default"})
    assert sweep(app) == [started]


def test_a_refusal_that_was_put_right_is_taken_up_again_by_a_sweep_a_day_later(deaf):
    app, azure = deaf
    missing = azure.seed_gallery("late")
    gallery = azure.control.resource(missing)
    azure.control.delete_resource(missing)
    azure.seed_image("early", tags={TAG: missing.rpartition("/")[2]})
    (started,) = sweep(app)
    assert app.ended(started)["outcome"]["kind"] == "Refused"
    assert sweep(app) == []
    azure.control.put_resource(gallery)
    assert sweep(app) == [], "it has been refused today"
    _a_day_later(azure, started)
    assert sweep(app) == [started]
    assert app.waiting(started)["imageVersionId"].startswith(missing)


def test_a_refusal_that_stands_is_planned_once_a_day_and_starts_nothing(deaf):
    app, azure = deaf
    azure.seed_image("refused", tags={TAG: "no_such_gallery"})
    (started,) = sweep(app)
    ended = app.ended(started)
    _a_day_later(azure, started)
    assert sweep(app) == []
    tried = azure.record(started)["answered"]["refusedAt"]
    assert tried > LONG_AGO
    assert sweep(app) == []
    assert azure.record(started)["answered"]["refusedAt"] == tried
    assert app.migration(started)["run"] == ended["run"]


def _a_day_later(azure, migration_id):
    answered = azure.record(migration_id)["answered"] | {"refusedAt": LONG_AGO}
    azure.change_record(migration_id, answered=answered)
    (row,) = [row for row in azure.rows("image") if row["RowKey"] == migration_id]
    azure.put_rows([row | {"answeredRefusedAt": LONG_AGO}])
