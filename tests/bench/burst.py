"""Many images at once, from POST to their end, each delete approved as soon as it is asked about; tells what it took.

Run by path, with the checkout to measure as its first argument: that one's app, host and emulated Azure are used, so it
imports nothing of this one, and takes only what every state of the app had.
"""

import argparse
import json
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

SPEED = 1000
PATIENCE_SECONDS = 600
LOOK_SECONDS = 0.5
CALLERS = 8
TICKS = os.sysconf("SC_CLK_TCK")


class Burst:
    """The images of one run, as somebody with a function key sees them, and the platform's own status beside it."""

    def __init__(self, host):
        self._host = host
        self._session = requests.Session()
        self._session.trust_env = False

    def run(self, images):
        """Start them all at once, approve each once it is asked about, and wait for all ends."""
        with ThreadPoolExecutor(CALLERS) as callers:
            ids = set(callers.map(self._start, images))
            asked = set()
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not self._all_over(ids, statuses := self._statuses()):
                assert time.monotonic() < deadline, {one: statuses.get(one) for one in sorted(ids)[:3]}
                waiting = {one for one in ids - asked if is_asked(statuses.get(one))}
                asked |= {one for one, told in zip(waiting, callers.map(self._approve, waiting), strict=True) if told}
                time.sleep(LOOK_SECONDS)
        assert all(statuses[one]["customStatus"]["outcome"]["kind"] == "Migrated" for one in ids), statuses
        return sorted(ids)

    def _start(self, image):
        return self._call("POST", "migrations", 202, json={"sourceImageId": image})["id"]

    def _approve(self, migration_id):
        found = self._call("GET", f"migrations/{migration_id}", 200)
        if found["waitingFor"] != "approval":
            return False
        said = {"decision": "approve", "approver": "Ada Lovelace", "imageVersionId": found["imageVersionId"]}
        self._call("POST", found["links"]["approval"], 202, json=said)
        return True

    def _call(self, method, path, status, **more):
        url = path if path.startswith("http") else f"{self._host.url}/api/{path}"
        key = {"x-functions-key": self._host.function_key}
        answer = self._session.request(method, url, headers=key, timeout=PATIENCE_SECONDS, **more)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def _statuses(self):
        """Every instance by its id, from the host alone: the worker has no part in it."""
        url = f"{self._host.url}/runtime/webhooks/durabletask/instances"
        asked = {"code": self._host.durable_key, "showInput": "false", "top": "10000"}
        return {one["instanceId"]: one for one in self._session.get(url, params=asked).json()}

    @staticmethod
    def _all_over(ids, statuses):
        return ids <= set(statuses) and {one["runtimeStatus"] for one in statuses.values()} == {"Completed"}


def is_asked(status):
    return bool(status) and (status["customStatus"] or {}).get("phase") == "AwaitingApproval"


def cpu_of(pid):
    """What a process has used of processors so far, in seconds."""
    numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / TICKS


def worker_below(pid):
    """The process that runs the app: the one below this that has no child, however it was started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    tasks = [one for path in Path(f"/proc/{pid}/task").iterdir() for one in (path / "children").read_text().split()]
    return worker_below(int((children or tasks)[0])) if children or tasks else pid


def sample(worker):
    """Have a worker that can be sampled begin, or tell; see tests/bench/sampling."""
    if os.environ.get("BENCH_SAMPLES"):
        os.kill(worker, signal.SIGUSR1)
        time.sleep(1)


def measured(checkout, count):
    """Run so many in this checkout; gives back the worker's and the host's CPU and the time, in seconds."""
    from dev.emulator import running_emulator
    from dev.emulator.seed import GALLERIES_GROUP, managed_image
    from dev.host import running_host

    with running_emulator(speed=SPEED) as emulator:
        settings = {
            **emulator.environment,
            "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
            "MIGRATION_GALLERY": f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/contoso_gallery",
            "MIGRATION_POLL_INTERVAL": "PT1S",
            "MIGRATION_MAX_IN_FLIGHT": "500",  # no cap: its pauses are not as fast as this Azure
        }
        named = [managed_image(f"burst-{number}") for number in range(count + 1)]
        first, *images = [emulator.control.put_resource(one)["id"] for one in named]
        with running_host(checkout, environment=settings) as host:
            Burst(host).run([first])  # what is imported and built once is no part of a migration
            worker = worker_below(os.getpid())
            sample(worker)
            began = time.perf_counter(), cpu_of(worker), time.process_time()
            Burst(host).run(images)
            ended = time.perf_counter(), cpu_of(worker), time.process_time()
            sample(worker)
    return dict(zip(("seconds", "worker", "host"), (b - a for a, b in zip(began, ended, strict=True)), strict=True))


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("checkout", type=Path)
    asked.add_argument("count", type=int)
    given = asked.parse_args()
    sys.path[0] = str(given.checkout.resolve())
    print(json.dumps(measured(given.checkout, given.count)))


if __name__ == "__main__":
    main()
