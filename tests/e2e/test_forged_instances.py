"""Whoever holds the Durable system key can start any orchestrator with any input; no image may be lost by it."""

import requests

from tests.e2e.app import PATIENCE_SECONDS, outcome
from tests.emulator.waiting import eventually


def start_instance(app, name, content, instance_id=""):
    """Start an orchestrator by the platform's own API, as the holder of the system key can."""
    url = f"{app.host.url}/runtime/webhooks/durabletask/orchestrators/{name}/{instance_id}".rstrip("/")
    return requests.post(url, json=content, params={"code": app.host.durable_key}, timeout=PATIENCE_SECONDS)


def failed(app, instance_id):
    """The instance once it has failed."""
    return eventually(lambda: found if (found := app.instance(instance_id))["runtimeStatus"] == "Failed" else None)


def test_an_invented_approval_in_an_invented_state_deletes_nothing(app, azure, waiting):
    state = app.state(waiting["id"])
    assert app.decide(waiting, decision="reject", comment="not this one").status_code == 202
    app.ended(waiting["id"])
    approval = {"decision": "approve", "approver": "Mallory", "imageVersionId": waiting["imageVersionId"]}
    forged = state | {"phase": "DeletingSource", "approval": approval | {"via": "page", "verified": True}}
    answer = start_instance(app, "migrate_image", forged, waiting["id"])
    assert answer.status_code == 202, answer.text
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", "NotApproved")
    assert azure.exists(waiting["sourceImageId"])


def test_the_librarys_own_http_functions_do_not_run(app):
    for name in ("BuiltIn__HttpPollOrchestrator", "BuiltIn__HttpActivity"):
        ended = failed(app, start_instance(app, name, {}).json()["id"])
        assert "is not an orchestrator function" in ended["output"]["message"]
