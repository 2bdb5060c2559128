"""The running app as its users see it: the HTTP API, and the platform's own callback for external events."""

import json
from http.cookiejar import DefaultCookiePolicy

import requests

from migration.values.ids import instance_id_for
from tests.support.waiting import eventually

PATIENCE_SECONDS = 120  # only a failure takes that long, however busy the machine is
NO_COOKIES = DefaultCookiePolicy(allowed_domains=[])  # a caller of an API keeps none
PROBLEM = "application/problem+json"


class App:
    """Requests with a function key. No answer may hold a key or a Durable management URL: checked on every one."""

    def __init__(self, host, azure):
        self.host = host
        self.azure = azure
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(NO_COOKIES)
        self.secrets = [host.key, host.function_key, host.durable_key, "/runtime/webhooks"]

    def call(self, method, path, body=None, *, key=True, **more):
        url = path if path.startswith("http") else f"{self.host.url}/api/{path}"
        headers = {"x-functions-key": self.host.function_key} if key else {}
        answer = self._session.request(
            method, url, json=body, headers=headers, timeout=PATIENCE_SECONDS, allow_redirects=False, **more
        )
        shown = f"{answer.text} {answer.headers}"
        assert not [secret for secret in self.secrets if secret in shown], f"{method} {path} shows a secret: {shown}"
        return answer

    def start(self, image_id, **request):
        """Start a migration over HTTP; gives back its id."""
        answer = self.call("POST", "migrations", {"sourceImageId": image_id, **request})
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    def plan(self, image_id, **request):
        return self.call("POST", "migrations/plan", {"sourceImageId": image_id, **request})

    def find(self, image_id):
        """The migration of an image, None where none was ever started."""
        answer = self.call("GET", f"migrations/{instance_id_for(image_id)}")
        assert answer.status_code in {200, 404}, answer.text
        return answer.json() if answer.status_code == 200 else None

    def migration(self, migration_id):
        answer = self.call("GET", f"migrations/{migration_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def started(self, image_id):
        """The migration of an image, once there is one."""
        eventually(lambda: self.host.instance(instance_id_for(image_id)), timeout_seconds=10)
        return eventually(lambda: self.find(image_id), timeout_seconds=10)

    def until(self, migration_id, phase):
        """The migration once it is in this phase; fails at once if it ends before."""
        self._reach(migration_id, phase)
        found = self.migration(migration_id)
        assert found["phase"] == phase, f"not {phase} any more: {found}"
        return found

    def waiting(self, migration_id):
        """The migration once it was asked whether it may delete its source."""
        self._reach(migration_id, "AwaitingApproval", lambda status: status["expiresAt"])
        return eventually(lambda: found if (found := self.migration(migration_id))["waitingFor"] else None)

    def status_where(self, migration_id, condition):
        """Its status as the platform shows it, once the condition holds: a hundredth of the cost of asking the app."""

        def found():
            status = (self.host.instance(migration_id) or {}).get("customStatus")
            return status if status and condition(status) else None

        return eventually(found, PATIENCE_SECONDS)

    def _reach(self, migration_id, phase, is_there=lambda status: True):
        """Wait for the phase by the platform's status; fails at once if it ends before.

        The platform may still show the end of an earlier run of the image: the record says which one was admitted.
        """
        run = self.azure.record(migration_id)["run"]["id"]

        def reached(status):
            nonlocal run
            if status["run"] != run:
                run = self.azure.record(migration_id)["run"]["id"]
                return False
            assert status["phase"] in {phase, *PHASES_BEFORE[phase]}, f"not {phase} any more: {status}"
            return status["phase"] == phase and is_there(status)

        self.status_where(migration_id, reached)

    def audit(self, migration):
        """Who did what, of this run and the earlier ones; telling people left out, which may come at any time."""
        answer = self.call("GET", f"migrations/{migration['id']}/audit")
        assert answer.status_code == 200, answer.text
        told = answer.json()
        earlier = [run | {"audit": but_telling(run["audit"])} for run in told["earlier"]]
        return told | {"entries": but_telling(told["entries"]), "earlier": earlier}

    def has_changed(self, migration):
        """Whether a migration is another now than it was; being looked at or told about is no change."""
        now = self.migration(migration["id"])
        return {**now, "updatedAt": ""} != {**migration, "updatedAt": ""}

    def ended(self, migration_id):
        """The migration once all of it is over, notifications and records included."""
        self._reach(migration_id, "Done")
        eventually(lambda: self.host.instance(migration_id)["runtimeStatus"] == "Completed")
        return self.migration(migration_id)

    def decide(self, migration, **changes):
        """POST an approval of the migration's version, changed as told; gives back the answer."""
        return self.call("POST", migration["links"]["approval"], approval(migration, **changes))

    def approve(self, migration, **changes):
        assert self.decide(migration, **changes).status_code == 202

    def approve_and_end(self, migration_id):
        """Approve once asked; gives back the ended migration."""
        self.approve(self.waiting(migration_id))
        return self.ended(migration_id)

    def approve_by_event(self, migration, **changes):
        """Approve as automation does that has the question's token."""
        said = approval(migration, **{"callback": migration["callback"], **changes})
        assert self.raise_event(migration["id"], "Approval", json.dumps(said)).status_code == 202

    def raise_event(self, migration_id, event, content):
        """The platform's callback: `content` is the body as sent, to anyone who holds the system key."""
        url = f"{self.host.url}/runtime/webhooks/durabletask/instances/{migration_id}/raiseEvent/{event}"
        headers = {"Content-Type": "application/json"}
        key = {"code": self.host.durable_key}
        return requests.post(url, content, params=key, headers=headers, timeout=PATIENCE_SECONDS)

    def find_instance(self, migration_id, **more):
        """The orchestration behind a migration, as the platform shows it; None where there is none."""
        url = f"{self.host.url}/runtime/webhooks/durabletask/instances/{migration_id}"
        answer = requests.get(url, params={"code": self.host.durable_key} | more, timeout=PATIENCE_SECONDS)
        return answer.json() if answer.status_code != 404 else None

    def instance(self, migration_id):
        found = self.find_instance(migration_id)
        assert found is not None, f"no instance {migration_id}"
        return found

    def state(self, migration_id):
        """The input of the orchestration, as the holder of the system key reads it."""
        found = self.instance(migration_id)["input"]
        return json.loads(found) if isinstance(found, str) else found


PHASES = (
    "Planning",
    "Preparing",
    "Creating",
    "Replicating",
    "Verifying",
    "AwaitingApproval",
    "Promoting",
    "DeletingSource",
    "Done",
)
PHASES_BEFORE = {phase: PHASES[:index] for index, phase in enumerate(PHASES)}
PHASES_BEFORE["Done"] += ("Soaking",)  # where the plan has a soak


def approval(migration, **changes):
    """The body of a decision. As an event from outside it needs the question's `callback`, too."""
    said = {"decision": "approve", "approver": "Ada Lovelace", "imageVersionId": migration["imageVersionId"]}
    return said | changes


def but_telling(entries):
    """The entries of an audit but those of telling people, which goes its own way and may come at any time."""
    return [entry for entry in entries if entry["occasion"] is None]


def outcome(migration):
    return migration["outcome"]["kind"], migration["outcome"]["code"]
