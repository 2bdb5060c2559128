"""Workers die while a fleet starts its images: none is started twice or lost, and the cap holds."""

import random

from migration.course.steps import ADVANCE_FLEET, CHECK_REPLICATION, CREATE_IMAGE_VERSION
from migration.names import MIGRATE_FLEET
from migration.values.ids import instance_id_for
from tests.support.running.app import PATIENCE_SECONDS
from tests.support.running.azure import definition_of, running_azure
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

CAP, WINDOW, IMAGES, KILLS = 3, 5, 12, 10
SPEED = 100  # so fast, a version takes some seconds: long enough for as many as may be to be made at one moment
DURING = [ADVANCE_FLEET.name, MIGRATE_FLEET, CREATE_IMAGE_VERSION.name, CHECK_REPLICATION.name]
QUICK = {"MIGRATION_MAX_IN_FLIGHT": str(CAP), "MIGRATION_POLL_INTERVAL_MAX": "PT1S"}


def test_workers_that_die_while_a_fleet_is_started_lose_no_image_and_start_none_twice():
    chosen = random.Random(0)
    with running_azure() as azure, running_app(azure, **QUICK) as app:
        azure.control.set_speed(SPEED)
        images = [azure.seed_image("fleet") for _ in range(IMAGES)]
        rows = [{"request": {"sourceImageId": image, "deleteSource": "never"}} for image in images]
        fleet = app.call("POST", "fleets", {"rows": rows, "terms": {"window": WINDOW}}).json()
        for kill in range(KILLS):
            app.host.crash_worker_on(DURING[kill % len(DURING)], when=chosen.choice(["before", "after"]))
            eventually(lambda: app.host.pending_crashes() == 0, PATIENCE_SECONDS)
        eventually(lambda: app.host.instance(fleet["id"])["runtimeStatus"] == "Completed", PATIENCE_SECONDS)
        told = app.call("GET", fleet["links"]["self"]).json()
        assert (told["stage"], told["counts"]) == ("over", {"kept": IMAGES})
        assert [len(azure.versions(definition_of(image))) for image in images] == [1] * IMAGES
        assert {azure.record(instance_id_for(image))["run"]["number"] for image in images} == {1}
        assert azure.control.state()["mostAtOnce"]["imageVersionCreate"] == CAP
