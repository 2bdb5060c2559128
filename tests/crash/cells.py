"""One migration of the matrix: how it starts, where the worker dies in it, and what people do on the way."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace

import requests

from dev.emulator.seed import managed_image
from migration.course import steps
from migration.names import MIGRATE_IMAGE, TELL_PEOPLE
from migration.values.ids import instance_id_for
from migration.values.outcome import Phase
from tests.support.running.azure import TAG
from tests.support.steps import OF_AN_IMAGE

MOMENTS = ("before", "during", "after")
STARTS = {"tag": "image_tagged", "http": "start_migration", "ask-again": "ask_again", "sweep": "sweep_now"}
APPROVAL = "approve_migration"
_BEFORE_ASKING = {
    *(steps.PLAN_MIGRATION.name, steps.ENSURE_GALLERY.name, steps.ENSURE_IMAGE_DEFINITION.name),
    steps.CREATE_IMAGE_VERSION.name,
}
PHASES = tuple(phase.value for phase in Phase if phase is not Phase.DONE)
_PHASES_BEFORE_ASKING = {"Planning", "Preparing", "Creating", "Replicating"}
REGION = "westus2"
HIDDEN = timedelta(seconds=2)  # what a dead host had taken, in place of five minutes
ADA = "Ada Lovelace"
NO_ANSWER = {500, 503}  # its worker has died, or its store was too slow: it may have taken effect


@dataclass(frozen=True)
class Cell:
    """Where the worker dies: as `function` (of an orchestration in `phase`) runs for a migration started so; at one
    `moment`, or at several, by commas.

    Without a function it dies nowhere: what the others are compared with.
    """

    start: str
    function: str = ""
    moment: str = ""
    phase: str = ""
    host: bool = False

    @property
    def story(self):
        """What happens besides: most are approved; a step that only a soak or a cancel has needs one."""
        if self.function == steps.CANCEL_RUN.name:
            return "cancelled"
        return "soaked" if self.function == steps.LOOK_AT_SOAK.name or self.phase == "Soaking" else "approved"

    @property
    def is_on_its_way(self):
        """Whether a migration that starts so comes there at all: a request is planned as it is made, and what is asked
        again has been made before.
        """
        if self.start == "http" and (self.function == steps.PLAN_MIGRATION.name or self.phase == "Planning"):
            return False
        if self.start != "ask-again":
            return self.function not in {name for start, name in STARTS.items() if start != self.start}
        is_before = self.function in _BEFORE_ASKING or self.phase in _PHASES_BEFORE_ASKING
        return not is_before and self.function not in {"image_tagged", "start_migration", "sweep_now"}

    def __str__(self):
        who = "the host, " if self.host else ""
        where = f"{who}{self.moment} {self.function}{f' in {self.phase}' if self.phase else ''}"
        return f"{self.start}, {self.story}: {where if self.function else 'undisturbed'}"


def every_cell(starts=tuple(STARTS), moments=MOMENTS):
    """Every step and every phase of an orchestration, at every moment, for every way to start."""
    functions = [(name, "") for name in (*STARTS.values(), *OF_AN_IMAGE, APPROVAL, TELL_PEOPLE)]
    functions += [(MIGRATE_IMAGE, phase) for phase in PHASES]
    cells = [Cell(start, name, moment, phase) for start in starts for name, phase in functions for moment in moments]
    return [cell for cell in cells if cell.is_on_its_way]


def host_cells(starts=tuple(STARTS), moments=("before", "after")):
    """The whole host, and not the worker alone, dies in each phase."""
    places = [(phase, when) for phase in PHASES for when in moments]
    cells = [Cell(start, MIGRATE_IMAGE, when, phase, host=True) for start in starts for phase, when in places]
    return [cell for cell in cells if cell.is_on_its_way]


def undisturbed(cells):
    return [Cell(start, *where) for start, where in sorted({(cell.start, _same_story(cell)) for cell in cells})]


def _same_story(cell):
    """A place in which nothing dies, of the same story."""
    of_story = {"cancelled": steps.CANCEL_RUN.name, "soaked": steps.LOOK_AT_SOAK.name, "approved": ""}
    return (of_story[cell.story],)


@dataclass
class Run:
    """A cell under way. `advance` does what can be done now, and never waits for the app's own pace."""

    cell: Cell
    name: str
    image: str = ""
    stage: str = "new"
    crashes: int = 0
    asked: set = field(default_factory=set)
    decided: int = 0
    is_tagged: bool = False
    in_doubt: str = ""  # until when it could be decided, where the answer to a decision was lost

    @property
    def id(self):
        return instance_id_for(self.image)

    def seed(self, azure):
        self.image = azure.control.put_resource(managed_image(self.name))["id"]

    def advance(self, app, azure, observer):
        """Take the next step, if it is time for one; tells whether the migration is over."""
        getattr(self, f"_{self.stage}")(app, azure, observer)
        return self.stage == "over"

    def _tags(self):
        soak = "; soak=PT1S" if self.cell.story == "soaked" else ""
        return {TAG: "default", f"{TAG}-options": f"regions={REGION}{soak}"}

    def _request(self):
        soak = {"soak": "PT1S"} if self.cell.story == "soaked" else {}
        return {"targetRegions": [REGION], **soak}

    def _arm(self, app):
        if self.cell.moment and not self.crashes:
            for moment in self.cell.moment.split(","):
                self._die(app, moment)
            self.crashes = 1

    @property
    def about(self):
        """Which invocation is meant; a sweep is about no image in particular."""
        return f"{self.name} {self.cell.phase}".strip() if self.cell.function != "sweep_now" else ""

    def _die(self, app, moment):
        if self.cell.host:
            app.host.fall_over_on(self.cell.function, moment, HIDDEN, self.about)
        else:
            app.host.crash_worker_on(self.cell.function, moment, about=self.about)

    def _new(self, app, azure, observer):
        if self.cell.start != "ask-again":
            self._arm(app)
        if self.cell.start == "tag":
            tags = self._tags()
            observer.starts(self.image, "tag", tags | {"options": tags[f"{TAG}-options"]})
            azure.update_tags(self.image, tags)
        elif self.cell.start == "sweep":
            if not self.is_tagged:  # of which no event tells
                observer.starts(self.image, "tag", self._tags() | {"options": self._tags()[f"{TAG}-options"]})
                azure.control.put_resource(managed_image(self.name, tags=self._tags()))
                self.is_tagged = True
            if answered(app, observer, self.image, "sweep", {}, "sweep", {}) is None:
                return
        else:
            body = {"sourceImageId": self.image, **self._request()}
            if answered(app, observer, self.image, "http", self._request(), "migrations", body) is None:
                return
        self.stage = "first" if self.cell.start == "ask-again" else "going"

    def _first(self, app, azure, observer):
        """What is asked again has been rejected before."""
        if self._decide_if_asked(app, azure, observer, "reject"):
            self.stage = "rejected"

    def _rejected(self, app, _azure, _observer):
        if self._is_done(app):
            self._arm(app)
            self.decided, self.asked = 0, set()
            self.stage = "asking"

    def _asking(self, app, _azure, observer):
        path = f"migrations/{self.id}/ask-again"
        if answered(app, observer, self.image, "ask-again", {}, path, {}) is not None:
            self.stage = "going"

    def _going(self, app, azure, observer):
        if self.cell.story == "cancelled":
            if shown := self._question(app):
                body = json.dumps({"reason": "wrong image"})
                observer.decides(shown, ADA, "cancel", lambda: app.raise_event(self.id, "Cancel", body))
                self.stage = "ending"
            return
        decisions = ["accept", "approve"] if self.cell.story == "soaked" else ["approve"]
        if self._decide_if_asked(app, azure, observer, decisions[self.decided]):
            self.decided += 1
            self.stage = "ending" if self.decided == len(decisions) else "going"

    def _ending(self, app, _azure, _observer):
        if self._is_done(app):
            self.stage = "over"

    def _status(self, app):
        return (app.host.instance(self.id) or {}).get("customStatus") or {}

    def _question(self, app):
        """How it stands, where it asks a question that was not answered yet; fails where it ends without one."""
        shown = self._status(app)
        if not self.in_doubt and (self.cell.start != "ask-again" or self.stage == "first"):
            assert shown.get("phase") != "Done", f"{self.cell} ended too early: {shown}"
        asks = shown.get("phase") == "AwaitingApproval" and shown.get("expiresAt")
        return shown if asks and shown["expiresAt"] not in self.asked else None

    def _decide_if_asked(self, app, azure, observer, decision):
        """Tell whether it is decided. Whoever gets no answer, or answers what is just being asked anew, decides again,
        until the record says that they have.
        """
        shown = self._question(app)
        if not shown:
            return bool(self.in_doubt) and self._has_counted(azure) and self._is_decided(self.in_doubt)
        said = {"decision": decision, "approver": ADA, "imageVersionId": shown["imageVersionId"]}
        if self.decided:  # after a soak, an answer names its question
            said["callback"] = azure.record(self.id)["run"]["question"]["callback"]
        path = f"migrations/{self.id}/approval"
        answer = observer.decides(shown, ADA, decision, lambda: sent(app, path, said))
        if answer.status_code == 202 or (answer.status_code == 409 and self._has_counted(azure)):
            return self._is_decided(shown["expiresAt"])
        assert answer.status_code in {409, *NO_ANSWER}, f"{self.cell}: {decision} was answered {answer}: {answer.text}"
        self.in_doubt = shown["expiresAt"]
        return False

    def _has_counted(self, azure):
        """Whether the record has one decision more than this has been told of."""
        return len(azure.record(self.id)["run"].get("decisions", [])) > self.decided

    def _is_decided(self, expires_at):
        """Ask about this question no more."""
        self.asked.add(expires_at)
        self.in_doubt = ""
        return True

    def _is_done(self, app):
        found = app.host.instance(self.id) or {}
        return found.get("runtimeStatus") == "Completed" and self._status(app).get("phase") == "Done"


def answered(app, observer, image, how, request, path, body):
    """Ask until there is an answer, as whoever gets a 5xx does; None as long as there is none."""
    answer = observer.starts(image, how, request, lambda: sent(app, path, body))
    return answer if answer.status_code not in NO_ANSWER else None


def sent(app, path, body):
    """The answer, as somebody gets it who sends this to an app that may be dead: then as if it had failed."""
    try:
        return app.call("POST", path, body)
    except requests.ConnectionError:
        return SimpleNamespace(status_code=500, headers={}, text="")
