"""What keeps a step from being done for now: it is waited for with patience, each cause from when it was first seen."""

from datetime import datetime, timedelta

from migration.record.run import Obstacle, Run
from migration.values.answer import Later
from migration.values.shortening import LONGEST_NOTE, short

MOST_CAUSES = 10
LONGEST_PAUSE_SECONDS = 600.0
NOTED_EVERY = timedelta(hours=1)
PASSED_AFTER = timedelta(hours=3)
OF_WAITED = 2  # the next try comes after half of the time waited so far, so that hours take few


def hindered(run: Run, later: Later, at: datetime, step: str = "") -> Run:
    """Return the run with one more cause that a step waits for; one that it waits for already stays as first seen.

    One that has not been seen for long had passed, and is a new one. That it is still there is noted now and then only.
    """
    known = _of(run, later.code)
    last = (known.noted_at or known.since) if known else None
    if known is None or last is None or at - last > PASSED_AFTER:
        message = short(later.reason, LONGEST_NOTE)
        seen = Obstacle(code=later.code, message=message, since=at, noted_at=at, step=step)
    elif timedelta(0) <= at - last < NOTED_EVERY:
        return run
    else:
        seen = known.changed(noted_at=at)
    others = [one for one in run.obstacles if one.code != later.code]
    return run.changed(obstacles=[*others, seen][-MOST_CAUSES:])


def unhindered(run: Run, step: str = "") -> Run:
    """Return the run one of whose steps could be done: what another waits for is there still."""
    left = [one for one in run.obstacles if one.step not in {"", step}]
    return run if left == run.obstacles else run.changed(obstacles=left)


def waited(run: Run, code: str, at: datetime) -> timedelta:
    """Return how long this cause has been there; nothing where the clock was set back."""
    seen = _of(run, code)
    return max(at - seen.since, timedelta(0)) if seen else timedelta(0)


def is_out_of_patience(run: Run, at: datetime) -> bool:
    """Tell whether any cause has been there for as long as one is waited for."""
    return any(at - one.since >= run.start.patience.obstacle for one in run.obstacles)


def pause_seconds(run: Run, later: Later, at: datetime) -> float:
    """Return when to try again: what is asked for is always honoured, and short waits grow."""
    grown = waited(run, later.code, at).total_seconds() / OF_WAITED
    return max(later.seconds, min(grown, LONGEST_PAUSE_SECONDS))


def _of(run: Run, code: str) -> Obstacle | None:
    return next((one for one in run.obstacles if one.code == code), None)
