"""How far many images are, as parts of a bar: how many stand how. Colours are the style sheet's."""

from collections.abc import Mapping
from typing import NamedTuple

from migration.telling.of_fleets.standing import Standing
from migration.values.outcome import FOLLOWS, OutcomeKind, Phase

WORDS = {
    Standing.FAILED: "failed",
    Standing.ASKED: "waiting for approval",
    Standing.SOAKING: "soaking",
    Standing.ON_ITS_WAY: "on their way",
    Standing.WAITING: "not started",
    Standing.KEPT: "source kept",
    Standing.MIGRATED: "migrated",
    Standing.PASSED: "passed over",
    Standing.LEFT_OUT: "left out",
}
# From what is done to what is still to come, as a bar is read; what failed stands where it is seen first.
_ACROSS = (
    *(Standing.FAILED, Standing.MIGRATED, Standing.KEPT, Standing.PASSED, Standing.LEFT_OUT),
    *(Standing.ASKED, Standing.SOAKING, Standing.ON_ITS_WAY, Standing.WAITING),
)
_ENDED = {kind.value: Standing.FAILED for kind in OutcomeKind if FOLLOWS[kind].is_failure}
_ENDED[OutcomeKind.MIGRATED.value] = Standing.MIGRATED
_LIVE = {Phase.AWAITING_APPROVAL.value: Standing.ASKED, Phase.SOAKING.value: Standing.SOAKING}


class Part(NamedTuple):
    """A part of a bar: which standing, how `many`, and from where to where it goes, in thousandths."""

    standing: Standing
    many: int
    words: str
    begin: int
    length: int


def parts_of(counts: Mapping[Standing, int]) -> list[Part]:
    """Return the parts of a bar over all images that are counted."""
    total = sum(counts.values()) or 1
    found, before = [], 0
    for standing in _ACROSS:
        count = counts.get(standing, 0)
        begin, end = before * 1000 // total, (before + count) * 1000 // total
        if count:
            found.append(Part(standing, count, WORDS[standing], begin, max(end - begin, 4)))
        before += count
    return found


def parts_of_tally(size: int, counts: Mapping[tuple[str, str], int]) -> list[Part]:
    """Return the parts of a fleet of this size by its rows of the list, counted by phase and outcome."""
    by_standing: dict[Standing, int] = {}
    for (phase, outcome), count in counts.items():
        standing = _standing(phase, outcome)
        by_standing[standing] = by_standing.get(standing, 0) + count
    left = size - sum(by_standing.values())
    return parts_of(by_standing | ({Standing.WAITING: left} if left > 0 else {}))


def _standing(phase: str, outcome: str) -> Standing:
    if outcome:
        return _ENDED.get(outcome, Standing.KEPT)
    return _LIVE.get(phase, Standing.ON_ITS_WAY)
