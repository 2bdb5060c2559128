"""Counts what one migration asks of Resource Manager, step by step, in the app itself on the emulated Azure."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import requests

from dev.emulator import running_emulator
from dev.emulator.seed import GALLERIES_GROUP, managed_image
from dev.emulator.wishes.rate_limits import policy_of
from dev.host import RunningHost, running_host

ROOT = Path(__file__).parents[2]
SPEED = 1000
PATIENCE_SECONDS = 120
KINDS = {"GET": "reads", "DELETE": "deletes"}
LISTS_OF_VERSIONS = "ListGalleryImageVersionsInGalleryImage"
FIRST_OF_A_SURVEY = "ListGalleryInSubscription"
LOOK = "GetGalleryImageVersion"


class Call(NamedTuple):
    """`kind` is what Resource Manager counts it as; `policy` that of Microsoft.Compute, None where none is recorded."""

    kind: str
    policy: str | None


SURVEY = Call(
    "survey", None
)  # of all versions, to see which need the source; shared by migrations that need it at once

type Step = tuple[Call, ...]


class Steps(NamedTuple):
    """Up to the version's creation, one look at its replication, and from verification to the end."""

    before: list[Step]
    look: Step
    after: list[Step]


def count_steps() -> Steps:
    """Run one migration from POST to the delete; its steps are what it asks between two readings of its record."""
    with running_emulator(speed=SPEED) as emulator:
        gallery = f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/contoso_gallery"
        told = {
            **emulator.environment,
            "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
            "MIGRATION_GALLERY": gallery,
            "MIGRATION_POLL_INTERVAL": "PT1S",
        }
        image = emulator.control.put_resource(managed_image("counted"))["id"]
        with running_host(ROOT, environment=told) as host:
            migration_id = _call(host, "POST", "migrations", {"sourceImageId": image})["id"]
            _approve(host, migration_id)
            _until_over(host)
        made = [(call["at"], _call_of(call)) for call in emulator.control.calls()]
        reads = [call["at"] for call in emulator.control.storage_calls() if _reads_record(call)]
    return _sorted(list(_between(made, reads)))


def _reads_record(call: Mapping[str, Any]) -> bool:
    return call["method"] == "GET" and "(PartitionKey='image'" in call["path"]


def _call_of(call: Mapping[str, Any]) -> Call:
    policy = policy_of(call["method"], call["path"], call["apiVersion"] or "")
    return Call(KINDS.get(call["method"], "writes"), policy)


def _between(made: list[tuple[str, Call]], reads: list[str]) -> Iterator[Step]:
    for begin, end in zip(["", *reads], [*reads, "~"], strict=True):
        calls = [call for at, call in made if begin <= at < end]
        if calls:
            yield tuple(_with_survey(calls))


def _with_survey(calls: list[Call]) -> Iterator[Call]:
    """What a survey takes follows from the estate, so it stands for itself."""
    within = False
    for call in calls:
        if call.policy == FIRST_OF_A_SURVEY:
            within = True
            yield SURVEY
        within = within and (call.policy or "").startswith("List")
        if not within:
            yield call


def _sorted(steps: list[Step]) -> Steps:
    made = next(
        number for number, step in enumerate(steps) if Call("writes", "CreateUpdateGalleryImageVersion") in step
    )
    look = (Call("reads", LOOK),)
    rest = steps[made + 1 :]
    while rest[0] == look:
        rest = rest[1:]
    return Steps(steps[: made + 1], look, rest)


def _approve(host: RunningHost, migration_id: str) -> None:
    found = _until(host, migration_id, lambda found: found["waitingFor"] == "approval")
    said = {"decision": "approve", "approver": "Ada Lovelace", "imageVersionId": found["imageVersionId"]}
    _call(host, "POST", f"migrations/{migration_id}/approval", said)


def _until(host: RunningHost, migration_id: str, condition: Any) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition(found := _call(host, "GET", f"migrations/{migration_id}")):
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    return found


def _until_over(host: RunningHost) -> None:
    """Wait until nothing is left to be done: what follows the outcome asks Azure, too."""
    asked = {"code": host.durable_key, "runtimeStatus": "Running,Pending,ContinuedAsNew"}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while found := _sent(host, "GET", "runtime/webhooks/durabletask/instances", params=asked):
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


def _call(host: RunningHost, method: str, path: str, body: Any = None) -> dict[str, Any]:
    key = {"x-functions-key": host.function_key}
    return dict(_sent(host, method, f"api/{path}", json=body, headers=key))


def _sent(host: RunningHost, method: str, path: str, **more: Any) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(method, f"{host.url}/{path}", timeout=PATIENCE_SECONDS, **more)
    answer.raise_for_status()
    return answer.json()
