"""A 200 whose body is `{}` says nothing: it neither empties a list nor takes a resource away."""

import pytest

from tests.support.running.app import outcome
from tests.support.waiting import eventually

BUSY = {"status": 503, "code": "ServerBusy", "message": "try again"}


@pytest.mark.parametrize("kind", ["virtualMachines", "virtualMachineScaleSets"])
def test_a_source_in_use_is_kept_though_the_list_of_its_users_was_hollow(troubled, kind):
    app, azure = troubled.app, troubled.azure
    waiting = app.waiting(app.start(azure.seed_image()))
    consumer = azure.seed_consumer(kind, waiting["sourceImageId"])
    azure.control.add_fault(method="GET", path=f"/{kind}$", corrupt="hollow", times=1)
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    azure.control.delete_resource(consumer)
    assert outcome(ended) == ("SourceKept", "SourceInUse")
    assert azure.exists(waiting["sourceImageId"])


def test_a_source_that_is_there_is_not_told_to_be_deleted_after_hollow_answers(troubled):
    app, azure = troubled.app, troubled.azure
    waiting = app.waiting(app.start(azure.seed_image()))
    path = f"{waiting['sourceImageId']}$"
    azure.control.add_fault(method="DELETE", path=path, error=BUSY, times=None)
    azure.control.add_fault(method="GET", path=path, corrupt="hollow", times=2, skip=1)
    app.approve(waiting)
    eventually(lambda: [fault["method"] for fault in azure.control.faults()] == ["DELETE"], 30)
    looked = len(azure.control.calls())
    eventually(lambda: [call for call in azure.control.calls()[looked:] if is_look_at(call, waiting)], 60)
    assert app.migration(waiting["id"])["outcome"] is None, "it was told to be deleted, and is there"


def is_look_at(call, waiting):
    return call["method"] == "GET" and call["path"].lower() == waiting["sourceImageId"].lower()
