"""The codes of plan problems: why a migration was refused before anything was written, and why a request is.

After what is to be done the migration is started again, unless that is `final`.
"""

from migration.runbook.row import Row, Who

_REGISTER = "Register it there (az provider register --namespace Microsoft.Compute): this app registers none."

REFUSED = [
    Row(
        ("PlanProblems",),
        "The plan has several problems.",
        "Correct what the reason names, all of it at once.",
        Who.REQUESTER,
    ),
    Row(
        ("NotFound",),
        "There is no such image or gallery.",
        "Check the id and, for a gallery, MIGRATION_CREATE_GALLERY.",
        Who.REQUESTER,
    ),
    Row(
        ("SourceNotFound", "SourceGone"),
        "The image was deleted before it was copied.",
        "Name an image that is there.",
        Who.REQUESTER,
    ),
    Row(
        ("AuthorizationFailed", "LinkedAuthorizationFailed", "InvalidAuthenticationTokenTenant"),
        "The app may not read the image or the gallery, or it is in another tenant.",
        "Give the app's identity the role “look” there; nothing of another tenant can be used.",
        Who.ADMINISTRATOR,
    ),
    Row(
        ("MissingSubscriptionRegistration", "SubscriptionNotRegistered"),
        "The subscription of image or gallery does not have the resource provider.",
        _REGISTER,
        Who.ADMINISTRATOR,
    ),
    Row(
        ("TagRemoved",),
        "The tag was taken off again before the plan was made.",
        "Set the tag again if that was a mistake.",
        Who.REQUESTER,
        final=True,
    ),
    Row(
        ("Missing",),
        "No gallery is named, or a field that is needed is not there.",
        "Name a gallery, or have MIGRATION_GALLERY set; of another field, say what the reason names.",
        Who.REQUESTER,
    ),
    Row(("Ambiguous",), "Several galleries have that name.", "Name it by its id.", Who.REQUESTER),
    Row(
        ("MissingRight",),
        "The app lacks an action there.",
        "Give it where the reason says, or deploy with the group in SOURCE_GROUPS or GALLERY_GROUPS (for images/delete"
        " with ALLOW_SOURCE_DELETION).",
        Who.OPERATOR,
    ),
    Row(
        ("ResourceGroupNotFound",),
        "The gallery is to be created in a group that does not exist.",
        "Create the group.",
        Who.ADMINISTRATOR,
    ),
    Row(
        ("GalleryLocked",),
        "A lock makes gallery, group or subscription read-only.",
        "Remove the lock, or name another gallery.",
        Who.GALLERY,
    ),
    Row(
        ("RegionNotFound",),
        "The subscription of image or gallery offers no such region.",
        "Correct the name, or have the subscription admitted.",
        Who.REQUESTER,
    ),
    Row(
        ("RegionRetired",),
        "Azure has retired the region; a version and all its replicas end with the region of the source.",
        "Leave it out, or name a gallery elsewhere; where it is the source's, make the image anew in another region.",
        Who.REQUESTER,
    ),
    Row(
        ("NoZones",),
        "The region has no availability zones for Standard_ZRS.",
        "Ask for prefer-zrs, Standard_LRS or Premium_LRS there.",
        Who.REQUESTER,
    ),
    Row(("Duplicate",), "A region, option or image is there twice.", "Name it once.", Who.REQUESTER),
    Row(
        ("NoEndOfLife",),
        "It asks for protect without an end of life.",
        "Give an end of life (eol), or leave protect out.",
        Who.REQUESTER,
    ),
    Row(("InThePast",), "The end of life is over.", "Give a later date, or none.", Who.REQUESTER),
    Row(
        ("OtherCount",),
        "The number of images said is not that of the images that a decision would be about.",
        "Look again at the images, leave out whom you mean to, and say their number.",
        Who.APPROVER,
    ),
    Row(
        ("Invalid", "UnknownField", "UnknownOption", "UnknownParameter", "UnknownColumn", "TooMany"),
        "A tag, field, setting or cell of a sheet cannot be read, or there are too many.",
        "Correct what the reason names.",
        Who.REQUESTER,
    ),
    Row(
        ("TagReserved", "TooManyTags"),
        "definition-tags or MIGRATION_MORE_TAGS name tags that are the app's own, or more than fit beside those.",
        "Leave out those that the reason names, or as many as are too many.",
        Who.REQUESTER,
    ),
    Row(
        ("NobodyCanApprove",),
        "Sign-in is off, and by MIGRATION_FOUR_EYES, MIGRATION_APPROVERS or MIGRATION_REQUIRE_IDENTITY nobody who is"
        " only named, or gets a personal link, may decide.",
        "Turn sign-in on, or name an approver in MIGRATION_NOTIFY; or ask for delete-source=never.",
        Who.OPERATOR,
    ),
    Row(
        ("SettingsInvalid",),
        "An app setting cannot be read, or nobody can be told by an address.",
        "Correct the settings that the reason names.",
        Who.OPERATOR,
    ),
    Row(
        ("SourceNotReady",),
        "The image is being made, or failed.",
        "Wait until it is made, or make it anew.",
        Who.OWNER,
    ),
    Row(
        ("SourceNotGeneralized",),
        "It is a specialized image.",
        "Generalize it, and capture it anew: a managed image cannot be used otherwise.",
        Who.OWNER,
    ),
    Row(
        ("SourceEncrypted", "EncryptionSetMissing"),
        "A region has no disk encryption set.",
        "Name one for each region (encryption=, encryptionSets or MIGRATION_ENCRYPTION_SETS).",
        Who.REQUESTER,
    ),
    Row(
        ("EncryptedSourceElsewhere",),
        "The gallery of an encrypted source is in another subscription.",
        "Name a gallery in the source's own subscription.",
        Who.REQUESTER,
    ),
    Row(
        ("EncryptionSetNotFound", "EncryptionSetElsewhere", "EncryptionSetUnfit"),
        "The disk encryption set is missing, in another region or subscription, or for confidential machines.",
        "Name another one, in that region and the gallery's subscription.",
        Who.REQUESTER,
    ),
    Row(
        ("DataDiskTooLarge",),
        "A data disk is over MIGRATION_MAX_DATA_DISK_GB.",
        "Raise the setting, to 2048 at most; above that, migrate it by hand.",
        Who.OPERATOR,
    ),
    Row(("OsDiskTooLarge",), "The OS disk is over 2,048 GB.", "Migrate it by hand.", Who.OWNER, final=True),
    Row(
        ("PurchasePlanNotSaid",),
        "Tags or machine name a Marketplace plan, and the request does not.",
        "Say which (plan=), or that there is none (plan=none).",
        Who.REQUESTER,
    ),
    Row(
        ("GuestStateMissing",),
        "A definition of type TrustedLaunch or ConfidentialVM takes no managed image.",
        "Name another definition, or ask for TrustedLaunchSupported.",
        Who.REQUESTER,
    ),
    Row(
        ("IdentifierInvalid",),
        "Azure does not take that publisher, offer or SKU.",
        "Correct it.",
        Who.REQUESTER,
    ),
    Row(
        ("SharedGalleryUnfit",),
        "A gallery shared with others takes no encrypted versions; a community gallery takes none of the Marketplace,"
        " a directly shared one only those of its region.",
        "Name another gallery.",
        Who.REQUESTER,
    ),
    Row(
        ("GalleryNotReady", "DefinitionNotReady"),
        "It is being deleted, or its creation failed.",
        "Repair or delete it, or name another one.",
        Who.GALLERY,
    ),
    Row(
        ("ResourceUnreadable", "GalleryUnreadable", "DefinitionUnreadable"),
        "What Azure shows of it cannot be understood.",
        "Name another gallery or definition; report it.",
        Who.REQUESTER,
    ),
    Row(
        ("DefinitionMismatch",),
        "The definition has another OS, generation, architecture or plan, or lacks a feature.",
        "Name another definition, or delete this one if it holds no version.",
        Who.REQUESTER,
    ),
    Row(
        ("DefinitionOfAnotherImage",),
        "The definition that would be taken was made for another image.",
        "Name a definition.",
        Who.REQUESTER,
    ),
    Row(
        ("IdentifierTaken",),
        "Publisher, offer and SKU are another definition's.",
        "Give other identifiers.",
        Who.REQUESTER,
    ),
    Row(
        ("GenerationTooOld",),
        "The security type, or a feature, needs generation 2.",
        "Ask for the security type Standard, and leave that feature out.",
        Who.REQUESTER,
    ),
    Row(
        ("FeatureUnknown",),
        "MIGRATION_API_VERSIONS has an api-version of galleries that does not know the feature or security type.",
        "Leave it out, or have a newer api-version set.",
        Who.REQUESTER,
    ),
    Row(
        ("VersionExists",),
        "That version is somebody else's.",
        "Ask for another number, or for auto.",
        Who.REQUESTER,
    ),
    Row(
        ("FailedVersionStays",),
        "A failed version has that number, and the app deletes none (decision 0011).",
        "Ask for another number, or for auto. It can be repaired, or deleted once nothing keeps it that the reason"
        " names: soft delete, a lock, its end of life.",
        Who.GALLERY,
    ),
    Row(
        ("VersionKeptDeleted",),
        "A deleted version has that number, which the gallery still keeps (soft delete).",
        "Ask for another number, or for auto, or restore that version while the reason says that it can be.",
        Who.REQUESTER,
    ),
    Row(
        ("VersionInFlight",),
        "Another version is being built from this image.",
        "Wait until it is replicated.",
        Who.REQUESTER,
    ),
    Row(
        ("NoVersionLeft",),
        "No higher number exists.",
        "Name a number, or another definition.",
        Who.REQUESTER,
    ),
]
