"""A forger with the system key, beside migrations that live: no image goes, and nothing is told that is not so.

Whatever can be done in the hub is done by chance: instances are started with any input and under any id, ended,
restarted, purged, suspended, rewound, and sent events of every kind. What is real ends as if nothing had been.
"""

import json
import random
import time
from functools import partial
from types import SimpleNamespace

import pytest
import requests

from tests.e2e.deletes import is_delete_of
from tests.support.running.app import approval, outcome
from tests.support.running.azure import TAG, definition_of, running_azure
from tests.support.running.starting import running_app_that_hears
from tests.support.running.system_key import SystemKey
from tests.support.waiting import eventually

ROUNDS = 150
PHASES = (
    "Planning",
    "Creating",
    "Replicating",
    "Verifying",
    "AwaitingApproval",
    "Promoting",
    "Soaking",
    "DeletingSource",
    "Done",
)


class Forger:
    """Does something by chance to a migration's instance, or to one beside it."""

    def __init__(self, app, seed):
        self._key, self.chance = SystemKey(app), random.Random(seed)

    def strike(self, victim, others):
        chance = self.chance
        name = chance.choice([victim["id"]] * 3 + [f"{victim['id'][:-2]}{chance.randrange(10, 99)}", "twin"])
        chance.choice([self._start, self._start, self._end, self._steer, self._say])(name, victim, others)

    def _start(self, name, victim, others):
        if self.chance.random() < 0.5:
            self._key.call("POST", f"instances/{name}/terminate", reason="x")
        self._key.start(name, self._input(victim, others))

    def _input(self, victim, others):
        chance = self.chance
        run = chance.choice([victim["run"], victim["run"], chance.choice(others)["run"], "0" * 32, ""])
        forged = {"format": chance.choice([1, 2, 3]), "run": run, "phase": chance.choice(PHASES)}
        lies = {
            "approval": approval(victim) | {"via": "page", "verified": True, "approver": "Mallory"},
            "imageVersionId": "https://somewhere.example/version",
            "outcome": {"kind": "Migrated", "code": "Migrated", "reason": "Mallory", "step": "Done"},
            "notes": ["<a href=https://somewhere.example>Mallory</a>"],
            "start": {"requestedBy": "Mallory"},
        }
        chosen = chance.sample(sorted(lies), chance.randrange(len(lies)))
        return chance.choice([forged | {name: lies[name] for name in chosen}] * 4 + [None, [forged], "x"])

    def _end(self, name, *_):
        way = self.chance.choice(["terminate", "suspend", "resume", "rewind"])
        self._key.call("POST", f"instances/{name}/{way}", reason="x")
        if way == "suspend":
            self._key.call("POST", f"instances/{name}/resume", reason="x")

    def _steer(self, name, *_):
        if self.chance.random() < 0.5:
            self._key.call("POST", f"instances/{name}/restart", restartWithNewInstanceId="false")
        else:
            self._key.call("DELETE", f"instances/{name}")

    def _say(self, name, victim, _):
        event = self.chance.choice(["Approval", "Approval", "News", "ReplicationChanged", "Other"])
        token = self.chance.choice([None, "", "x", "0" * 32])
        said = approval(victim, approver="Mallory") | {"callback": token}
        body = self.chance.choice([said, {"look": True}, [said], "approve", None])
        self._key.call("POST", f"instances/{name}/raiseEvent/{event}", body)


@pytest.fixture(scope="module")
def estate():
    with running_azure() as azure, running_app_that_hears(azure) as app:
        ended = [app.waiting(app.start(azure.seed_image("ended"))) for _ in range(2)]
        for migration in ended:
            assert app.decide(migration, decision="reject", comment="keep it").status_code == 202
        ended = [app.ended(migration["id"]) for migration in ended]
        asked = [app.waiting(app.start(azure.seed_image("asked"))) for _ in range(2)]
        yield SimpleNamespace(app=app, azure=azure, ended=ended, asked=asked)


def test_a_forger_deletes_nothing_tells_nothing_and_loses_nothing(estate):
    app, azure, migrations = estate.app, estate.azure, [*estate.ended, *estate.asked]
    before = [_told(app, one) for one in migrations]
    wished = azure.seed_image("wished")
    forger = Forger(app, 24)
    for number in range(ROUNDS):
        forger.strike(forger.chance.choice(migrations), migrations)
        if number == ROUNDS // 2:
            azure.update_tags(wished, {TAG: "default"})
    eventually(lambda: _is_quiet(azure), 60)
    sources = [one["sourceImageId"] for one in migrations]
    assert all(azure.exists(source) for source in sources)
    assert not [call for call in azure.control.calls() if any(is_delete_of(call, source) for source in sources)]
    assert [_told(app, one) for one in estate.ended] == before[: len(estate.ended)]
    for migration in estate.asked:
        assert app.call("GET", migration["links"]["self"]).json()["approval"] is None
        assert azure.versions(definition_of(migration["sourceImageId"])) == [migration["imageVersionId"]]
    everything = json.dumps([azure.rows(part) for part in ("image", "run", "list")])
    assert "somewhere.example" not in everything
    assert everything.count("Mallory") == 0
    assert app.waiting(app.started(wished)["id"])["waitingFor"] == "approval", "a wish was lost"


def _told(app, migration):
    shown = {**app.migration(migration["id"]), "updatedAt": "", "stopped": False}
    return shown, app.audit(migration)


def _is_quiet(azure):
    before = len(azure.control.calls())
    time.sleep(1)  # the one thing waited for is that nothing happens
    return len(azure.control.calls()) == before


def test_what_the_forger_left_can_still_be_decided(estate):
    """Those whose instance he ended are asked for anew; a decision counts for the run that lives, and no other."""
    app, azure = estate.app, estate.azure
    for migration in estate.asked:
        if not app.host.instance(migration["id"]) or app.migration(migration["id"])["stopped"]:
            SystemKey(app).start(migration["id"], {"run": migration["run"], "phase": "AwaitingApproval"})
            eventually(partial(_goes_on, app, migration), 20)
        found = app.migration(migration["id"])
        assert requests.codes.accepted == app.decide(found).status_code
        assert outcome(app.ended(migration["id"])) == ("Migrated", "Migrated")
        assert not azure.exists(migration["sourceImageId"])


def _goes_on(app, migration):
    return not app.migration(migration["id"])["stopped"]
