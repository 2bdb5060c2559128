"""Who decided what stays readable: after posting again, after a purge of the instance, and with a new task hub."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.support.running.app import outcome
from tests.support.running.azure import running_azure
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

SAID = "not this month"


@pytest.fixture
def rejected(app, waiting):
    """A migration whose source was kept, because somebody said so."""
    assert app.decide(waiting, decision="reject", comment=SAID).status_code == 202
    return app.ended(waiting["id"])


def decisions(entries):
    return [(entry["event"], entry["by"], entry["detail"]) for entry in entries if entry["event"] == "rejected"]


def purge(app, migration):
    url = f"{app.host.url}/runtime/webhooks/durabletask/instances/{migration['id']}"
    assert requests.delete(url, params={"code": app.host.durable_key}, timeout=30).status_code == 200
    eventually(lambda: app.find_instance(migration["id"]) is None)


def test_the_audit_of_an_earlier_run_is_readable_while_the_next_one_asks(app, rejected):
    before = app.audit(rejected)
    again = app.waiting(app.start(rejected["sourceImageId"], targetRegions=["westus2"]))
    told = app.audit(again)
    assert decisions(told["entries"]) == []
    assert [decisions(run["audit"]) for run in told["earlier"]] == [decisions(before["entries"])]
    assert SAID in str(told["earlier"])
    assert told["earlier"][0]["outcome"]["code"] == "Rejected"


def test_the_audit_of_every_run_is_readable_the_latest_first(app, rejected):
    for comment in ("nor this one", "nor the next"):
        waiting = app.waiting(app.start(rejected["sourceImageId"], targetRegions=["westus2"]))
        app.approve(waiting, decision="reject", comment=comment)
        app.ended(waiting["id"])
    told = app.audit(rejected)
    assert "nor the next" in str(told["entries"])
    assert [name for run in told["earlier"] for name in (SAID, "nor this one") if name in str(run["audit"])] == [
        "nor this one",
        SAID,
    ]


def test_what_the_hub_has_forgotten_the_record_tells_and_it_can_be_asked_again(app, rejected):
    """Durable Task Scheduler forgets after 30 days what the app keeps for 90."""
    before = app.migration(rejected["id"])
    purge(app, rejected)
    assert app.migration(rejected["id"]) == before
    assert before["plan"]
    assert app.call("POST", f"migrations/{rejected['id']}/ask-again").status_code == 202
    assert app.waiting(rejected["id"])["before"] == before["run"]


def test_the_audit_outlives_a_purge_of_the_instance(app, rejected):
    before = app.audit(rejected)
    purge(app, rejected)
    assert app.audit(rejected)["entries"] == before["entries"]
    remembered = app.migration(rejected["id"])
    assert outcome(remembered) == ("SourceKept", "Rejected")
    again = app.waiting(app.start(rejected["sourceImageId"], targetRegions=["westus2"]))
    assert SAID in str(app.audit(again)["earlier"])


def test_the_audit_outlives_the_task_hub():
    with running_azure() as azure:
        with running_app(azure) as app:
            waiting = app.waiting(app.start(azure.seed_image("moved")))
            app.approve(waiting, decision="reject", comment=SAID)
            before = app.audit(app.ended(waiting["id"]))
        with running_app(azure) as app:
            assert app.find_instance(waiting["id"]) is None
            told = app.audit(waiting)
            assert told["entries"] == before["entries"]
            again = app.approve_and_end(app.start(waiting["sourceImageId"]))
            assert outcome(again) == ("Migrated", "Migrated")
            assert SAID in str(app.audit(again)["earlier"])


def at_once(app, migration, times=8):
    with ThreadPoolExecutor(times) as pool:
        answers = list(pool.map(lambda _: app.call("POST", migration["links"]["askAgain"]), range(times)))
    return Counter(answer.status_code for answer in answers)


def test_of_eight_who_have_an_ended_migration_asked_again_at_once_one_counts(app, rejected):
    assert at_once(app, rejected) == {202: 1, 409: 7}
    asked = app.waiting(rejected["id"])
    assert decisions(app.audit(asked)["entries"]) == decisions(app.audit(rejected)["entries"])
    app.approve(asked)
    assert outcome(app.ended(asked["id"])) == ("Migrated", "Migrated")


def test_of_eight_who_have_an_open_question_asked_again_at_once_one_counts(app, waiting):
    assert at_once(app, waiting) == {202: 1, 409: 7}
    asked = eventually(
        lambda: (
            found if (found := app.migration(waiting["id"]))["callback"] not in {None, waiting["callback"]} else None
        )
    )
    assert app.decide(asked).status_code == 202
    assert outcome(app.ended(asked["id"])) == ("Migrated", "Migrated")


def test_a_region_added_to_the_version_of_an_earlier_run_is_complete_before_anybody_is_asked(app, azure):
    waiting = app.waiting(app.start(azure.seed_image("grown")))
    assert app.decide(waiting, decision="reject").status_code == 202
    app.ended(waiting["id"])
    again = app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2"]))
    assert again["imageVersionId"] == waiting["imageVersionId"]
    assert {region["name"]: region["state"] for region in again["regions"]} == {
        "eastus2": "Completed",
        "westus2": "Completed",
    }
