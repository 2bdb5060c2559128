"""A 200 whose body is `{}` says nothing: it neither empties a list nor takes a resource away."""

import pytest

from tests.e2e.app import outcome
from tests.e2e.test_deletion import is_delete_of

FORBIDDEN = {"status": 403, "code": "AuthorizationFailed", "message": "no"}
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
    ended = app.ended(waiting["id"])
    assert outcome(ended)[0] != "Migrated", [call for call in azure.control.calls() if is_delete_of(call, path)]
