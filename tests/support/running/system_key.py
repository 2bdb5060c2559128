"""What whoever holds the Durable system key can do: start, end, restart, purge and rewind instances, with any input."""

from datetime import UTC, datetime

import requests

from tests.support.running.app import PATIENCE_SECONDS
from tests.support.waiting import eventually

LONG_BEFORE = "2020-01-01T00:00:00+00:00"


class SystemKey:
    """The platform's own API of the task hub."""

    def __init__(self, app):
        self._app = app
        self._base = f"{app.host.url}/runtime/webhooks/durabletask"

    def call(self, method, path, body=None, **query):
        query = {"code": self._app.host.durable_key, **query}
        answer = requests.request(method, f"{self._base}/{path}", json=body, params=query, timeout=PATIENCE_SECONDS)
        assert answer.status_code < 500, f"{path}: {answer.status_code} {answer.text}"
        return answer

    def start(self, instance_id, content):
        """Start the orchestrator of migrations with any input."""
        return self.call("POST", f"orchestrators/migrate_image/{instance_id}", content)

    def terminate(self, instance_id):
        """End an instance; gives back once it has ended."""
        self.call("POST", f"instances/{instance_id}/terminate", reason="stop")
        eventually(lambda: self._app.instance(instance_id)["runtimeStatus"] == "Terminated")

    def restart(self, instance_id):
        return self.call("POST", f"instances/{instance_id}/restart", restartWithNewInstanceId="false")

    def purge(self, instance_id):
        assert self.call("DELETE", f"instances/{instance_id}").status_code == 200
        eventually(lambda: self._app.find_instance(instance_id) is None)

    def run_out(self, instance_id):
        """Wait until an instance is over, whatever it did."""
        over = {"Completed", "Failed", "Terminated"}
        return eventually(
            lambda: found if (found := self._app.instance(instance_id))["runtimeStatus"] in over else None
        )


def tended(app):
    """Have the clock look after what is under way, as it does between two sweeps."""
    now = datetime.now(UTC).isoformat()
    app.azure.put_rows([{"PartitionKey": "turn", "RowKey": turn, "at": now} for turn in ("sweep", "forget")])
    url, key = f"{app.host.url}/admin/functions/keep_house", {"x-functions-key": app.host.key}
    assert requests.post(url, json={}, headers=key, timeout=PATIENCE_SECONDS).status_code == 202


def keep_house(app, azure):
    """Run what the clock would run, as if it had not been done for long."""
    turns = [row | {"at": LONG_BEFORE} for row in azure.rows("turn")]
    azure.put_rows([{"PartitionKey": "turn", "RowKey": "forget", "at": LONG_BEFORE}, *turns])
    url, key = f"{app.host.url}/admin/functions/keep_house", {"x-functions-key": app.host.key}
    assert requests.post(url, json={}, headers=key, timeout=PATIENCE_SECONDS).status_code == 202


def forgotten(app, azure, migration):
    """Gone from the hub and from the list, once it is old enough for that."""

    def gone():
        keep_house(app, azure)
        return app.find_instance(migration["id"]) is None

    eventually(gone, timeout_seconds=20)
    eventually(lambda: migration["id"] not in str(app.call("GET", "migrations").json()))


def closed_by_the_clock(app, azure, migration_id):
    """The migration once the clock has missed it twice, minutes apart: the minutes are taken from its record."""

    def missed():
        tended(app)
        return azure.record(migration_id)["run"]["missingSince"]

    eventually(missed, 20)
    run = azure.record(migration_id)["run"]
    azure.change_record(migration_id, run=run | {"missingSince": LONG_BEFORE})

    def closed():
        tended(app)
        return azure.record(migration_id)["run"]["stage"] == "ended"

    eventually(closed, 20)
    return app.migration(migration_id)
