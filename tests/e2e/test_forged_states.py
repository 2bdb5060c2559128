"""Whoever holds the Durable system key starts anything under any id: no image goes, no token leaves.


Each round takes the state of a real migration and forges some of it, the way somebody would who has read the models.
"""

import json
import random
import socket
import threading
import time
from contextlib import contextmanager

import pytest
import requests

from migration.values.outcome import Phase
from tests.e2e.conftest import running_app, running_azure
from tests.e2e.test_deletion import is_delete_of
from tests.emulator.waiting import eventually

ROUNDS = 120
PATIENCE_SECONDS = 60
KEY = "k" * 40


@contextmanager
def elsewhere():
    """Somebody else's address: notes every connection, because a token would follow."""
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                seen.append(address)
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}", seen


class Forger:
    """Speaks the Durable HTTP API with the system key."""

    def __init__(self, app, host, chance):
        self._app, self._elsewhere, self.chance = app, host, chance
        self._base = f"{app.host.url}/runtime/webhooks/durabletask"

    def post(self, path, body=None):
        answer = requests.post(
            f"{self._base}/{path}", json=body, params={"code": self._app.host.durable_key}, timeout=PATIENCE_SECONDS
        )
        assert answer.status_code < 500, f"{path}: {answer.status_code} {answer.text}"
        return answer

    def state_of(self, migration_id):
        found = self._app.instance(migration_id)["input"]
        return json.loads(found) if isinstance(found, str) else found

    def forged(self, state, others):
        """A state with some of it changed: another phase, an approval nobody gave, addresses elsewhere."""
        chance = self.chance
        changes = [
            lambda s: s.update(phase=chance.choice(list(Phase)).value),
            lambda s: s.update(phase=Phase.DELETING_SOURCE.value, promoted=True),
            lambda s: s.update(phase=Phase.PROMOTING.value, decidedAt="2026-11-25T00:00:00+00:00"),
            lambda s: s.update(approval=self._approval(s)),
            lambda s: s.update(operationUrl=chance.choice(self.urls())),
            lambda s: s.get("plan") and self.follow_elsewhere(s, chance.choice(self.urls())),
            lambda s: s.update(outcome={"kind": "Migrated", "code": "Migrated", "reason": "", "step": "Done"}),
            lambda s: s["start"].update(requesterIds=["somebody"], requestedBy="somebody"),
            lambda s: s["start"].update(signed=chance.choice([None, "forged.token", s["start"].get("signed")])),
            lambda s: s["start"].update(runs="x", run=chance.choice(["", "forged"])),
            lambda s: s["start"].update(sourceImageId=chance.choice(others)),
            lambda s: s.update(imageVersionId=f"@{self._elsewhere}/x"),
            lambda s: s.get("plan") and s["plan"].update(targetRegions=[], deleteSource="afterApproval"),
            lambda s: s.get("plan") and s["plan"]["source"].update(id=chance.choice(others), content="forged"),
            lambda s: s.get("plan") and s["plan"]["definition"].update(id=f"@{self._elsewhere}/definition"),
            lambda s: s.update(askedAt=None, expiresAt="2020-01-01T00:00:00+00:00"),
            lambda s: s.update(round=chance.randrange(5), notes=["x" * 3000], audit=[]),
        ]
        made = json.loads(json.dumps(state))
        for change in chance.sample(changes, chance.randrange(1, 6)):
            change(made)
        return made

    def follow_elsewhere(self, state, url):
        """A version that lacks a region asks its operation why."""
        lacking = {"name": "moonbase", "replicaCount": 1, "storageAccountType": "Standard_LRS"}
        state["plan"].update(targetRegions=[lacking])
        state.update(phase=Phase.REPLICATING.value, operationUrl=url)

    def urls(self):
        host = self._elsewhere
        return [f"https://{host}/op", f"http://{host}/op", f"@{host}/op", f"https://localhost:1@{host}/op"]

    def _approval(self, state):
        return {
            "decision": "approve",
            "approver": "Mallory",
            "imageVersionId": state.get("imageVersionId") or "x",
            "via": "page",
            "verified": True,
        }

    def event(self, version):
        token = self.chance.choice([None, "", "x", "0" * 32])
        body = {"decision": "approve", "approver": "Mallory", "imageVersionId": version, "callback": token}
        return self.chance.choice([body, {"look": True}, body | {"proof": "x", "round": 1}, [body], "approve", None])


