"""What is lost as a whole between two phases: the task hub, or the table of records. What then has to be done anew."""

import time

from migration.names import MIGRATE_IMAGE
from tests.crash.cells import PHASES, REGION, Cell, Run, answered
from tests.support.running.system_key import LONG_BEFORE, tended
from tests.support.waiting import eventually

HUB, TABLE = "the task hub", "the table of records"
_FROM = PHASES.index("Preparing")  # a start over HTTP plans at once
# A run that has not begun is scheduled again by whoever looks: of the hub, it loses nothing.
LOSSES = tuple(
    (what, phase)
    for what, first in ((HUB, _FROM + 1), (TABLE, _FROM))
    for phase in PHASES[first:]
    if phase != "Soaking"
)
PAUSE_SECONDS = 0.05
# How a run ends that loses what it lives by, and why no other way is open to it.
NAMED = {
    HUB: "its orchestration is nowhere: the clock closes it (Cancelled, Terminated); asked for again, it takes the same"
    " version",
    TABLE: "nothing admits it any more: it ends without a word, the source stays; asked for again, it takes the same"
    " version, by its tags",
}


def lose(matrix, what, phase):
    """Lose the hub or the table as a migration comes into a phase, have it asked for again, and compare its end."""
    cell = Cell("http", MIGRATE_IMAGE, "before", phase)
    run = Run(cell, f"lost-{'hub' if what == HUB else 'table'}-{PHASES.index(phase)}")  # names no phase: `about` does
    run.seed(matrix.azure)
    about = f"{run.name} {phase}"
    if what == HUB:
        matrix.app.host.fall_over_on(MIGRATE_IMAGE, "before", None, about)
    else:
        matrix.app.host.crash_worker_on(MIGRATE_IMAGE, "before", about=about)
    _start(matrix, run)
    run.stage = "going"
    while matrix.app.host.pending_crashes(about):
        run.advance(matrix.app, matrix.azure, matrix.observer)
        time.sleep(PAUSE_SECONDS)
    first = _closed(matrix, run) if what == HUB else _without_records(matrix, run)
    _asked_for_again(matrix, run)
    ended = matrix.ended(run)
    return ended._replace(cell=f"{what} is lost in {phase}", outcome=f"{first}, then {ended.outcome}")


def _start(matrix, run):
    asked = {"targetRegions": [REGION]}
    body = {"sourceImageId": run.image, **asked}
    eventually(lambda: answered(matrix.app, matrix.observer, run.image, "http", asked, "migrations", body) is not None)


def _closed(matrix, run):
    """The clock finds it missing twice; the minutes between are taken from its record."""

    def closed():
        try:
            tended(matrix.app)
        except OSError:
            return False  # the host is not there yet
        found = matrix.azure.record(run.id)["run"]
        if found["missingSince"] and found["stage"] != "ended":
            matrix.azure.change_record(run.id, run=found | {"missingSince": LONG_BEFORE})
        return found if found["stage"] == "ended" else None

    outcome = eventually(closed, 60)["outcome"]
    return f"{outcome['kind']}/{outcome['code']}"


def _without_records(matrix, run):
    matrix.azure.delete_table()
    matrix.observer.records_lost = True
    over = {"Completed", "Failed", "Terminated"}
    eventually(lambda: matrix.app.host.instance(run.id)["runtimeStatus"] in over, 60)
    assert matrix.app.call("GET", f"migrations/{run.id}").status_code == 404
    assert matrix.azure.exists(run.image)
    return "no record"


def _asked_for_again(matrix, run):
    _start(matrix, run)
    admitted = matrix.azure.record(run.id)["run"]["id"]
    eventually(lambda: (matrix.app.host.instance(run.id)["customStatus"] or {}).get("run") == admitted, 60)
    run.stage, run.asked, run.decided, run.in_doubt = "going", set(), 0, ""
    eventually(lambda: run.advance(matrix.app, matrix.azure, matrix.observer), 120)
