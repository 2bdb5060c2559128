"""What the holder of the system key takes out of the hub does not stay in the list as alive."""

import requests

from tests.e2e.test_ended_from_outside import terminated


def test_a_migration_purged_from_outside_is_not_listed_as_running(app, azure, waiting):
    terminated(app, waiting)
    url = f"{app.host.url}/runtime/webhooks/durabletask/instances/{waiting['id']}"
    assert requests.delete(url, params={"code": app.host.durable_key}, timeout=30).status_code == 200
    listed = app.call("GET", "migrations?top=500").json()["migrations"]
    shown = next(one for one in listed if one["id"] == waiting["id"])
    assert (shown["phase"], shown["waitingFor"]) == ("Done", None)
