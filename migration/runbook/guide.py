"""What people and programs are told of an end: what is true of source and version, what to do next, and who can."""

from typing import NamedTuple

from migration.runbook.answers import ANSWERS
from migration.runbook.failures import ANY_CANCELLED, ANY_FAILURE, ANY_UNKNOWN, CANCELLED, FAILED, UNKNOWN
from migration.runbook.kept import ANY_KEPT, MIGRATED, SOURCE_KEPT
from migration.runbook.planning import REFUSED
from migration.runbook.row import WHILE_ASKED, WHILE_SOAKING, Row, Ways, Who, by_code
from migration.values.outcome import Outcome, OutcomeKind, SourceSeen

MOST_PROBLEMS_TOLD = 5
ANY_REFUSAL = Row((), "The plan has a problem.", "Correct what the reason names.", Who.REQUESTER)


class Ending(NamedTuple):
    """A kind of outcome: its rows, the one for codes that are Azure's, and what whoever approved it reads above all."""

    rows: dict[str, Row]
    other: Row
    approved: str = "Approved, but the migration did not complete"


ENDINGS = {
    OutcomeKind.MIGRATED: Ending(by_code(MIGRATED), MIGRATED[0], "Approved, and done"),
    OutcomeKind.SOURCE_KEPT: Ending(by_code(SOURCE_KEPT), ANY_KEPT, "Approved, but the source image was not deleted"),
    OutcomeKind.REFUSED: Ending(by_code(REFUSED), ANY_REFUSAL),
    OutcomeKind.FAILED: Ending(by_code(FAILED), ANY_FAILURE),
    OutcomeKind.CANCELLED: Ending(by_code(CANCELLED), ANY_CANCELLED),
    OutcomeKind.UNKNOWN: Ending(by_code(UNKNOWN), ANY_UNKNOWN),
}
_ANSWERS = by_code(ANSWERS)
_DELETED = "The source image was deleted: this version is the only copy, keep it."
_ONLY_COPY = "The source image is gone: this version is the only copy, keep it."
_MAY_BE_ONLY = "The source image is gone: what there is of the version may be the only copy, do not remove it."
_NOT_KNOWN = "Whether the source image still exists is not known: remove nothing before you have looked."
_UNTOUCHED = "Nothing was written."
_USABLE = "The version is usable."
_IN_DOUBT = "Look at the version before anybody uses it."
_ELSE = "if it stays so, ask whoever runs this app."
_LEFT = "Unless the source image has gone since, what was left behind (outcome.leftBehind) can be removed."


class Guide(NamedTuple):
    """What follows from an end. `state` are sentences on source and version, `step` on what to do, and `who` can."""

    state: str
    step: str
    who: Who

    @property
    def text(self) -> str:
        return f"{self.state} {self.step}".strip()


def row_of(outcome: Outcome) -> Row:
    """Return the row of an outcome's code; for one that is Azure's the row of its kind."""
    known = ENDINGS[outcome.kind]
    return known.rows.get(outcome.code, known.other)


def approved_title(outcome: Outcome) -> str:
    """Return the title for somebody who approved what ended so."""
    if outcome.is_source_gone and outcome.kind is not OutcomeKind.MIGRATED:
        return "Approved, but the source image is gone"
    return ENDINGS[outcome.kind].approved


def guide(outcome: Outcome, ways: Ways) -> Guide:
    """Say what follows from an outcome, and from what was seen of source and copy since."""
    row = row_of(outcome)
    if outcome.is_source_gone:
        return _without_source(outcome, ways)
    steps = _corrections(outcome, row, ways) if outcome.kind is OutcomeKind.REFUSED else [row.step(ways)]
    return Guide(" ".join(_state(outcome, row)), " ".join([*steps, *([_LEFT] if outcome.left_behind else [])]), row.who)


def correction(code: str) -> str:
    """Return what to correct of a problem of a request or a plan."""
    return ENDINGS[OutcomeKind.REFUSED].rows.get(code, ANY_REFUSAL).do


def _state(outcome: Outcome, row: Row) -> list[str]:
    known = outcome.source is not SourceSeen.UNKNOWN
    if outcome.kind is OutcomeKind.REFUSED:  # it has written nothing that could be removed
        return [*(["The source image is kept."] if known else []), _UNTOUCHED]
    there = "The source image is still there." if outcome.kind is OutcomeKind.UNKNOWN else "The source image is kept."
    copy = [_IN_DOUBT if row.in_doubt else _USABLE] if outcome.kind is OutcomeKind.SOURCE_KEPT else []
    return [there if known else _NOT_KNOWN, *copy]


def _without_source(outcome: Outcome, ways: Ways) -> Guide:
    if outcome.kind is OutcomeKind.MIGRATED:
        return Guide(_DELETED, MIGRATED[0].step(ways), MIGRATED[0].who)
    if outcome.only_copy:
        return Guide(_ONLY_COPY, MIGRATED[0].step(ways), MIGRATED[0].who)
    return Guide(_MAY_BE_ONLY, "", Who.GALLERY)


def cure(code: str) -> str:
    """Return what to do, while people are still asked, about what would keep the source."""
    row = ENDINGS[OutcomeKind.SOURCE_KEPT].rows.get(code)
    return (row.while_asked or row.step(WHILE_ASKED)) if row else f"Look again later; {_ELSE}"


def cure_in_soak(code: str) -> str:
    """Return what to do about what postpones a question: it is asked by itself, and nothing can be rejected yet."""
    row = ENDINGS[OutcomeKind.SOURCE_KEPT].rows.get(code)
    return row.step(WHILE_SOAKING) if row else f"It is looked at again within a day; {_ELSE}"


def answer_step(code: str) -> str | None:
    """Return what to do where a call was refused with this code; None for codes that are Azure's."""
    row = _ANSWERS.get(code)
    return row.do if row else None


def _corrections(outcome: Outcome, row: Row, ways: Ways) -> list[str]:
    """Say of each of several problems what to correct, and that the migration is started again then."""
    each = [f"{problem.field}: {correction(problem.code)}" for problem in outcome.problems[:MOST_PROBLEMS_TOLD]]
    return [row.do, *(each if len(each) > 1 else []), *([] if row.final else [f"Then {ways.start}."])]
