"""How a migration looks in the HTTP API."""

from typing import Any
from urllib.parse import urlencode, urlsplit

import azure.functions as func

from migration.approval.approval import Decision
from migration.course.places import queued_in_words
from migration.runbook.guide import cure_in_soak, guide
from migration.runbook.row import FOR_API
from migration.telling.answers import Links, MigrationShown
from migration.telling.status import Status
from migration.values.answer import SETTINGS
from migration.values.outcome import Phase
from triggers.answering.calls import Call

_NEXT_IN_PHASE = {
    Phase.REPLICATING: "Nothing: Azure is building and replicating the version, which takes minutes to hours.",
    Phase.SOAKING: "Nothing: the version is in use. Point at it whatever still names the source; at soakUntil, at the"
    " earliest, it is asked whether the source may be deleted.",
    Phase.AWAITING_APPROVAL: "Create a test machine from imageVersionId, then approve or reject.",
}

_ANOTHER = "The image that bears the name of the source now is another one, and not migrated by this."


def api_address(request: func.HttpRequest) -> str:
    """Return where the API was called, e.g. https://example.azurewebsites.net/api: links lead back there."""
    parts = urlsplit(request.url)
    prefix = parts.path.split("/")[1]
    return f"{parts.scheme}://{parts.netloc}/{prefix}"


def next_link(call: Call, request: func.HttpRequest, given: dict[str, Any], after: str | None) -> str | None:
    """Return the address of the next page of a list: what this one was asked for, from `after` on."""
    if after is None:
        return None
    asked = {name: ",".join(value) if isinstance(value, tuple) else value for name, value in given.items() if value}
    return f"{api_address(request)}/{call.path}?{urlencode(asked | {'after': after})}"


def links(migration_id: str, address: str) -> Links:
    """Return our own links of a migration, and no others."""
    own = f"{address}/migrations/{migration_id}"
    actions = {action: f"{own}/{action}" for action in ("approval", "cancel", "audit", "checks", "users")}
    return Links.model_validate({"self": own, **actions, "askAgain": f"{own}/ask-again"})


def view(migration_id: str, status: Status, address: str, *, another: bool | None = None) -> MigrationShown:
    """Return one migration as it is shown; the shape in docs/architecture.md only ever grows.

    `another` tells that the source's name is another image's now; None where nobody has looked.
    """
    return MigrationShown(
        id=migration_id,
        run=status.run,
        before=status.before,
        source_image_id=status.source_image_id,
        of_earlier_image=another,
        image_version_id=status.image_version_id,
        phase=status.phase,
        outcome=status.outcome,
        stopped=status.stopped,
        regions=status.regions,
        regions_left_out=status.regions_left_out,
        waiting_for=status.waiting_for,
        cause=status.cause,
        queued=status.queued,
        next_action=next_action(status, another=bool(another)),
        next_action_by=guide(status.outcome, FOR_API).who.value if status.outcome else None,
        requested_by=status.requested_by,
        allows=status.allows,
        approval=status.approval,
        decided_at=status.decided_at,
        expires_at=status.expires_at,
        soak_until=status.soak_until,
        notes=status.notes,
        created_at=status.created_at,
        updated_at=status.updated_at,
        links=links(migration_id, address),
    )


def next_action(status: Status, *, another: bool = False) -> str | None:
    """Return what a human should do next, or None where there is nothing to wait for or to do."""
    outcome = status.outcome
    if outcome:
        return f"{guide(outcome, FOR_API).text} {_ANOTHER if another else ''}".strip()
    if status.cause is not None and status.cause.code == SETTINGS:
        return "Correct the app settings that the cause names: the migration then goes on."
    if status.waiting_for == "place" and status.queued is not None:
        return f"Nothing: {queued_in_words(status.queued)}."
    if status.phase is Phase.SOAKING and status.cause is not None:
        return cure_in_soak(status.cause.code)
    return None if status.stopped else _next_in_phase(status)


def _next_in_phase(status: Status) -> str | None:
    if status.phase is not Phase.AWAITING_APPROVAL or not status.allows or len(status.allows) == len(Decision):
        return _NEXT_IN_PHASE.get(status.phase)
    if Decision.ACCEPT in status.allows:
        return "Create a test machine from imageVersionId, then accept or reject."
    return "Look at links.checks, then approve the delete or reject it, with the callback of this very question."
