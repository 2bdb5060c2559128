"""Whoever holds the Durable system key can start any orchestrator with any input: what the record does not admit does
nothing and says nothing.
"""

import json
import re
from functools import partial

import pytest

from tests.e2e.deletes import is_delete_of
from tests.support.running.app import outcome
from tests.support.running.system_key import SystemKey
from tests.support.waiting import eventually

REFUSED = {"status": 403, "code": "RequestDisallowedByPolicy", "message": "not here"}
# What an orchestration of format 1 carried: all of it was believed then.
EARLIER = {
    "start": {"id": "x", "sourceImageId": "x", "askedBy": "request", "requestedBy": "Ada", "fingerprint": "x"},
    "phase": "DeletingSource",
    "promoted": True,
    "approval": {"decision": "approve", "approver": "Ada", "via": "page", "verified": True},
}


@pytest.fixture
def key(app):
    return SystemKey(app)


UPDATED_AT = re.compile(r'\\*"updatedAt\\*": \\*"[^"\\]*')


def written(azure, migration):
    """All that the app has taken down of an image, and what Azure bears of it; not when the same was written last."""
    found = [row for part in ("image", "run", "list") for row in azure.rows(part) if migration["id"] in str(row)]
    rows = [row | {"Timestamp": "", "odata.etag": ""} for row in found]
    rows = [
        UPDATED_AT.sub("", json.dumps(row, sort_keys=True)) if row["PartitionKey"] == "list" else row for row in rows
    ]
    source, version = azure.control.resource(migration["sourceImageId"]), azure.read(migration["imageVersionId"])
    return json.dumps([rows, source and source.get("tags"), version and version["tags"]], sort_keys=True)


def nothing_comes_of(app, azure, migration, act):
    """What ended stays as it is, to the letter, whatever is done in the hub."""
    before, told = written(azure, migration), app.migration(migration["id"])
    calls = len(azure.control.calls())
    act()
    assert written(azure, migration) == before
    assert app.migration(migration["id"]) == told
    sent = azure.control.calls()[calls:]
    assert [call for call in sent if call["method"] != "GET" and migration["sourceImageId"] in call["path"]] == []
    assert [call for call in sent if is_delete_of(call, migration["sourceImageId"])] == []


@pytest.fixture
def rejected(app, azure, waiting):
    assert app.decide(waiting, decision="reject", approver="Ada", comment="keep it").status_code == 202
    ended = app.ended(waiting["id"])
    eventually(lambda: not azure.record(ended["id"])["run"]["owed"])  # people are told after the end
    return app.migration(ended["id"])


INPUTS = {
    "an ended run's own": lambda m: {"run": m["run"], "phase": "DeletingSource"},
    "an ended run's own, at its end": lambda m: {"run": m["run"], "phase": "Done"},
    "of a run that never was": lambda m: {"run": "0" * 32, "phase": "Promoting"},
    "of the format before": lambda m: EARLIER,
    "of a format to come": lambda m: {"format": 99, "run": m["run"], "phase": "DeletingSource", "approval": True},
    "nothing": lambda m: None,
    "a list": lambda m: [m["run"]],
    "five megabytes": lambda m: {"run": "x" * 5_000_000},
}


@pytest.mark.parametrize("content", INPUTS)
def test_an_instance_that_no_record_admits_does_nothing_and_says_nothing(app, azure, key, rejected, content):
    def act():
        assert key.start(rejected["id"], INPUTS[content](rejected)).status_code == 202
        key.run_out(rejected["id"])

    nothing_comes_of(app, azure, rejected, act)


def test_a_restarted_instance_of_an_ended_run_does_nothing(app, azure, key, rejected):
    def act():
        assert key.restart(rejected["id"]).status_code == 202
        key.run_out(rejected["id"])

    nothing_comes_of(app, azure, rejected, act)


def test_a_purge_does_not_wipe_a_rejection(app, azure, key, rejected):
    def act():
        key.purge(rejected["id"])
        key.start(rejected["id"], {"run": rejected["run"], "phase": "DeletingSource"})
        key.run_out(rejected["id"])

    nothing_comes_of(app, azure, rejected, act)


def test_a_twin_under_another_id_does_nothing(app, azure, key, waiting):
    """It bears the live run's own id, in the phase that the run is in."""
    before = written(azure, waiting)
    for name in ("a-twin", f"{waiting['id']}0", waiting["id"].upper()):
        key.start(name, {"run": waiting["run"], "phase": "AwaitingApproval"})
        key.run_out(name)
    assert written(azure, waiting) == before
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_the_start_of_a_migration_that_failed_asks_nothing_when_it_is_started_again_later(troubled):
    """Whoever asked has given up; with four eyes, their old wish would let one person approve what they replayed."""
    app, azure = troubled.app, troubled.azure
    image = azure.seed_image()
    azure.control.add_fault(method="PUT", path="/versions/", error=REFUSED)
    failed = app.ended(app.start(image))
    assert failed["outcome"]["kind"] == "Failed"
    key = SystemKey(app)
    key.purge(failed["id"])
    for phase in ("Planning", "Creating", "Verifying"):
        key.start(failed["id"], {"run": failed["run"], "phase": phase})
        key.run_out(failed["id"])
    assert app.migration(failed["id"]) == failed


def test_an_instance_of_an_earlier_run_goes_on_with_the_one_that_lives(app, key, rejected):
    """As after a restart of the wrong one: nothing of the old run is done again, and the new one is not held up."""
    body = {"sourceImageId": rejected["sourceImageId"], "targetRegions": ["westus2"]}
    answer = app.call("POST", "migrations", body)
    assert answer.status_code == 202, answer.text
    started = app.waiting(answer.json()["id"])
    key.terminate(started["id"])
    key.start(started["id"], {"run": rejected["run"], "phase": "Promoting"})
    again = app.waiting(started["id"])
    assert again["run"] == started["run"]
    app.approve(again)
    assert outcome(app.ended(again["id"])) == ("Migrated", "Migrated")


def test_a_record_that_is_gone_keeps_the_source(app, azure, key, waiting):
    """Somebody emptied the table: what the hub still says allows nothing."""
    azure.forget_record(waiting["id"])
    said = {"decision": "approve", "approver": "Ada", "imageVersionId": waiting["imageVersionId"]}
    app.raise_event(waiting["id"], "Approval", json.dumps(said | {"callback": waiting["callback"]}))
    ended = key.run_out(waiting["id"])
    assert "the source is kept" in json.dumps(ended["output"])
    assert app.call("GET", f"migrations/{waiting['id']}").status_code == 404
    assert azure.exists(waiting["sourceImageId"])


def _failed(app, instance_id):
    found = app.instance(instance_id)
    return found if "Failed" in str(found) else None


def test_the_librarys_own_http_functions_do_not_run(app, key):
    for name in ("BuiltIn__HttpPollOrchestrator", "BuiltIn__HttpActivity"):
        started = key.call("POST", f"orchestrators/{name}/", {}).json()["id"]
        ended = eventually(partial(_failed, app, started))
        assert "is not an orchestrator function" in ended["output"]["message"]


@pytest.mark.parametrize("junk", [None, [], "x", 7, {"run": {}}, {"run": "x" * 5_000_000}])
def test_an_input_that_is_none_leaves_every_list_readable(app, key, junk):
    name = f"migrate-junk-{'0' * 32}"
    key.start(name, junk)
    key.run_out(name)
    assert app.call("GET", "migrations").status_code == 200
    assert app.call("GET", f"migrations/{name}").status_code == 404
