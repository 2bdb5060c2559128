"""What piles up is paged, filtered, forgotten with its audit kept, and protected; what is sent is cut or refused."""

import json
from types import SimpleNamespace

import pytest
import requests

from tests.e2e.app import PROBLEM, outcome
from tests.e2e.conftest import running_app, running_azure
from tests.emulator.waiting import eventually

PAGE = 3
BUSY = {"status": 503, "code": "ServerBusy", "message": "try again"}


@pytest.fixture(scope="module")
def forgetful():
    """An app that forgets what has ended at once: `forgetful.app`, `forgetful.azure`."""
    with running_azure() as azure, running_app(azure, MIGRATION_RETENTION="PT0.1S", MIGRATION_SWEEP="PT0S") as app:
        yield SimpleNamespace(app=app, azure=azure)


def listed(app, query=""):
    """The ids of every page of the list, in their order; between two pages `meanwhile` may happen."""
    found, link = [], f"migrations?top={PAGE}{query}"
    while link:
        answer = app.call("GET", link)
        assert answer.status_code == 200, answer.text
        found += [migration["id"] for migration in answer.json()["migrations"]]
        link = answer.json()["next"]
        yield found


def test_pages_neither_lose_nor_repeat_a_row_while_others_come(app, azure):
    there = [app.start(azure.seed_image("row")) for _ in range(8)]
    added = []
    found = []
    for page in listed(app, "&text=/row-"):
        found = page
        if len(added) < 4:
            added.append(app.start(azure.seed_image("row")))
    assert [one for one in found if one in there] == list(reversed(there))
    assert len(found) == len(set(found))


def test_a_list_is_narrowed_by_phase_outcome_subscription_and_text(app, azure, waiting):
    rejected = app.waiting(app.start(azure.seed_image("narrow")))
    app.approve(rejected, decision="reject")
    app.ended(rejected["id"])

    def ids(query):
        return app.call("GET", f"migrations?top=500&{query}").json()["migrations"]

    assert rejected["id"] in [one["id"] for one in ids("outcome=SourceKept")]
    assert {one["outcome"]["kind"] for one in ids("outcome=SourceKept")} == {"SourceKept"}
    assert waiting["id"] in [one["id"] for one in ids("phase=AwaitingApproval")]
    assert [one["id"] for one in ids("text=/NARROW-")] == [rejected["id"]]
    assert ids("subscription=00000000-0000-0000-0000-000000000000") == []
    assert rejected["id"] in [one["id"] for one in ids(f"subscription={azure.emulator.subscription_id.upper()}")]


def test_what_ended_long_ago_leaves_hub_and_list_and_its_audit_stays(forgetful):
    app, azure = forgetful.app, forgetful.azure
    old = app.waiting(app.start(azure.seed_image("old")))
    app.approve(old, decision="reject", comment="kept for the museum")
    app.ended(old["id"])
    live = app.waiting(app.start(azure.seed_image("live")))
    url = f"{app.host.url}/admin/functions/keep_house"
    assert requests.post(url, json={}, headers={"x-functions-key": app.host.key}, timeout=10).status_code == 202
    eventually(lambda: app.find_instance(old["id"]) is None)
    eventually(lambda: [one["id"] for one in app.call("GET", "migrations").json()["migrations"]] == [live["id"]])
    assert "kept for the museum" in app.call("GET", old["links"]["audit"]).text
    assert app.waiting(app.start(old["sourceImageId"]))["id"] == old["id"]


@pytest.mark.parametrize("protect", [True, False])
def test_the_version_that_may_become_the_last_copy_is_protected_by_azure(app, azure, protect):
    request = {"endOfLifeDate": "2099-01-01", "protect": True} if protect else {}
    waiting = app.waiting(app.start(azure.seed_image("last-copy"), **request))
    before = azure.read(waiting["imageVersionId"])["properties"]["safetyProfile"]
    assert not before.get("blockDeletionBeforeEndOfLife")  # a failed one is still to be cleaned up
    app.approve_and_end(waiting["id"])
    safety = azure.read(waiting["imageVersionId"])["properties"]["safetyProfile"]
    assert safety["allowDeletionOfReplicatedLocations"] is False
    assert safety.get("blockDeletionBeforeEndOfLife", False) is protect


@pytest.mark.parametrize("path", ["migrations", "migrations/plan"])
@pytest.mark.parametrize("field", ["sourceImageId", "publisher"])
def test_half_a_surrogate_pair_is_malformed(app, azure, path, field):
    body = json.dumps({"sourceImageId": azure.seed_image("half"), field: "\ud800"})
    answer = app.call("POST", path, data=body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, PROBLEM)


@pytest.mark.parametrize("top", ["\u0663", "+3", "3.0", " 3", "1e1"])
def test_only_plain_digits_are_a_number_of_rows(app, top):
    answer = app.call("GET", "migrations", params={"top": top})
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM)


@pytest.mark.parametrize("field", ["publisher", "offer", "sku"])
@pytest.mark.parametrize("character", ["\x00", "\n", "\u202e", "\u200b"])
def test_what_cannot_be_seen_is_no_part_of_an_identifier(app, azure, field, character):
    answer = app.plan(azure.seed_image("unseen"), **{field: f"con{character}toso"})
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == [field]


def test_a_reason_of_five_megabytes_is_cut_before_it_travels(app, azure, waiting):
    answer = app.call("POST", waiting["links"]["cancel"], {"reason": "x" * 5_000_000})
    assert answer.status_code == 202
    ended = app.ended(waiting["id"])
    assert outcome(ended) == ("Cancelled", "Cancelled")
    assert len(ended["outcome"]["reason"]) < 1_000


def test_a_record_with_a_field_of_another_version_is_understood(app, azure, waiting):
    azure.change_record(waiting["id"], somethingNew={"of": "a newer version"})
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_a_record_that_asks_for_a_newer_reader_is_neither_decided_nor_acted_on(app, azure, waiting):
    azure.change_record(waiting["id"], oldestReader=99)
    assert app.decide(waiting).status_code == 409
    assert app.migration(waiting["id"])["approval"] is None
    assert azure.record(waiting["id"])["question"]["stage"] == "open"
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
