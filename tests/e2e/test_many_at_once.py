"""Workers die while many images wait for few places: no place is lost, no image, and never too many are being made."""

import random
from functools import partial

from migration.course.steps import CHECK_REPLICATION, CREATE_IMAGE_VERSION
from migration.names import MIGRATE_IMAGE
from tests.support.running.app import PATIENCE_SECONDS
from tests.support.running.azure import definition_of, running_azure
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

CAP, IMAGES, KILLS = 3, 12, 20
SPEED = 50  # so fast, a version takes nine: long enough for as many as may be to be made at one moment
MAKING = [CREATE_IMAGE_VERSION.name, CHECK_REPLICATION.name, MIGRATE_IMAGE]


def is_over(app, migration_id):
    return app.host.instance(migration_id)["runtimeStatus"] == "Completed"


def test_workers_killed_twenty_times_leak_no_place_and_never_have_too_many_versions_made():
    chosen = random.Random(0)
    with running_azure() as azure, running_app(azure, MIGRATION_MAX_IN_FLIGHT=str(CAP)) as app:
        azure.control.set_speed(SPEED)
        images = [azure.seed_image("crowd") for _ in range(IMAGES)]
        started = [app.start(image, deleteSource="never") for image in images]
        for kill in range(KILLS):
            app.host.crash_worker_on(MAKING[kill % len(MAKING)], when=chosen.choice(["before", "after"]))
            eventually(lambda: app.host.pending_crashes() == 0, PATIENCE_SECONDS)
        for one in started:
            eventually(partial(is_over, app, one), PATIENCE_SECONDS)
        assert {app.ended(one)["outcome"]["kind"] for one in started} == {"SourceKept"}
        assert [len(azure.versions(definition_of(image))) for image in images] == [1] * IMAGES
        assert azure.control.state()["mostAtOnce"]["imageVersionCreate"] == CAP
