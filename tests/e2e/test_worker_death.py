"""The worker dies before and after every step: the migration still ends, with one version, and the source gone.

Each story has a host of its own, and some are told at once: most of their time is waiting for a new worker.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace

import pytest

from dev.app_events import send_events
from migration.course.steps import CANCEL_RUN, LOOK_AT_SOAK, NAMES
from migration.names import MIGRATE_IMAGE, TELL_PEOPLE
from migration.values.ids import instance_id_for
from tests.support.running.app import PATIENCE_SECONDS, approval
from tests.support.running.azure import TAG, definition_of, running_azure, target_regions
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

AT_ONCE = 6
TRIGGER = "image_tagged"


def open_question(azure, migration_id, decision):
    """The question that waits for such a decision, by the record; None where there is none yet."""
    run = (azure.record(migration_id) or {}).get("run") or {}
    question = run.get("question") or {"stage": None}
    return question if question["stage"] == "open" and decision in question["allows"] else None


def story(function):
    """Migrate an image while the worker is killed twice; looks and approves without needing a worker."""
    with running_azure() as azure, running_app(azure) as app:
        send_events(azure.control, app.host.event_grid_url(TRIGGER))
        image = azure.seed_image("killed")
        migration_id = instance_id_for(image)
        for when in ("before", "after"):
            app.host.crash_worker_on(function, when=when)
        soaks = function == LOOK_AT_SOAK.name
        azure.update_tags(image, {TAG: "default", f"{TAG}-options": f"regions=westus2{'; soak=PT2S' * soaks}"})
        for decision in ["accept", "approve"] if soaks else ["approve"]:
            question = eventually(partial(open_question, azure, migration_id, decision), PATIENCE_SECONDS)
            asking = app.status_where(migration_id, lambda status: status["expiresAt"])
            said = approval(asking, callback=question["callback"], decision=decision)
            app.raise_event(migration_id, "Approval", json.dumps(said))
        eventually(lambda: app.host.instance(migration_id)["runtimeStatus"] == "Completed", PATIENCE_SECONDS)
        ended = app.status_where(migration_id, lambda status: status["phase"] == "Done")
        return SimpleNamespace(
            outcome=ended["outcome"]["kind"],
            versions=[azure.read(version) for version in azure.versions(definition_of(image))],
            source=azure.control.resource(image),
            lives_left=app.host.pending_crashes(),
        )


@pytest.fixture(scope="module")
def stories(request):
    """The stories of the tests that were asked for, by function."""
    asked = [item.callspec.params["function"] for item in request.session.items if "stories" in item.fixturenames]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {function: pool.submit(story, function) for function in asked}


STOPS = {CANCEL_RUN.name}  # a step of a migration that does not go well
KILLED = [TRIGGER, MIGRATE_IMAGE, TELL_PEOPLE, *(name for name in NAMES if name not in STOPS)]


@pytest.mark.parametrize("function", KILLED)
def test_a_worker_killed_before_and_after_a_step_costs_nothing_but_time(stories, function):
    told = stories[function].result()
    assert told.lives_left == 0, "the worker did not die as often as it should have"
    assert told.outcome == "Migrated"
    assert told.source is None
    (version,) = told.versions
    assert version["properties"]["provisioningState"] == "Succeeded"
    assert version["properties"]["publishingProfile"]["excludeFromLatest"] is False
    assert target_regions(version) == [("East US 2", 1, "Standard_ZRS"), ("West US 2", 1, "Standard_ZRS")]
    assert version["tags"]["decided-by"] == "Ada Lovelace"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_while_it_takes_down_a_cancel_loses_none(azure, when):
    """The cancel came as an event of the platform's, which says it once."""
    with running_app(azure) as app:
        waiting = app.waiting(app.start(azure.seed_image("stopped")))
        app.host.crash_worker_on(CANCEL_RUN.name, when=when)
        app.raise_event(waiting["id"], "Cancel", json.dumps({"reason": "wrong image"}))
        ended = app.ended(waiting["id"])
        assert app.host.pending_crashes() == 0
    assert (ended["outcome"]["kind"], ended["outcome"]["reason"]) == ("Cancelled", "cancelled: wrong image")
    assert azure.exists(waiting["sourceImageId"])
