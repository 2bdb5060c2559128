"""After an upgrade, or one that was taken back: what is not known is borne, and a lock of newer code is obeyed."""

import json

import pytest
import requests

from tests.e2e.app import outcome
from tests.e2e.azure import TAG
from tests.emulator.waiting import eventually

NEWER = {"mood": "of tomorrow"}


def change_record(azure, migration_id, change):
    """Have the record as another version of the app would have written it."""
    [row] = [row for row in azure.rows("image") if row["RowKey"] == migration_id]
    document = azure.record(migration_id)
    change(document)
    azure.put_rows([row | {"chunks": 1, "document0": json.dumps(document)}])


def with_newer_fields(value):
    """The same document, every object of it with a field more."""
    if isinstance(value, dict):
        return {name: with_newer_fields(inner) for name, inner in value.items()} | NEWER
    return [with_newer_fields(inner) for inner in value] if isinstance(value, list) else value


def test_a_record_with_unknown_fields_is_still_acted_on(app, azure, waiting):
    """In all but the start, which is signed as it is."""

    def newer(record):
        question = record["question"] | NEWER
        copied, plan = with_newer_fields(question["copied"]), with_newer_fields(question["plan"])
        record |= NEWER | {"question": question | {"copied": copied, "plan": plan}}

    change_record(azure, waiting["id"], newer)
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_a_state_with_unknown_fields_goes_on(app, azure, waiting):
    stored = with_newer_fields(app.state(waiting["id"]))
    durable = f"{app.host.url}/runtime/webhooks/durabletask"
    key = {"code": app.host.durable_key}
    requests.post(f"{durable}/instances/{waiting['id']}/terminate", params=key, timeout=30)
    eventually(lambda: app.instance(waiting["id"])["runtimeStatus"] == "Terminated")
    answer = requests.post(
        f"{durable}/orchestrators/migrate_image/{waiting['id']}", json=stored, params=key, timeout=30
    )
    assert answer.status_code == 202
    again = app.waiting(waiting["id"])
    app.approve(again)
    assert outcome(app.ended(again["id"])) == ("Migrated", "Migrated")


@pytest.mark.parametrize("when", ["asked", "approved"])
def test_a_record_that_only_newer_code_may_act_on_keeps_the_source(app, azure, waiting, when):
    image = waiting["sourceImageId"]
    if when == "asked":
        change_record(azure, waiting["id"], lambda record: record.update(oldestReader=2))
        assert app.decide(waiting).status_code == 409
    else:
        azure.control.add_fault(method="PUT", path=f"{waiting['imageVersionId']}$", delaySeconds=2)
        app.approve(waiting)
        change_record(azure, waiting["id"], lambda record: record.update(oldestReader=2))
        assert outcome(app.ended(waiting["id"]))[0] in {"SourceKept", "Failed"}
    assert azure.exists(image)
    assert azure.record(waiting["id"])["oldestReader"] == 2


def test_the_lock_of_newer_code_outlives_a_new_start(app, azure, waiting):
    change_record(azure, waiting["id"], lambda record: record.update(oldestReader=2))
    app.call("POST", waiting["links"]["cancel"])
    app.call("POST", waiting["links"]["askAgain"])
    azure.update_tags(waiting["sourceImageId"], {TAG: "default"})
    assert azure.record(waiting["id"])["oldestReader"] == 2
    assert azure.exists(waiting["sourceImageId"])
