"""How a migration looks in the HTTP API."""

from typing import Any
from urllib.parse import urlencode, urlsplit

import azure.functions as func

from migration.telling.answers import Links, MigrationShown
from migration.telling.status import Status
from migration.values.answer import SETTINGS
from migration.values.outcome import Outcome, OutcomeKind, Phase, follows
from triggers.answering.calls import Call

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


def next_link(call: Call, request: func.HttpRequest, given: dict[str, Any], after: str | None) -> str | None:
    """Return the address of the next page of a list: what this one was asked for, from `after` on."""
    if after is None:
        return None
    asked = {name: ",".join(value) if isinstance(value, tuple) else value for name, value in given.items() if value}
    return f"{api_address(request)}/{call.path}?{urlencode(asked | {'after': after})}"


def links(migration_id: str, address: str) -> Links:
    """Return our own links of a migration, and no others."""
    own = f"{address}/migrations/{migration_id}"
    actions = {action: f"{own}/{action}" for action in ("approval", "cancel", "audit", "checks")}
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
        next_action=next_action(status, another=bool(another)),
        requested_by=status.requested_by,
        allows=status.allows,
        approval=status.approval,
        decided_at=status.decided_at,
        expires_at=status.expires_at,
        notes=status.notes,
        created_at=status.created_at,
        updated_at=status.updated_at,
        links=links(migration_id, address),
    )


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
