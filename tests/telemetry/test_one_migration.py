"""One migration, from its request to the delete of its source, as an operator sees it from outside."""

import json
from itertools import pairwise

import pytest
import requests

from dev.emulator.front_door.access import action_of
from migration.course import steps
from telemetry.trace_ids import root_of
from tests.support.running.app import PHASES
from tests.support.steps import OF_AN_IMAGE
from tests.support.templates import ROLES
from tests.support.waiting import eventually

REPLICATION = "image_migrations.replication"


@pytest.fixture(scope="module")
def asked(app, azure):
    """The id of a migration that was throttled once and waits for its approval."""
    image = azure.seed_image("told")
    azure.control.add_fault(method="PUT", path="/versions/", throttle="compute", retryAfterSeconds=1)
    migration_id = app.start(image, targetRegions=["westus2"])
    app.waiting(migration_id)
    return migration_id


@pytest.fixture(scope="module")
def measured_meanwhile(asked, app, receiver):
    """What the timer measured while the question was open: how many wait, and for how long."""
    url = f"{app.host.url}/admin/functions/measure_migrations"
    assert requests.post(url, json={}, headers={"x-functions-key": app.host.key}, timeout=10).status_code == 202
    how_many = eventually(lambda: receiver.value("image_migrations.in_flight", phase="AwaitingApproval"))
    return how_many, eventually(lambda: receiver.value("image_migrations.approval_waiting"))


@pytest.fixture(scope="module")
def migrated(asked, measured_meanwhile, app):
    """The migration as it is when it was approved and is over."""
    return app.approve_and_end(asked)


@pytest.fixture(scope="module")
def spans(migrated, receiver):
    """Every span of its trace; the last step is exported after the end that people see."""
    trace_id = root_of(migrated["id"]).trace_id

    def all_of_it():
        found = [span for span in receiver.spans if span.trace_id == trace_id]
        return found if {span.name for span in found} >= {"migrate image", steps.LOOK_FOR_NEWS.name} else None

    return eventually(all_of_it)


def test_its_trace_has_trigger_activities_and_calls_of_azure(spans):
    told = {span.name for span in spans}
    planned_when_asked_for = {steps.PLAN_MIGRATION.name}
    tells = {steps.SEND_NOTIFICATIONS.name, steps.DELIVER_NOTIFICATIONS.name}  # nobody, here
    untaken = {steps.CANCEL_RUN.name, steps.LOOK_AT_SOAK.name, *tells}
    assert told >= {"start migration", "migrate image", *OF_AN_IMAGE} - untaken - planned_when_asked_for
    assert told >= {
        "GET Microsoft.Compute/images",
        "PUT Microsoft.Compute/galleries/images/versions",
        "GET Microsoft.Compute/locations/capsOperations",
        "DELETE Microsoft.Compute/images",
        "PATCH Microsoft.Resources/tags",
    }


def test_every_step_names_its_migration(spans, migrated):
    told = [span for span in spans if span.name in {"start migration", *OF_AN_IMAGE}]
    assert {span.attributes["migration.id"] for span in told} == {migrated["id"]}


def test_every_step_is_a_child_of_the_whole_and_every_call_of_a_step(spans, migrated):
    root = root_of(migrated["id"]).span_id
    whole = next(span for span in spans if span.name == "migrate image")
    assert (whole.span_id, whole.parent_id) == (root, 0)
    steps = {span.span_id for span in spans if span.parent_id == root}
    calls = [span for span in spans if "azure.resource_type" in span.attributes]
    assert calls
    assert {span.parent_id for span in calls} <= steps


def test_the_whole_lasts_as_long_as_the_migration_and_tells_its_end(spans):
    whole = next(span for span in spans if span.name == "migrate image")
    assert whole.seconds > sum(span.seconds for span in spans if span.name == steps.CHECK_REPLICATION.name)
    assert (whole.attributes["migration.outcome"], whole.is_error) == ("Migrated", False)


def test_a_throttled_call_is_an_error_and_counted(spans, receiver):
    throttled = [span for span in spans if span.attributes.get("http.response.status_code") == 429]
    assert [(span.name, span.is_error) for span in throttled] == [
        ("PUT Microsoft.Compute/galleries/images/versions", True)
    ]
    kind = "Microsoft.Compute/galleries/images/versions"
    assert eventually(lambda: receiver.value("image_migrations.throttled", resource_type=kind)) == 1


def test_what_is_told_holds_no_secret_and_no_signed_address(spans, app, azure, receiver):
    shown = receiver.raw
    assert not [secret for secret in app.secrets[:3] if secret.encode() in shown]
    assert b"&t=" not in shown
    assert b"Bearer" not in shown


def test_every_call_it_made_is_within_the_roles_of_the_deployment(migrated, azure):
    granted = {action.lower() for actions in ROLES.values() for action in actions}
    calls = [call for call in azure.control.calls() if "/oauth2/" not in call["path"]]
    taken = {action_of(call["method"], call["path"]).lower() for call in calls}
    assert len(taken) > 10
    assert taken - granted == set()


def test_it_is_counted_once_by_outcome(migrated, receiver):
    assert eventually(lambda: receiver.value("image_migrations.started", asked_by="request")) == 1
    assert eventually(lambda: receiver.value("image_migrations.ended", outcome="Migrated", code="Migrated")) == 1


def test_each_region_tells_how_long_it_took(migrated, receiver):
    points = eventually(lambda: receiver.points(REPLICATION))
    assert {attributes["region"]: point.count for attributes, point in points} == {"eastus2": 1, "westus2": 1}
    assert all(point.sum > 0 for _, point in points)


def test_the_age_of_the_question_is_measured_when_it_is_decided(migrated, receiver):
    ((attributes, point),) = eventually(lambda: receiver.points("image_migrations.approval_age"))
    assert (attributes, point.count) == ({"decision": "approve"}, 1)
    assert point.sum > 0


def test_what_is_under_way_is_measured_while_it_is(measured_meanwhile):
    how_many, hours = measured_meanwhile
    assert how_many == 1
    assert hours > 0


def test_each_phase_change_is_one_line_of_json_in_the_log(migrated, app):
    lines = [json.loads(line[line.index("{") :]) for line in log(app) if '"event": "migration.phase"' in line]
    own = [line for line in lines if line["migration"] == migrated["id"]]
    assert [(line["from"], line["to"]) for line in own] == list(pairwise(PHASES))
    assert (own[-1]["outcome"], own[-1]["code"]) == ("Migrated", "Migrated")
    assert "Ada" not in json.dumps(own)


def log(app):
    return app.host.log_path.read_text().splitlines()
