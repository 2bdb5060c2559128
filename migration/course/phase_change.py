"""The one log line of a phase change: JSON on a single line, so that a query can take it apart. Names nobody."""

import json

from migration.record.run import Run
from migration.values.outcome import Phase

EVENT = "migration.phase"


def phase_change(before: Phase, run: Run) -> str:
    """Return the line for a run that leaves the phase `before`; `run` holds the next one, and the outcome."""
    line = {
        "event": EVENT,
        "migration": run.start.id,
        "run": run.id,
        "from": before.value,
        "to": run.phase.value,
        "source": run.start.source_image_id,
        "version": run.image_version_id,
    }
    if run.outcome is not None:
        line |= {"outcome": run.outcome.kind.value, "code": run.outcome.code}
    return json.dumps(line)
