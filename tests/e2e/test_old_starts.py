"""A run that has ended is over: whoever kept its signed start cannot have its question asked later."""

import requests

from tests.e2e.app import outcome
from tests.e2e.test_ended_from_outside import durable

REFUSED = {"status": 403, "code": "RequestDisallowedByPolicy", "message": "not here"}


def test_the_start_of_a_migration_that_failed_asks_nothing_when_it_is_started_again_later(troubled):
    """Whoever asked has given up; with four eyes, their old wish would let one person approve what they replayed."""
    app, azure = troubled.app, troubled.azure
    image = azure.seed_image()
    azure.control.add_fault(method="PUT", path="/versions/", error=REFUSED)
    failed = app.ended(app.start(image))
    assert failed["outcome"]["kind"] == "Failed"
    kept = app.state(failed["id"]) | {"phase": "Planning", "plan": None, "outcome": None}
    purged = requests.delete(
        f"{app.host.url}/runtime/webhooks/durabletask/instances/{failed['id']}",
        params={"code": app.host.durable_key},
        timeout=30,
    )
    assert purged.status_code == 200
    assert durable(app, f"orchestrators/migrate_image/{failed['id']}", kept).status_code == 202
    assert outcome(app.ended(failed["id"])) == ("SourceKept", "QuestionSettled")