@pytest.fixture(scope="module")
def estate():
    with running_azure() as azure, running_app(azure, MIGRATION_SIGNING_KEY=KEY) as app:
        asked = [app.waiting(app.start(azure.seed_image("forged"))) for _ in range(3)]
        rejected = app.waiting(app.start(azure.seed_image("rejected")))
        assert app.decide(rejected, decision="reject", comment="no").status_code == 202
        app.ended(rejected["id"])
        never = app.waiting(app.start(azure.seed_image("never"), deleteSource="never"))
        app.approve(never)
        app.ended(never["id"])
        yield app, azure, [*asked, rejected, never]


def test_no_forged_state_or_event_deletes_an_image_or_sends_a_token_elsewhere(estate):
    app, azure, migrations = estate
    sources = [migration["sourceImageId"] for migration in migrations]
    with elsewhere() as (host, seen):
        forger = Forger(app, host, random.Random(9))
        states = {migration["id"]: forger.state_of(migration["id"]) for migration in migrations}
        for number in range(ROUNDS):
            _attack(forger, forger.chance.choice(migrations), states, sources, number)
        eventually(lambda: _is_quiet(azure), PATIENCE_SECONDS)
    assert not seen, f"the app connected elsewhere: {seen}"
    assert all(azure.exists(source) for source in sources)
    assert not [call for call in azure.control.calls() if any(is_delete_of(call, source) for source in sources)]
    for migration in migrations:
        assert app.call("GET", f"migrations/{migration['id']}").status_code in {200, 404}
    assert app.call("GET", "migrations").status_code == 200
    assert app.call("GET", "images").status_code == 200


def _attack(forger, victim, states, sources, number):
    chance = forger.chance
    instance = chance.choice([victim["id"], victim["id"], f"{victim['id'][:-1]}{number % 10}", f"twin-{number}"])
    if chance.random() < 0.7:
        forger.post(f"instances/{instance}/terminate?reason=x")
    if chance.random() < 0.2:
        forger.post(f"instances/{instance}/restart")
    forger.post(f"orchestrators/migrate_image/{instance}", forger.forged(states[victim["id"]], sources))
    for _ in range(chance.randrange(3)):
        forger.post(f"instances/{instance}/raiseEvent/Approval", forger.event(victim["imageVersionId"]))
    if chance.random() < 0.2:
        forger.post(f"instances/{instance}/raiseEvent/Cancel", {"reason": "x" * 5000})


def _is_quiet(azure):
    before = len(azure.control.calls())
    time.sleep(1)  # the one thing waited for is that nothing happens
    return len(azure.control.calls()) == before


def test_a_state_that_is_no_state_leaves_every_list_readable(estate):
    app, _, migrations = estate
    forger = Forger(app, "nowhere", random.Random(1))
    for number, junk in enumerate([None, [], "x", 7, {"start": {}}, {"start": {"id": "x" * 5_000_000}}]):
        forger.post(f"orchestrators/migrate_image/migrate-junk-{number:010x}", junk)
    assert app.call("GET", "migrations").status_code == 200
    assert app.call("GET", f"migrations/{migrations[0]['id']}").status_code in {200, 404}
    assert app.call("GET", f"migrations/migrate-junk-{5:010x}").status_code == 404


@pytest.mark.parametrize("number", range(4))
def test_a_forged_operation_url_gets_no_token_and_is_named(estate, number):
    app, azure, _ = estate
    victim = app.waiting(app.start(azure.seed_image("followed")))
    with elsewhere() as (host, seen):
        forger = Forger(app, host, random.Random(number))
        forged = forger.state_of(victim["id"])
        forger.follow_elsewhere(forged, forger.urls()[number])
        forger.post(f"instances/{victim['id']}/terminate?reason=x")
        eventually(lambda: app.instance(victim["id"])["runtimeStatus"] == "Terminated")
        assert forger.post(f"orchestrators/migrate_image/{victim['id']}", forged).status_code == 202
        ended = app.ended(victim["id"])
        assert not seen
    assert ended["outcome"]["code"] == "ForeignHost", ended["outcome"]
