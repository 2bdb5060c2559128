"""After an upgrade, or one that was taken back: what is not known is borne, and a lock of newer code is obeyed."""

import requests

from tests.e2e.app import outcome
from tests.e2e.azure import TAG
from tests.emulator.waiting import eventually

NEWER = {"mood": "of tomorrow"}
BUSY = {"status": 503, "code": "ServerBusy", "message": "try again"}


def with_newer_fields(value):
    """The same document, every object of it with a field more."""
    if isinstance(value, dict):
        return {name: with_newer_fields(inner) for name, inner in value.items()} | NEWER
    return [with_newer_fields(inner) for inner in value] if isinstance(value, list) else value


def test_a_record_with_unknown_fields_is_still_acted_on(app, azure, waiting):
    """In all but the start, which is signed as it is."""
    question = azure.record(waiting["id"])["run"]["question"] | NEWER
    copied, plan = with_newer_fields(question["copied"]), with_newer_fields(question["plan"])
    azure.change_record(waiting["id"], **NEWER, question=question | {"copied": copied, "plan": plan})
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


def test_a_record_that_asks_for_a_newer_reader_is_not_decided(app, azure, waiting):
    azure.change_record(waiting["id"], oldestReader=99)
    assert app.decide(waiting).status_code == 409
    assert app.migration(waiting["id"])["approval"] is None
    assert azure.record(waiting["id"])["run"]["question"]["stage"] == "open"
    assert azure.exists(waiting["sourceImageId"])


def test_an_approved_source_is_kept_where_the_record_has_a_lock_of_a_newer_version(app, azure, waiting):
    azure.control.add_fault(method="*", path="/versions/", error=BUSY, times=None)
    try:
        app.approve(waiting)
        azure.change_record(waiting["id"], oldestReader=99)
    finally:
        azure.control.remove_faults()
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", "RecordTooNew")
    assert azure.exists(waiting["sourceImageId"])


def test_the_lock_of_newer_code_outlives_a_new_start(app, azure, waiting):
    azure.change_record(waiting["id"], oldestReader=99)
    app.call("POST", waiting["links"]["cancel"])
    app.call("POST", waiting["links"]["askAgain"])
    azure.update_tags(waiting["sourceImageId"], {TAG: "default"})
    assert azure.record(waiting["id"])["oldestReader"] == 99
    assert azure.exists(waiting["sourceImageId"])
