"""After an upgrade, or one that was taken back: what is not known is borne and kept, a lock of newer code is obeyed.

What the format before left is told, and not gone on with.
"""

import json
from pathlib import Path

import pytest

from migration.values.ids import earlier_instance_id_for
from migration.values.value import READER
from tests.support.running.app import outcome
from tests.support.running.azure import TAG, running_azure
from tests.support.running.starting import running_app
from tests.support.running.system_key import SystemKey
from tests.support.waiting import eventually

FORMATS = Path(__file__).parent / "formats"
EARLIER = Path(__file__).parents[1] / "replay" / "earlier"
NEWER = {"mood": "of tomorrow"}
BUSY = {"status": 503, "code": "ServerBusy", "message": "try again"}


def with_newer_fields(value):
    """The same document, every object of it with a field more."""
    if isinstance(value, dict):
        return {name: with_newer_fields(inner) for name, inner in value.items()} | NEWER
    return [with_newer_fields(inner) for inner in value] if isinstance(value, list) else value


def sample(number, **known):
    """The rows that a release with this format left, about an image of today."""
    text = (FORMATS / f"{number}.json").read_text()
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return json.loads(text)


def test_what_this_format_has_stored_is_listed_audited_started_decided_and_deleted(app, azure):
    """The sample stays when the format changes: the next release has to go through the same."""
    as_then = ["eastus2=1=standard_lrs", "westus2=1=standard_lrs"]  # nobody asked, and that was the default
    made = app.waiting(app.start(azure.seed_image("stored"), targetRegions=as_then))
    run, image = azure.record(made["id"])["run"], made["sourceImageId"]
    (place,) = [row["RowKey"] for row in azure.rows("list") if row["id"] == made["id"]]
    known = {"content": run["question"]["copied"]["sourceContent"], "shape": run["start"]["sourceShape"]}
    known |= {"published": run["question"]["copied"]["publishedAt"], "created": run["plan"]["source"]["createdAt"]}
    azure.put_rows(
        sample(2, id=made["id"], image=image, name=image.rpartition("/")[2], place=place, source=image.lower(), **known)
    )
    stored = app.migration(made["id"])
    assert (stored["phase"], stored["run"]) == ("AwaitingApproval", "0e9ec622129444d88c4ff93096fa3bbb")
    listed = app.call("GET", "migrations", params={"text": image}).json()["migrations"]
    assert [one["run"] for one in listed] == [stored["run"]]
    assert "kept last time" in str(app.call("GET", stored["links"]["audit"]).json()["earlier"])
    assert app.call("POST", "migrations", {"sourceImageId": image}).json()["run"] == stored["run"]
    app.approve(stored)
    assert outcome(app.ended(made["id"])) == ("Migrated", "Migrated")
    assert not azure.exists(image)


def planted(azure, migration_id, **fields):
    """The record as a release with the next format would have written it."""
    record = azure.record(migration_id)
    run = record["run"] | NEWER | {"question": record["run"]["question"] | NEWER}
    run |= {part: with_newer_fields(run[part]) for part in ("plan", "start", "audit", "requesters")}
    azure.change_record(migration_id, **NEWER, format=3, run=run, **fields)


def test_a_record_of_the_next_format_is_acted_on_and_loses_nothing(app, azure, waiting):
    planted(azure, waiting["id"])
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")
    kept = azure.record(waiting["id"])
    assert (kept["format"], kept["mood"], kept["run"]["mood"]) == (3, *NEWER.values(), *NEWER.values())
    parts = [kept["run"]["question"], kept["run"]["plan"], kept["run"]["plan"]["source"], kept["run"]["start"]]
    assert [part["mood"] for part in parts] == ["of tomorrow"] * 4


def test_an_input_with_unknown_fields_goes_on(app, azure, waiting):
    stored = with_newer_fields(app.state(waiting["id"])) | {"format": 3}
    key = SystemKey(app)
    key.terminate(waiting["id"])
    assert key.start(waiting["id"], stored).status_code == 202
    eventually(lambda: not app.migration(waiting["id"])["stopped"], 20)
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


@pytest.fixture
def readable_again(azure, waiting):
    """After the test: events about the image would be delivered again and again, whatever other tests wait for."""
    yield
    azure.change_record(waiting["id"], oldestReader=READER)


