"""What tests about deletes share: whether one was sent, what stands against one, and holding what comes before it."""

from contextlib import contextmanager

from tests.support.running.app import outcome


def approved_and_kept(app, azure, waiting, code):
    """Approve; the migration must end with its source kept for this reason. Gives back the reason's text."""
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", code), ended["outcome"]
    assert azure.exists(waiting["sourceImageId"])
    assert not [call for call in azure.control.calls() if is_delete_of(call, waiting["sourceImageId"])]
    return ended["outcome"]["reason"]


def is_delete_of(call, resource_id):
    return call["method"] == "DELETE" and call["path"].lower() == resource_id.lower() and call["status"] < 300


def lose_replica(properties):
    properties["replicationStatus"] = {
        "aggregatedState": "Unknown",
        "summary": [{"region": "eastus2", "state": "Completed", "progress": 100}],
    }


@contextmanager
def held_while_promoting(azure, waiting):
    """Azure throttles the promotion of this version until the block ends."""
    throttled = {"throttle": "compute", "retryAfterSeconds": 1, "times": None}
    azure.control.add_fault(method="PUT", path=f"{waiting['imageVersionId']}$", **throttled)
    yield
    azure.control.remove_faults()
