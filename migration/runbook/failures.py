"""The codes of migrations that failed, were cancelled, or of which nobody knows how they ended."""

from migration.runbook.row import Row, Who

_THE_SAME = "{start}: as it was, it would end the same."

ANY_FAILURE = Row(
    (),
    "Azure, or a rule of this app, refused a step.",
    "Read the reason, then {start}: it takes up what it created before.",
    Who.REQUESTER,
)
FAILED = [
    Row(
        ("ReplicationFailed",),
        "Azure could not replicate the version, and says why for each region.",
        "Leave the region out and {start}, or ask Azure support with the operation's message.",
        Who.REQUESTER,
    ),
    Row(
        ("ReplicationTimedOut",),
        "Replication was not complete within MIGRATION_REPLICATION_PATIENCE.",
        "Look at the version, then {start}: it takes up what it created before, and waits on.",
        Who.REQUESTER,
    ),
    Row(
        ("ReplicationIncomplete",),
        "The version was complete once and is not any more: somebody has changed its regions.",
        "Look who changed it, then {start}.",
        Who.GALLERY,
    ),
    Row(
        ("VersionNotFound", "VersionFromAnotherSource", "VersionReplaced"),
        "The version was deleted or replaced meanwhile.",
        "Look who did it, then {start}.",
        Who.GALLERY,
    ),
    Row(
        ("GalleryNotFound", "DefinitionNotFound"),
        "It was deleted after the plan was made.",
        "Look who deleted it, then {start}.",
        Who.GALLERY,
    ),
    Row(
        ("GalleryFailed", "DefinitionFailed"),
        "Its creation failed, and it is not of this run: what others made is not written over.",
        "Repair or delete it, or name another one, then {start}.",
        Who.GALLERY,
    ),
    Row(
        ("VersionExists",),
        "The number asked for was taken, or its version failed, after the plan was made.",
        f"Ask for another version number, then {_THE_SAME}",
        Who.REQUESTER,
    ),
    Row(
        ("DefinitionMismatch", "PropertyChangeNotAllowed"),
        "The definition has another OS, generation, architecture, plan or security type, or lacks a feature.",
        f"Name another image definition, which is created if it is missing, then {_THE_SAME}",
        Who.REQUESTER,
    ),
    Row(
        ("PurchasePlanNotSaid",),
        "Azure names a Marketplace image as where the version comes from; its definition has no plan of that, and the"
        " request says none.",
        "Say which (plan=), with another image definition, or that there is none (plan=none), which takes the version"
        " up; then {start}.",
        Who.REQUESTER,
        in_doubt=True,
    ),
    Row(
        ("InvalidParameter", "BadRequest"),
        "Azure does not take what was asked for.",
        f"Correct the request, or the app settings, in what the reason names, then {_THE_SAME}",
        Who.REQUESTER,
    ),
    Row(
        ("LocationNotAvailableForResourceType",),
        "Azure does not offer that in the region.",
        f"Leave the region out that the reason names, then {_THE_SAME}",
        Who.REQUESTER,
    ),
    Row(
        ("RequestDisallowedByPolicy",),
        "A policy of yours forbids the gallery, the image definition or the image version.",
        "If it wants tags, give them: on the source, by MIGRATION_MORE_TAGS, or by definition-tags; or name a gallery"
        " and an image definition that are there already; or have the policy that the reason names exempt them. Then"
        f" {_THE_SAME}",
        Who.ADMINISTRATOR,
    ),
    Row(
        ("ScopeLocked",),
        "A lock forbids it.",
        f"Remove the lock that the reason names, or name another gallery, then {_THE_SAME}",
        Who.GALLERY,
    ),
    Row(
        ("AuthorizationFailed", "LinkedAuthorizationFailed"),
        "A right is missing that the plan could not see.",
        f"Give the app's identity the right that the reason names, then {_THE_SAME}",
        Who.OPERATOR,
    ),
    Row(
        ("QuotaExceeded",),
        "A quota or limit is used up. Plans count none; documented are 100 galleries, 1,000 definitions and 10,000"
        " versions a subscription and region.",
        "Have the quota raised, remove what is not needed, or name a gallery in another subscription, then"
        f" {_THE_SAME}",
        Who.ADMINISTRATOR,
    ),
    Row(
        ("GallerySourceResourceExceedsMaxSize",),
        "Azure copies no disk of that size.",
        f"Make the image anew from smaller disks, then {_THE_SAME}",
        Who.OWNER,
    ),
    Row(
        ("MissingSubscriptionRegistration", "SubscriptionNotRegistered"),
        "The subscription does not have the resource provider.",
        f"Register the resource provider Microsoft.Compute in the subscription that the reason names, then {_THE_SAME}",
        Who.ADMINISTRATOR,
    ),
    Row(
        ("ReadOnlyDisabledSubscription",),
        "The subscription is disabled.",
        f"Have the subscription enabled that the reason names, then {_THE_SAME}",
        Who.ADMINISTRATOR,
    ),
    Row(
        ("AzureUnavailable", "InProgress", "SettingsInvalid"),
        "What may pass was waited for as long as MIGRATION_PATIENCE says; until then it is the migration's cause.",
        "Look at Azure's health, at throttling and at the settings, then {start}: it takes up what it created before.",
        Who.OPERATOR,
    ),
    Row(
        ("SourceNotFound", "SourceGone"),
        "Somebody else deleted the source image.",
        "Look whether the source image is there. If it is not, keep the version: it is the only copy, or what is left.",
        Who.GALLERY,
    ),
    Row(
        ("SourceChanged",),
        "The image is another than the one that was planned.",
        "Look at the image, then {start}.",
        Who.OWNER,
    ),
    Row(
        ("OtherPhase",),
        "An error of the app: a step came out of order.",
        "Report it with the audit, then {start}.",
        Who.OPERATOR,
    ),
    Row(
        ("ForeignHost",),
        "Something pointed the app at another host than Resource Manager's; no token was sent.",
        "Find out who writes into the task hub, then {start}.",
        Who.OPERATOR,
    ),
]

ANY_UNKNOWN = Row(
    (),
    "A delete was sent, and what became of it could not be read.",
    "Look whether the source image is there; if it is, {ask_again}.",
    Who.OWNER,
)
UNKNOWN = [
    ANY_UNKNOWN._replace(
        codes=("DeleteUnknown",), why="The image could not be read for seven days after the delete was sent."
    ),
    Row(
        ("StillDeleting",),
        "Azure has been deleting the image for seven days.",
        "Look at the image and at Azure's health; if it stays, {ask_again}.",
        Who.OWNER,
    ),
    ANY_UNKNOWN._replace(codes=("EndedWhileDeleting",), why="Somebody ended the instance while it deleted."),
]

ANY_CANCELLED = Row(
    ("Cancelled",),
    "Somebody cancelled it, with their reason.",
    "If it is still wanted, {start}.",
    Who.REQUESTER,
)
CANCELLED = [
    ANY_CANCELLED,
    Row(
        ("Terminated",),
        "It was ended from outside: with other tools, by an error of the app, or with its task hub.",
        "If it is still wanted, {start}.",
        Who.REQUESTER,
    ),
]
