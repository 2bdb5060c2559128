"""The codes of migrations whose source was kept, and of those that are whole: the version is there."""

from migration.runbook.row import Row, Who

MIGRATED = [
    Row(
        ("Migrated",),
        "Somebody approved it, and the source image was deleted.",
        "Point templates that name the source image at this version.",
        Who.OWNER,
    )
]
_ANEW = "Reject it, and have the image migrated again."
ANY_KEPT = Row(
    (),
    "Azure, or a rule of this app, kept the source.",
    "Read the reason, then {ask_again}.",
    Who.OWNER,
    in_doubt=True,
)
SOURCE_KEPT = [
    Row(
        ("Policy",),
        "It was asked to keep the source, or the deployment deletes none (MIGRATION_DELETE_SOURCE is never): nobody is"
        " asked then.",
        "Nothing is left to do.",
        Who.NOBODY,
    ),
    Row(
        ("Accepted",),
        "Somebody accepted the version and kept the source.",
        "If the source shall go after all, {ask_again}.",
        Who.REQUESTER,
    ),
    Row(("Rejected",), "Somebody said no.", "Do what the comment asks for, then {ask_again}.", Who.REQUESTER),
    Row(
        ("ApprovalExpired",),
        "Nobody answered in time.",
        "The audit says how many were asked: send a test (POST /api/notifications/test), then {ask_again}.",
        Who.REQUESTER,
    ),
    Row(
        ("SourceInUse",),
        "A scale set, an instance of one, a machine without a proven disk of its own, an unfinished or shallow version,"
        " or what MIGRATION_BLOCK_ON names needs the image.",
        "Point what uses it at the version; page and API (links.users) say what to change where. Then {ask_again}.",
        Who.OWNER,
    ),
    Row(
        ("UsersNotVisible",),
        "The app may not read all machines, scale sets and galleries of a subscription that it sees, or cannot read its"
        " rights there: whoever uses the image may be hidden.",
        "Give it the role “look” at the subscription that the reason names (deploy with it in SUBSCRIPTIONS), or take"
        " its roles on groups there back; a new role takes minutes to count. Then {ask_again}.",
        Who.OPERATOR,
    ),
    Row(
        ("EvidenceTooOld",),
        "Looking who uses the image took more than five minutes.",
        "Have a look at throttling, narrow SUBSCRIPTIONS if it goes on, then {ask_again}.",
        Who.OPERATOR,
    ),
    Row(("SourceLocked",), "A lock holds the source image.", "Remove the lock, then {ask_again}.", Who.OWNER),
    Row(
        ("StoredOtherwise",),
        "Replicas have other storage or keys than was planned: somebody has changed the version.",
        "Look what changed it. Once it is as planned, {ask_again}; else {start}.",
        Who.GALLERY,
        in_doubt=True,
    ),
    Row(
        ("NotPromoted",),
        "The version is not eligible as latest, or not protected, as was asked for: somebody has changed it since,"
        " or the migration of a newer image has.",
        "Look who changed it, then {ask_again}.",
        Who.GALLERY,
    ),
    Row(
        ("ExclusionInProgress",),
        "A version made from an older image was told to stay out of latest, and has not been for as long as"
        " MIGRATION_PATIENCE says.",
        "Look at that version, which the reason names, and at Azure's health, then {ask_again}.",
        Who.GALLERY,
    ),
    Row(
        ("LatestChanged",),
        "Whoever approved was told on the page that the version becomes latest, or that it stays excluded as an older"
        " one, and a version beside it has changed that since.",
        "Have it decided as it is now: {ask_again}.",
        Who.REQUESTER,
    ),
    Row(
        ("MachinesFromSource",),
        "Machines with disks of their own came from the image: they keep running without it, and can no longer be"
        " reimaged. It keeps the source only where MIGRATION_BLOCK_ON names machines.",
        "Make machines that must be reimaged anew from the version, then {ask_again}.",
        Who.OWNER,
        while_asked="Make machines that must be reimaged anew from the version before you approve.",
    ),
    Row(
        ("UsersNotLookedFor",),
        "MIGRATION_BLOCK_ON names a kind of users that was not looked for, or not everywhere.",
        "Do what the reason asks for (the role Reader at the subscription shows Azure Resource Graph all), or take the"
        " kind out of MIGRATION_BLOCK_ON. Then {ask_again}.",
        Who.OPERATOR,
    ),
    Row(
        ("SourceNamed",),
        "A check that is only shown: what only Azure Resource Graph tells of names the image, and may break without"
        " it.",
        "Look at that resource before you approve.",
        Who.OWNER,
    ),
    Row(
        ("NotRead",),
        "Something that the promise depends on was not looked at.",
        "Report it if it stays, and {ask_again}.",
        Who.OPERATOR,
    ),
    Row(
        ("SourceChanged",),
        "The image is another than the one copied.",
        "Migrate it anew: {start}.",
        Who.REQUESTER,
        while_asked="Reject it, and have the image that is there now migrated.",
    ),
    Row(
        ("CopyUnknown",),
        "The version has lost the tag source-content, and was made by a release that kept it nowhere else.",
        "Set the tag again if you know it and {ask_again}, or {start}.",
        Who.GALLERY,
    ),
    Row(
        ("CannotTellApart",),
        "Azure does not say when the image or the version was made.",
        "Nothing of it is deleted: keep both, or {start}.",
        Who.OWNER,
        in_doubt=True,
        while_asked="Keep both: without that date, nothing of it is deleted.",
    ),
    Row(
        ("VersionReplaced",),
        "The version was deleted and made again since people were asked.",
        "Look at it, then {ask_again}.",
        Who.GALLERY,
        in_doubt=True,
        while_asked=_ANEW,
    ),
    Row(
        ("DeletionLocked",),
        "MIGRATION_DELETE_SOURCE is never: the deployment deletes nothing.",
        "If the source shall go, deploy with ALLOW_SOURCE_DELETION, then {ask_again}.",
        Who.OPERATOR,
    ),
    Row(
        ("KeptByTag",),
        "The image's tags say delete-source=never, or cannot be read.",
        "If the source shall go, correct the tags, then {ask_again}.",
        Who.OWNER,
        while_asked="Take that off the tag, if the image may go. If this was asked with it, have it asked again.",
    ),
    Row(
        ("RequestWithdrawn",),
        "The tags were changed or removed since the migration began or asked.",
        "If it is still wanted, tag the image again.",
        Who.REQUESTER,
        while_asked="Set the tags as they were, then look again; or have it asked again.",
    ),
    Row(
        ("WishWaits",),
        "The image's tag asks for another migration than the request that ran.",
        "Wait: that one is started by itself.",
        Who.NOBODY,
        while_asked="Let the migration that the tag asks for run, or change or remove the tag; then look again.",
    ),
    Row(
        ("ChecksChanged",),
        "A release with other checks was deployed, or MIGRATION_BLOCK_ON was changed, since it was approved.",
        "Look at the checks again: {ask_again}.",
        Who.REQUESTER,
    ),
    Row(
        ("IdentityRequired", "NotAnApprover", "FourEyes", "RequesterUnknown"),
        "By the rules at the moment of the delete whoever approved may not.",
        "Have somebody decide who may: {ask_again}.",
        Who.REQUESTER,
    ),
    Row(
        ("Upgraded",),
        "A release with another format of stored data ended with it.",
        "Wait: its tag starts it again. Without a tag, {start}.",
        Who.REQUESTER,
    ),
    Row(
        ("ApprovalLapsed",),
        "It was approved longer ago than MIGRATION_APPROVAL_VALIDITY.",
        "Have it approved anew: {ask_again}.",
        Who.REQUESTER,
    ),
    Row(
        ("DeleteNotCarriedOut",),
        "A delete had no effect.",
        "Look at Azure's health, then {ask_again}.",
        Who.OPERATOR,
    ),
    Row(
        ("ShallowReplication",),
        "The version copies nothing: it reads from the source.",
        "Once you see that the source image is there, delete the version, then {start}.",
        Who.GALLERY,
        in_doubt=True,
        while_asked=_ANEW,
    ),
    Row(
        ("NotApproved",),
        "The record knows no approval of it.",
        "Have it approved: {ask_again}.",
        Who.REQUESTER,
        while_asked=_ANEW,
    ),
    Row(
        ("ReplicationIncomplete", "ReplicationFailed", "VersionNotFound", "VersionFromAnotherSource"),
        "The version is not what it was when it was complete.",
        "Restore it and {ask_again}, or {start}.",
        Who.GALLERY,
        in_doubt=True,
    ),
    Row(
        ("AzureUnavailable", "InProgress", "SettingsInvalid"),
        "What may pass was waited for as long as MIGRATION_PATIENCE says.",
        "Look at Azure's health, at throttling and at the settings, then {ask_again}.",
        Who.OPERATOR,
        in_doubt=True,
    ),
    Row(
        ("AuthorizationFailed", "LinkedAuthorizationFailed", "RequestDisallowedByPolicy", "ScopeLocked"),
        "Azure does not let the app do it: a right is missing, or a policy or lock forbids it.",
        "Give the right, or change policy or lock, that the reason names, then {ask_again}.",
        Who.ADMINISTRATOR,
        in_doubt=True,
    ),
]
