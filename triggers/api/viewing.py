"""How a migration looks in the HTTP API."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import azure.functions as func

from migration.telling.status import Status
from migration.values.answer import SETTINGS
from migration.values.outcome import Outcome, OutcomeKind, Phase, follows

_NEXT_IN_PHASE = {
    Phase.REPLICATING: "Nothing: Azure is building and replicating the version, which takes minutes to hours.",
    Phase.AWAITING_APPROVAL: "Create a test machine from imageVersionId, then approve or reject.",
}

# What Azure refuses however often it is asked, and what to change.
_CORRECT = "Correct the request, or the app settings, in what the outcome's reason names."
_OTHER_DEFINITION = "Name another image definition, which is created if it is missing."
_MORE_QUOTA = "Have the quota raised, remove what is not needed, or name a gallery in another subscription."
_REGISTER = "Register the resource provider Microsoft.Compute in the subscription that the outcome's reason names."
_CHANGE_FIRST = {
    "InvalidParameter": _CORRECT,
    "BadRequest": _CORRECT,
    "LocationNotAvailableForResourceType": "Leave the region out that the outcome's reason names.",
    "RequestDisallowedByPolicy": "Have the policy that the reason names allow it, or ask for what it allows.",
    "ScopeLocked": "Remove the lock that the outcome's reason names, or name another gallery.",
    "AuthorizationFailed": "Give the app's identity the right that the outcome's reason names.",
    "LinkedAuthorizationFailed": "Give the app's identity the right that the outcome's reason names.",
    "QuotaExceeded": _MORE_QUOTA,
    "GallerySourceResourceExceedsMaxSize": "Azure copies no disk of that size: make the image anew from smaller ones.",
    "MissingSubscriptionRegistration": _REGISTER,
    "SubscriptionNotRegistered": _REGISTER,
    "ReadOnlyDisabledSubscription": "Have the subscription enabled that the outcome's reason names.",
    "PropertyChangeNotAllowed": _OTHER_DEFINITION,
    "DefinitionMismatch": _OTHER_DEFINITION,
    "VersionExists": "Ask for another version number.",
}


_ANOTHER = "The image that bears the name of the source now is another one, and not migrated by this."


def api_address(request: func.HttpRequest) -> str:
    """Return where the API was called, e.g. https://example.azurewebsites.net/api: links lead back there."""
    parts = urlsplit(request.url)
    prefix = parts.path.split("/")[1]
    return f"{parts.scheme}://{parts.netloc}/{prefix}"


def links(migration_id: str, address: str) -> dict[str, str]:
    """Return our own links of a migration, and no others."""
    own = f"{address}/migrations/{migration_id}"
    actions = {action: f"{own}/{action}" for action in ("approval", "cancel", "audit")}
    return {"self": own, **actions, "askAgain": f"{own}/ask-again"}


def view(migration_id: str, status: Status, address: str, *, another: bool | None = None) -> dict[str, Any]:
    """Return the JSON of one migration; the shape in docs/architecture.md only ever grows.

    `another` tells that the source's name is another image's now; None where nobody has looked.
    """
    return {
        "id": migration_id,
        "run": status.run,
        "before": status.before,
        "sourceImageId": status.source_image_id,
        "ofEarlierImage": another,
        "imageVersionId": status.image_version_id,
        "phase": status.phase,
        "outcome": status.outcome.dump() if status.outcome else None,
        "stopped": status.stopped,
        "regions": [region.dump() for region in status.regions],
        "regionsLeftOut": status.regions_left_out,
        "waitingFor": status.waiting_for,
        "cause": status.cause.dump() if status.cause else None,
        "nextAction": next_action(status, another=bool(another)),
        "requestedBy": status.requested_by,
        "allows": status.allows,
        "approval": status.approval.dump() if status.approval else None,
        "decidedAt": _moment_text(status.decided_at),
        "expiresAt": _moment_text(status.expires_at),
        "notes": status.notes,
        "createdAt": _moment_text(status.created_at),
        "updatedAt": _moment_text(status.updated_at),
        "links": links(migration_id, address),
    }


def _moment_text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def next_action(status: Status, *, another: bool = False) -> str | None:
    """Return what a human should do next, or None where there is nothing to wait for or to do."""
    outcome = status.outcome
    if outcome:
        return f"{_after(outcome)} {_ANOTHER if another else ''}".strip()
    if status.cause is not None and status.cause.code == SETTINGS:
        return "Correct the app settings that the cause names: the migration then goes on."
    return None if status.stopped else _NEXT_IN_PHASE.get(status.phase)


def _after(outcome: Outcome) -> str:
    told, change = follows(outcome), _change_first(outcome)
    if outcome.kind is not OutcomeKind.FAILED or outcome.is_source_gone or change is None:
        return told.next_action
    return f"{told.source} {change} Then start the migration again: as it was, it would end the same."


def _change_first(outcome: Outcome) -> str | None:
    """Quotas are refused under several codes, and told by the word alone."""
    if "quota" in outcome.reason.lower():
        return _MORE_QUOTA
    return _CHANGE_FIRST.get(outcome.code)
