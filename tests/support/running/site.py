"""A running app with everyone an approval concerns: Ada and a team who get links, their boss, and the API's callers."""

import json
import re
from contextlib import ExitStack, contextmanager

import requests

from dev.host import running_host
from dev.laptop import free_port
from migration.approval.link import digest_of
from migration.values.ids import instance_id_for
from tests.support.running.app import App
from tests.support.running.mailboxes import ADA, parts_of, running_mailboxes
from tests.support.running.starting import APP_DIR, InAdvance, app_environment
from tests.support.running.visitors import PATIENCE_SECONDS
from tests.support.waiting import eventually


def as_told(migration):
    """What the API says of it, but for the time of its last change, which sending a notification is too."""
    return {name: value for name, value in migration.items() if name != "updatedAt"}


class Site:
    """The app, Azure behind it, and the mailboxes."""

    def __init__(self, app, azure, mailboxes, started_by):
        self.app, self.azure = app, azure
        self.ada, self.team, self.boss = mailboxes
        self._stock = InAdvance(lambda: self._start(started_by, "asked"), self.asked)

    def waiting(self):
        """A migration that asks for approval."""
        return self._stock.take()

    def asked(self, migration_id):
        """The migration once its question is open and everyone has been told."""
        found = as_told(self.app.waiting(migration_id))
        self.ada.link(found["imageVersionId"])
        self.team.link(found["imageVersionId"])
        eventually(lambda: not self.azure.record(migration_id)["run"]["owed"])
        return found

    def ask_again(self, migration, identity=None):
        """Have it asked anew; gives back the migration once everyone has the new question's link."""
        boxes, version = (self.ada, self.team), migration["imageVersionId"]
        before = [len(box.links(version)) for box in boxes]
        answer = self.app.call("POST", migration["links"]["askAgain"], identity=identity)
        assert answer.status_code == 202, answer.text
        eventually(lambda: all(len(box.links(version)) > had for box, had in zip(boxes, before, strict=True)), 20)
        return self.asked(migration["id"])

    def start_as(self, identity, name="asked"):
        """A migration that a signed-in user asked for, once it asks for approval."""
        return self.asked(self._start(identity, name))

    def _start(self, identity, name):
        image = self.azure.seed_image(name)
        answer = self.app.call("POST", "migrations", {"sourceImageId": image}, identity=identity)
        assert answer.status_code == 202, answer.text
        return instance_id_for(image)

    def hold_while_promoting(self, migration):
        """Keep its approval from being carried out; gives back what ends that. Azure throttles, as it well may."""
        path = re.escape(migration["imageVersionId"])
        throttled = {"throttle": "compute", "retryAfterSeconds": 1, "times": None}
        return self.azure.control.add_fault(method="PUT", path=f"{path}$", **throttled)["id"]

    @contextmanager
    def held_while_promoting(self, migration):
        self.hold_while_promoting(migration)
        yield
        self.azure.control.remove_faults()

    def link(self, migration):
        """Ada's own link."""
        return self.ada.link(migration["imageVersionId"])

    def team_link(self, migration):
        """The team's, which names nobody."""
        return self.team.link(migration["imageVersionId"])

    def migration(self, migration):
        return as_told(self.app.migration(migration["id"]))

    def opinion(self, migration, **changes):
        """The body of a decision through the API."""
        said = {"decision": "reject", "approver": "Ada", "imageVersionId": migration["imageVersionId"], "comment": "no"}
        return said | changes

    def raise_opinion(self, migration, **changes):
        """Send a decision as an event, with the question's callback token unless `changes` say otherwise."""
        body = self.opinion(migration, callback=migration["callback"]) | changes
        return self.app.raise_event(migration["id"], "Approval", json.dumps(body))

    def audit(self, migration):
        return self.app.audit(migration)["entries"]

    def here(self, link):
        """A link that was sent by this app before it was started again, at the address that it has now."""
        return f"{self.app.host.url}/api/{link.partition('/api/')[2]}"

    def resume(self, migration):
        """Have the task hub of this app, which knows nothing of earlier ones, go on with a run where its record is."""
        run = self.azure.record(migration["id"])["run"]
        url = f"{self.app.host.url}/runtime/webhooks/durabletask/orchestrators/migrate_image/{migration['id']}"
        hint, key = {"run": run["id"], "phase": run["phase"]}, {"code": self.app.host.durable_key}
        assert requests.post(url, json=hint, params=key, timeout=PATIENCE_SECONDS).status_code == 202

    def links_on_record(self, migration):
        """What the record holds of the links that were sent: no token among it."""
        return self.azure.record(migration["id"])["run"]["links"]

    def change_link(self, migration, link, **changes):
        """Have the record say something else of a link."""
        run = self.azure.record(migration["id"])["run"]
        digest = digest_of(parts_of(link)[1])
        links = [known | changes if known["token"] == digest else known for known in run["links"]]
        self.azure.change_record(migration["id"], run=run | {"links": links})

    def accept_only(self, migration):
        """Have its question as one asked while a setting had locked the source."""
        eventually(lambda: not self.azure.record(migration["id"])["run"]["owed"])
        run = self.azure.record(migration["id"])["run"]
        question = run["question"] | {"allows": ["accept", "reject"]}
        self.azure.change_record(migration["id"], run=run | {"question": question})
        return self.migration(migration)


class SiteApp(App):
    """The API's callers, signed in or not, and pages of other sites that would be."""

    def call(self, method, path, body=None, *, identity=None, **more):
        if identity is None:
            return super().call(method, path, body, **more)
        headers = {"x-functions-key": self.host.function_key, **identity}
        url = path if path.startswith("http") else f"{self.host.url}/api/{path}"
        return requests.request(method, url, json=body, headers=headers, timeout=PATIENCE_SECONDS)

    def send(self, path, content, headers):
        """POST any content with a function key in the address, which a form of any site can do."""
        url = path if path.startswith("http") else f"{self.host.url}/api/{path}"
        key = {"code": self.host.function_key}
        return requests.post(url, content, params=key, headers=headers, timeout=PATIENCE_SECONDS)


@contextmanager
def running_site(azure, *, started_by=None, team="", mailboxes=None, **settings):
    """`started_by` are the headers of who starts the migrations; else the holder of a function key does.

    `team` is what stands before the team's address: nothing, or the name of a role.
    """
    with ExitStack() as stack:
        ada, box, boss = mailboxes or stack.enter_context(running_mailboxes())
        port = free_port()
        told = {
            "MIGRATION_POLL_INTERVAL": "PT0.5S",
            "MIGRATION_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "MIGRATION_NOTIFY": f"{ADA}={ada.address} {team}{box.address}?format=markdown",
            "MIGRATION_ESCALATE": f"boss@contoso.com={boss.address}",
        }
        environment = app_environment(azure, **told | settings)
        host = stack.enter_context(running_host(APP_DIR, environment=environment, port=port))
        yield Site(SiteApp(host, azure), azure, [ada, box, boss], started_by)
