"""The results of a fleet as a file: a line for each image, in their order, for a spreadsheet or a program."""

import csv
import io
from collections.abc import Iterable

from migration.fleet.sheets.cells import harmless
from migration.telling.of_fleets.standing import MemberShown

COLUMNS = (
    *("number", "sourceImageId", "wave", "owner", "standing", "run", "phase"),
    *("imageVersionId", "outcome", "code", "reason", "decision", "approver", "decidedAt"),
)


def results(images: Iterable[MemberShown]) -> str:
    """Return the file. Cells that a spreadsheet would take for a formula begin with an apostrophe."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([harmless("" if cell is None else str(cell)) for cell in _cells_of_one(shown)] for shown in images)
    return file.getvalue()


def _cells_of_one(shown: MemberShown) -> list[object]:
    member, status, outcome = shown.member, shown.status, shown.outcome
    approval = status.approval if status else None
    why = outcome or member.why
    return [
        *(member.number, member.request.source_image_id, member.wave, member.owner, shown.standing),
        *(status.run if status else member.run, status.phase if status else None),
        status.image_version_id if status else None,
        *(outcome.kind if outcome else None, why.code if why else None),
        outcome.reason if outcome else member.why.message if member.why else None,
        *(approval.decision if approval else None, approval.approver if approval else None),
        status.decided_at.isoformat() if status and status.decided_at else None,
    ]
