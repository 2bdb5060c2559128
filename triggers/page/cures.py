"""What would cure what stands against a decision, by its code: one sentence for whoever is asked."""

_AGAIN = "Reject it, and have the image migrated again."
_READ = "Give the app the right to read there, then look again."
_CURES = {
    "SourceInUse": "Point whatever uses it at the new version, or remove it; then look again.",
    "SourceLocked": "Remove the lock, if the image may go; then look again.",
    "DeletionLocked": "Whoever runs the app can let it delete (MIGRATION_DELETE_SOURCE); then look again.",
    "KeptByTag": "Take that off the tag, if the image may go. If this was asked with it, have it asked again.",
    "RequestWithdrawn": "Set the tags as they were, then look again; or have it asked again.",
    "WishWaits": "Let the migration that the tag asks for run, or change or remove the tag; then look again.",
    "SourceChanged": "Reject it, and have the image that is there now migrated.",
    "CannotTellApart": "Keep both: without that date, nothing of it is deleted.",
    "StoredOtherwise": "Set storage and keys of the replicas as planned, then look again.",
    "ReplicationIncomplete": "Look again when it is complete.",
    "ReplicationFailed": "Repair the region or take it off the version, then look again.",
    "ShallowReplication": _AGAIN,
    "VersionNotFound": _AGAIN,
    "VersionFromAnotherSource": _AGAIN,
    "VersionReplaced": _AGAIN,
    "NotApproved": _AGAIN,
    "UsersNotVisible": _READ,
    "AuthorizationFailed": _READ,
}


def cure(code: str) -> str:
    """Say what to do about it; of what nobody foresaw, whom to ask."""
    return _CURES.get(code, "Look again later; if it stays so, ask whoever runs the app.")
