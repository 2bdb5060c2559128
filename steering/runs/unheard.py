"""What people are owed where there is nobody to tell: no orchestration is started for it."""

from datetime import datetime

from migration.asking.settings import Settings
from migration.record.asking import told_nobody
from migration.record.run import Run
from migration.telling.receivers import audience


def unless_unheard(run: Run, current: Settings, at: datetime) -> Run:
    """Return the run with what is due and has no audience counted as told, in the very write that owes it."""
    for notice in run.all_owed:
        if notice.is_due(at) and not audience(notice.occasion, current):
            counted = told_nobody(run, notice, at)
            run = counted if isinstance(counted, Run) else run
    return run
