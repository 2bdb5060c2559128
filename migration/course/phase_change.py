"""The one log line of a phase change: JSON on a single line, so that a query can take it apart. Names nobody."""

import json

from migration.course.state import MigrationState
from migration.values.outcome import Phase

EVENT = "migration.phase"


def phase_change(before: Phase, state: MigrationState) -> str:
    """Return the line for a migration that leaves the phase `before`; `state` holds the next one, and the outcome."""
    line = {
        "event": EVENT,
        "migration": state.start.id,
        "from": before.value,
        "to": state.phase.value,
        "source": state.start.source_image_id,
        "version": state.image_version_id,
    }
    if state.outcome is not None:
        line |= {"outcome": state.outcome.kind.value, "code": state.outcome.code}
    return json.dumps(line)
