"""A small client for a sample app on a running host."""

import json
import time
from pathlib import Path

import requests

APPS = Path(__file__).parent / "apps"
PATIENCE_SECONDS = 30


class Client:
    """Requests against a running host, with its master key unless told otherwise; `key=""` sends none."""

    def __init__(self, host):
        self.host = host
        self.durable_url = f"{host.url}/runtime/webhooks/durabletask"

    def request(self, method, path, *, key=None, **more):
        key = self.host.key if key is None else key
        headers = ({"x-functions-key": key} if key else {}) | more.pop("headers", {})
        url = path if path.startswith("http") else self.host.url + path
        return requests.request(method, url, headers=headers, timeout=PATIENCE_SECONDS, allow_redirects=False, **more)

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, **more):
        return self.request("POST", path, **more)

    def start(self, orchestrator, value=None, instance_id=""):
        """Start an orchestration and give back its id."""
        response = self.post(f"{self.durable_url}/orchestrators/{orchestrator}/{instance_id}", json=value)
        assert response.status_code == 202, response.text
        return response.json()["id"]

    def status(self, instance_id, **query):
        return self.get(f"{self.durable_url}/instances/{instance_id}", params=query)

    def finished(self, instance_id):
        """The status of the instance once it has ended."""
        wait_for(lambda: self.status(instance_id).status_code != 202)
        return self.status(instance_id).json()

    def run(self, orchestrator, value=None):
        return self.finished(self.start(orchestrator, value))


def wait_for(condition):
    """The first true answer of the condition; fails after a while without one."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"did not come true within {PATIENCE_SECONDS} s")


def read_notes(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
