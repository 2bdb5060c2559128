"""What somebody sees who opens the link of a message that asked nothing: how it stands. Nothing is decided here."""

from typing import Any

import azure.functions as func

from migration.record.asked import asked_of
from migration.record.run import Run
from migration.runbook.guide import guide
from migration.runbook.row import for_people
from steering.gathering.remaining import find_end_now
from triggers.page.answering import html_answer
from triggers.page.approval_ending import ending
from triggers.page.approval_picture import version_name
from web.pages import render

_OPEN = {
    "title": "A decision is waited for",
    "sentence": "Whoever was asked decides by the link of the message that asks. Nothing is decided here.",
    "good": True,
}


async def standing(migration_id: str, run: Run) -> func.HttpResponse:
    """Show the decision that counted and how it ended; of a question that is open only that there is one."""
    if run.outcome is not None:  # what is told of the source must be true now
        run = run.changed(outcome=(await find_end_now(run, run.outcome)).outcome)
    asked = asked_of(migration_id, run)
    if asked is None:
        values = unasked(migration_id, run)
    else:
        values = ending(asked, asked.question.id) | (_OPEN if asked.is_open else {})
    return html_answer(render("ending.html", **values, migration_id=migration_id, late=False, stop=None), 200)


def unasked(migration_id: str, run: Run) -> dict[str, Any]:
    """Return the values of the closing page of a run that has asked nobody."""
    outcome, version_id = run.outcome, run.image_version_id
    source_id = run.start.source_image_id
    return {
        "title": f"The migration ended: {outcome.kind}" if outcome else "The migration is under way",
        "sentence": guide(outcome, for_people(migration_id)).text if outcome else "Nobody has been asked anything.",
        "good": outcome is None or not outcome.is_failure,
        "name": source_id.rpartition("/")[2],
        "source_id": source_id,
        "source_state": "gone" if outcome and outcome.is_source_gone else None,
        "version_id": version_id,
        "version_name": version_name(version_id) if version_id else None,
        "approval": None,
        "identity": None,
        "via": None,
        "decided_at": None,
        "going": run.is_live,
        "reason": outcome.reason if outcome else None,
    }