@pytest.mark.usefixtures("readable_again")
def test_a_record_that_asks_for_a_newer_reader_is_neither_decided_nor_told(app, azure, waiting):
    planted(azure, waiting["id"], oldestReader=99)
    before = azure.record(waiting["id"])
    said = {"decision": "approve", "approver": "Ada", "imageVersionId": waiting["imageVersionId"]}
    answers = [
        app.call("POST", waiting["links"]["approval"], said),
        app.call("POST", waiting["links"]["cancel"]),
        app.call("POST", waiting["links"]["askAgain"]),
        app.call("GET", waiting["links"]["self"]),
        app.call("POST", "migrations", {"sourceImageId": waiting["sourceImageId"]}),
    ]
    assert [answer.status_code for answer in answers] == [503] * 5
    assert "newer version of this app" in answers[0].text
    assert azure.record(waiting["id"]) == before
    assert azure.exists(waiting["sourceImageId"])


@pytest.mark.usefixtures("readable_again")
def test_an_approved_source_is_kept_while_the_record_has_a_lock_of_a_newer_version(app, azure, waiting):
    azure.control.add_fault(method="*", path="/versions/", error=BUSY, times=None)
    try:
        app.approve(waiting)
        azure.change_record(waiting["id"], oldestReader=99)
    finally:
        azure.control.remove_faults()
    assert app.host.instance(waiting["id"])["runtimeStatus"] == "Running"
    azure.update_tags(waiting["sourceImageId"], {TAG: "default"})
    assert azure.record(waiting["id"])["oldestReader"] == 99
    assert azure.exists(waiting["sourceImageId"])


@pytest.fixture(scope="module")
def before():
    """An Azure on which a release with format 1 has been at work, and this release after it."""
    with running_azure() as azure:
        image = azure.seed_image("before", tags={TAG: "default"})
        with running_app(azure, MIGRATION_SWEEP="PT0S") as app:
            app.call("GET", "migrations")  # makes the table
        azure.put_rows(sample(1, image=image, id=earlier_instance_id_for(image)))
        with running_app(azure, MIGRATION_SWEEP="PT0S") as app:
            app.image, app.old = image, earlier_instance_id_for(image)
            yield app, azure


def test_what_the_format_before_left_is_listed_told_and_audited(before):
    app, _ = before
    listed = [one for one in app.call("GET", "migrations").json()["migrations"] if one["id"] == app.old]
    assert [(one["phase"], outcome(one)) for one in listed] == [("Done", ("SourceKept", "Upgraded"))]
    assert outcome(app.call("GET", f"migrations/{app.old}").json()) == ("SourceKept", "Upgraded")
    audit = app.call("GET", f"migrations/{app.old}/audit").json()
    assert "kept last year" in str(audit["earlier"])


def test_what_the_format_before_asked_is_decided_and_cancelled_by_nobody(before):
    app, azure = before
    said = {"decision": "approve", "approver": "Ada", "imageVersionId": "x"}
    for path, body in (("approval", said), ("cancel", None), ("ask-again", None)):
        assert app.call("POST", f"migrations/{app.old}/{path}", body).status_code == 404
    page = app.call("GET", f"approvals/{app.old}?token=signed.once", key=False)
    assert (page.status_code, "newer message" in page.text) == (410, True)
    assert azure.exists(app.image)


def test_an_instance_of_the_format_before_ends_and_the_sweep_starts_its_wish(before):
    app, _ = before
    history = json.loads((EARLIER / "waiting-for-approval.json").read_text())
    started = next(event["executionStarted"] for event in history["events"] if "executionStarted" in event)
    key = SystemKey(app)
    key.start(app.old, json.loads(started["input"]))
    assert "the source is kept" in json.dumps(key.run_out(app.old)["output"])
    assert len(app.call("POST", "sweep").json()["started"]) == 1
    asked = app.waiting(app.started(app.image)["id"])
    assert asked["id"] != app.old
    assert "kept last year" in str(app.call("GET", asked["links"]["audit"]).json()["earlier"])
    app.approve(asked)
    assert outcome(app.ended(asked["id"])) == ("Migrated", "Migrated")
