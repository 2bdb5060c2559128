"""Runs cells, many at once in one app, holds the invariants at every look, and compares what each left in Azure."""

import time
from contextlib import contextmanager
from typing import NamedTuple

from dev.app_events import send_events
from tests.crash.cells import Run, undisturbed
from tests.crash.states import difference, state
from tests.support.invariants.judging import violations
from tests.support.running.azure import running_azure
from tests.support.running.observing import Observer, left_of, messages_of, secrets_of, told_of
from tests.support.running.site import running_site

AT_ONCE = 12
LOOK_SECONDS = 10.0
PATIENCE_SECONDS = 600.0  # of a machine that many share


class Ended(NamedTuple):
    """How a cell ended: as the undisturbed one where `differs` is empty."""

    cell: object
    outcome: str
    differs: str
    crashes_left: int


class Matrix:
    """An app and its Azure in which cells run; `broken` are the invariants that did not hold."""

    def __init__(self, site, azure, observer):
        self.site, self.app, self.azure, self.observer = site, site.app, azure, observer
        self.broken = []
        self.pages = 0  # that were read
        self._known = {}

    def run(self, cells, at_once=AT_ONCE):
        """Run all of these, and of each story an undisturbed one; gives back how each ended."""
        runs = [Run(cell, f"crash-{number:04}") for number, cell in enumerate([*undisturbed(cells), *cells])]
        for run in runs:
            run.seed(self.azure)
        waiting, going, looked = list(runs), [], time.monotonic()
        while waiting or going:
            while waiting and len(going) < at_once:
                going.append((waiting.pop(0), time.monotonic()))
            going = [(run, since) for run, since in going if not self._is_over(run, since)]
            if time.monotonic() - looked > LOOK_SECONDS:
                self._look()
                looked = time.monotonic()
            time.sleep(0.05)
        return self._compared(runs)

    def _is_over(self, run, since):
        assert time.monotonic() - since < PATIENCE_SECONDS, f"{run.cell} is stuck: {self.app.host.instance(run.id)}"
        return run.advance(self.app, self.azure, self.observer)

    def _look(self):
        self.broken += violations(self.observer.scene(), at_end=False)

    def _compared(self, runs):
        told = {one.source_id: one for one in self._judged(runs)}
        azure = self.observer.scene().azure
        for run in runs:
            if not run.cell.moment:
                self._known[run.cell.start, run.cell.story] = _end(azure, run, told)
        return [self._ended(run, azure, told) for run in runs if run.cell.moment]

    def ended(self, run):
        """How one ended that was run by itself, compared with the undisturbed in Azure alone: its audit tells more."""
        told = {one.source_id: one for one in self._judged([run])}
        own = _end(self.observer.scene().azure, run, told)
        known = self._known[run.cell.start, run.cell.story]
        return Ended(run.cell, own["outcome"], difference(known["azure"], own["azure"]), 0)

    def _judged(self, runs):
        """Ask the app about everything, and hold every invariant."""
        images, boxes = [run.image for run in runs], [self.site.ada, self.site.team]
        pages = {run.image: self._page(run) for run in runs}
        told = told_of(self.app, images, {image: page for image, page in pages.items() if page})
        self.pages += sum(bool(one.page_text) for one in told)
        left = left_of(self.app, self.observer.scene().azure, images)
        scene = self.observer.scene(told, messages_of(boxes), secrets_of(self.app, boxes), left)
        self.broken += violations(scene, at_end=True)
        return told

    def _page(self, run):
        links = self.site.ada.links(run.name)
        return links[-1] if links else None

    def _ended(self, run, azure, told):
        left = self.app.host.pending_crashes(run.about)
        own = _end(azure, run, told)
        return Ended(run.cell, own["outcome"], difference(self._known[run.cell.start, run.cell.story], own), left)


def _end(azure, run, told):
    """What is compared: what is in Azure, how it is told to have ended, and what the audit tells, but of telling."""
    detail, audit = told[run.image.lower()].detail, told[run.image.lower()].audit
    entries = [one["event"] for one in audit["entries"] if one["occasion"] is None]
    for _ in range(entries.count("asked again") - 1):  # whoever got no answer has asked twice, and both are told
        again = entries.index("asked again")
        del entries[again : again + 2]
    shown = f"{detail['outcome']['kind']}/{detail['outcome']['code']}"
    return {"azure": state(azure, run.name), "outcome": shown, "audit": entries}


@contextmanager
def running_matrix():
    with running_azure() as azure:
        observer = Observer(azure)
        with running_site(azure, MIGRATION_POLL_INTERVAL="PT0.2S") as site:
            send_events(azure.control, site.app.host.event_grid_url("image_tagged"))
            yield Matrix(site, azure, observer)
