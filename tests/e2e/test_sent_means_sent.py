"""What was not sent, or not taken up by Azure, is told as that: it gives the source back, and the decision while it is
valid.
"""

import pytest

from tests.e2e.deletes import is_delete_of
from tests.support.running.app import outcome
from tests.support.waiting import eventually

THROTTLED = {"throttle": "compute", "retryAfterSeconds": 2, "times": 3}
NOT_NOW = {"status": 409, "code": "OperationNotAllowed", "message": "not while virtual machines are being provisioned"}
FORBIDDEN = {"status": 403, "code": "AuthorizationFailed", "message": "not you"}


@pytest.fixture
def app(troubled):
    return troubled.app


@pytest.fixture
def azure(troubled):
    return troubled.azure


@pytest.fixture
def approved(app, azure):
    """Approve a migration whose DELETE meets a fault; gives back the migration once it deletes."""

    def begin(**fault):
        waiting = app.waiting(app.start(azure.seed_image("deleted")))
        azure.control.add_fault(method="DELETE", path="/images/", **fault)
        app.approve(waiting)
        app.status_where(waiting["id"], lambda status: status["phase"] in {"DeletingSource", "Done"})
        return waiting

    return begin


def deletes(azure, waiting):
    return [call for call in azure.control.calls() if is_delete_of(call, waiting["sourceImageId"])]


@pytest.mark.parametrize("fault", [THROTTLED, {"error": NOT_NOW, "times": 3}], ids=["throttled", "not now"])
def test_a_delete_that_azure_did_not_take_up_can_be_cancelled(app, azure, approved, fault):
    """DELETE answered with 429: a cancel in that time got 409, and the delete was sent after it."""
    waiting = approved(**{**fault, "times": None})
    eventually(lambda: app.call("POST", waiting["links"]["cancel"]).status_code == 202, 20)
    azure.control.remove_faults()
    assert outcome(app.ended(waiting["id"])) == ("Cancelled", "Cancelled")
    assert (deletes(azure, waiting), azure.exists(waiting["sourceImageId"])) == ([], True)


@pytest.mark.parametrize("fault", [THROTTLED, {"error": NOT_NOW, "times": 1}], ids=["throttled", "not now"])
def test_a_delete_that_azure_did_not_take_up_is_sent_again_while_the_approval_is_valid(app, azure, approved, fault):
    waiting = approved(**{**fault, "times": 1})
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")
    assert (len(deletes(azure, waiting)), azure.control.faults()) == (1, [])


def test_a_refused_delete_is_told_as_that(app, azure, approved):
    waiting = approved(error=FORBIDDEN, times=None)
    ended = app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", "AuthorizationFailed")
    assert azure.record(waiting["id"])["run"]["question"]["deletion"] is None
    assert app.call("POST", waiting["links"]["askAgain"]).status_code == 202


def test_a_cancel_during_the_last_look_counts(app, azure):
    """Nothing has been sent while copy and source are still being looked at: it got 409, and nothing was sent after."""
    waiting = app.waiting(app.start(azure.seed_image("looked-at")))
    azure.control.add_fault(method="GET", path=f"{waiting['sourceImageId']}$", delaySeconds=50, times=None)
    app.approve(waiting)
    eventually(lambda: app.migration(waiting["id"])["phase"] == "DeletingSource", 60)
    answer = app.call("POST", waiting["links"]["cancel"])
    azure.control.remove_faults()
    assert answer.status_code == 202
    assert outcome(app.ended(waiting["id"])) == ("Cancelled", "Cancelled")
    assert (deletes(azure, waiting), azure.exists(waiting["sourceImageId"])) == ([], True)


def test_a_last_look_that_refuses_leaves_nothing_told_as_sent(app, azure):
    waiting = app.waiting(app.start(azure.seed_image("locked")))
    azure.lock(waiting["sourceImageId"])
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", "SourceLocked")
    assert azure.record(waiting["id"])["run"]["question"]["stage"] == "kept"
    assert app.call("POST", waiting["links"]["cancel"]).json()["code"] == "NothingToCancel"


def test_a_delete_whose_connection_closed_is_not_sent_again_by_itself(app, azure):
    """The HTTP library sent it twice: of two requests the answer to the second counted, and the image was gone."""
    waiting = app.waiting(app.start(azure.seed_image("dropped")))
    azure.control.add_fault(method="DELETE", path="/images/", drop="after", times=1)
    azure.control.add_fault(method="DELETE", path="/images/", **{**THROTTLED, "times": None})
    app.approve(waiting)
    eventually(lambda: not azure.exists(waiting["sourceImageId"]), 60)
    assert app.call("POST", waiting["links"]["cancel"]).status_code == 409
    azure.control.remove_faults()
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")
