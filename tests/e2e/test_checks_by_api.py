"""Whoever decides over the API sees beforehand what the page shows, and what would come of it."""

import pytest

from tests.support.running.app import PROBLEM, outcome
from tests.support.running.azure import running_azure
from tests.support.running.starting import running_app_that_hears


def checks(app, migration):
    answer = app.call("GET", migration["links"]["checks"])
    assert answer.status_code == 200, answer.text
    return answer.json()


def unmet(told):
    return {check["code"]: check for check in told["checks"] if not check["met"]}


def test_a_source_that_may_go_has_every_check_met_and_nothing_in_its_way(app, waiting):
    told = checks(app, waiting)
    assert (unmet(told), told["obstacle"], told["users"], told["locks"]) == ({}, None, [], [])
    assert told["consequence"] == {
        "deletes": waiting["sourceImageId"],
        "promotes": waiting["imageVersionId"],
        "staysExcluded": None,
        "keeps": [waiting["imageVersionId"]],
    }
    assert {(region["name"], region["state"]) for region in told["regions"]} == {
        ("eastus2", "Completed"),
        ("westus2", "Completed"),
    }
    assert told["imageVersionId"] == waiting["imageVersionId"]
    assert (told["allows"], told["expiresAt"]) == (["approve", "accept", "reject"], waiting["expiresAt"])
    assert all(check["words"] and check["code"] is None for check in told["checks"])
    assert not app.has_changed(waiting)


def test_what_keeps_the_source_is_told_before_anybody_approves_and_comes_true(fresh):
    """Of fifty images that were approved by a script five ended as kept, and nothing had told it."""
    app, azure = fresh.app, fresh.azure
    waiting = app.waiting(app.start(azure.seed_image("used")))
    machine = azure.seed_consumer("virtualMachines", waiting["sourceImageId"])
    told = checks(app, waiting)
    assert told["obstacle"]["code"] == "SourceInUse"
    (users,) = told["users"]
    assert (users["kind"], users["count"]) == ("machines-without-own-disk", 1)
    assert [one.lower() for one in users["ids"]] == [machine.lower()]
    assert (unmet(told)["SourceInUse"]["met"], unmet(told)["SourceInUse"]["blocks"]) == (False, True)
    assert told["consequence"]["deletes"] is None
    assert set(told["consequence"]["keeps"]) == {waiting["sourceImageId"], waiting["imageVersionId"]}
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", told["obstacle"]["code"])


def test_a_lock_is_told_as_soon_as_it_is_there_and_gone_as_soon_as_it_is_not(app, azure, waiting):
    lock = azure.lock(waiting["sourceImageId"])
    told = checks(app, waiting)
    assert (told["obstacle"]["code"], [one["name"] for one in told["locks"]]) == (
        "SourceLocked",
        [lock.rpartition("/")[2]],
    )
    azure.unlock(lock)
    assert checks(app, waiting)["obstacle"] is None


def test_where_nothing_is_asked_that_is_said_by_a_code(app, waiting):
    assert app.decide(waiting, decision="reject", comment="no").status_code == 202
    answer = app.call("GET", app.ended(waiting["id"])["links"]["checks"])
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, PROBLEM)
    assert answer.json()["code"] == "NothingAsked"


def test_nobody_sees_it_without_a_key_and_of_nothing_there_is_nothing(app, waiting):
    assert app.call("GET", waiting["links"]["checks"], key=False).status_code == 401
    assert app.call("GET", "migrations/migrate-nobody-0123456789/checks").status_code == 404


@pytest.fixture(scope="module")
def seen_in_part():
    with running_azure() as azure, running_app_that_hears(azure) as app:
        yield app, azure


def test_what_may_not_be_read_is_told_as_what_keeps_the_source(seen_in_part):
    app, azure = seen_in_part
    waiting = app.waiting(app.start(azure.seed_image("hidden")))
    refusal = {"status": 403, "code": "AuthorizationFailed", "message": "not at this subscription"}
    azure.control.add_fault(method="GET", path="/virtualMachines$", error=refusal, times=50)
    told = checks(app, waiting)
    assert told["obstacle"]["code"] == "AuthorizationFailed"
    assert told["consequence"]["deletes"] is None
