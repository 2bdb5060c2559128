"""The codes of calls that are refused: answers, cancels, questions asked again, starts while it is paused."""

from migration.runbook.approving import APPROVING
from migration.runbook.row import Row, Who

ANSWERS = [
    *APPROVING,
    Row(
        ("IdentityRequired",),
        "Nobody is signed in, and the link is not one person's.",
        "Sign in; a role, a team and a program are no named human.",
        Who.APPROVER,
    ),
    Row(
        ("NotAnApprover",),
        "Whoever answers is not in MIGRATION_APPROVERS.",
        "Have one of them answer, or be added to them.",
        Who.APPROVER,
    ),
    Row(("FourEyes",), "Whoever asked may not approve.", "Have somebody else decide.", Who.APPROVER),
    Row(("OtherPerson",), "The link was sent to somebody else.", "Use your own link.", Who.APPROVER),
    Row(("TakenBack",), "Whoever the link was sent to is not told any more.", "Use a link of your own.", Who.APPROVER),
    Row(
        ("OtherVersion",),
        "The answer is for another version.",
        "Look at the migration again, then answer for the version that it names.",
        Who.APPROVER,
    ),
    Row(
        ("RequesterUnknown",),
        "It is not known who asked, in a way that tells them from you.",
        "Have somebody who is signed in ask again, and another approve.",
        Who.REQUESTER,
    ),
    Row(
        ("OtherQuestion", "QuestionClosed", "OtherRun"),
        "The question was asked anew, or closed.",
        "Use the latest link.",
        Who.APPROVER,
    ),
    Row(("TooLateToCancel",), "The delete was sent.", "Wait for its end: nothing can stop it.", Who.NOBODY),
    Row(
        ("NothingToCancel", "MigrationEnded"),
        "The migration ended, or was ended, before.",
        "Look at the migration again.",
        Who.REQUESTER,
    ),
    Row(
        ("NothingAsked",),
        "Checks were asked for, and no question is open.",
        "Look at the migration: it asks later, has ended, or has to be asked again.",
        Who.REQUESTER,
    ),
    Row(
        ("NoPlan",),
        "It was asked who uses the source, and the migration has no plan that says where they would go.",
        "Look again once it is planned, or correct what its plan was refused for.",
        Who.REQUESTER,
    ),
    Row(
        ("NotMoved",),
        "It was asked where an image went, and no version may be used in its place.",
        "Look at its migration, or have it migrated.",
        Who.REQUESTER,
    ),
    Row(
        ("PlaceGone",),
        "The image after which a page of a plan was to begin is not among the images any more.",
        "Begin with the first page.",
        Who.REQUESTER,
    ),
    Row(
        ("AskedTooOften",),
        "Too many people asked again for four eyes to tell them apart.",
        "Let it end, or cancel it, then start it anew.",
        Who.REQUESTER,
    ),
    Row(
        ("Stopped",),
        "It was stopped from outside, or is just being started.",
        "Wait five minutes: it is closed or goes on by then.",
        Who.NOBODY,
    ),
    Row(
        ("OtherImage",),
        "The id is that of another image: a digest met another, or somebody wrote into the records.",
        "Look at the record, and report it.",
        Who.OPERATOR,
    ),
    Row(
        ("RecordUnreadable",),
        "What the app keeps of this image makes no sense to it: somebody wrote into the records, or they are damaged. "
        "Nothing is asked, promoted or deleted by it.",
        "Look at the record of the image, and mend it, or delete it and start the migration anew.",
        Who.OPERATOR,
    ),
    Row(
        ("NoRecord",),
        "The app has no record of this migration: none began here, it was forgotten, or the records were lost. "
        "Without one nothing is asked, promoted or deleted.",
        "Look whether the source image is there; if it is, start a migration of it anew: it takes up what was built.",
        Who.REQUESTER,
    ),
    Row(
        (
            *("UnderWay", "RunEnded", "OtherAttempt", "NotSent"),
            *("Answered", "NothingAnswered", "NothingRefused", "NotOwed"),
        ),
        "The run has gone on, ended or been forgotten meanwhile.",
        "Look at the migration again.",
        Who.REQUESTER,
    ),
    Row(
        ("Paused", "PausedBySetting"),
        "Starts are paused, or only MIGRATION_PAUSED can let them go on.",
        "Wait for the end of the pause: what is tagged starts by itself then.",
        Who.OPERATOR,
    ),
    Row(
        ("NoFleet",),
        "There is no such fleet.",
        "Look at GET /api/fleets.",
        Who.REQUESTER,
    ),
    Row(
        ("FleetEnded",),
        "The fleet is over, or was cancelled: it cannot be paused, resumed or cancelled any more.",
        "Look at the fleet again; have its failed images tried again with `retry` where it is over.",
        Who.REQUESTER,
    ),
    Row(
        ("FleetChanged",),
        "Somebody has steered the fleet in the same moment.",
        "Look at the fleet again.",
        Who.NOBODY,
    ),
    Row(
        ("AlreadyMigrating",),
        "A fleet has passed an image, of which a migration was under way that it had not started.",
        "Wait for the end of that migration, and look at it.",
        Who.NOBODY,
    ),
    Row(
        ("AlreadyMigrated",),
        "A fleet has passed an image that had been migrated before: its source is gone, or is to stay.",
        "Look at its migration.",
        Who.NOBODY,
    ),
    Row(
        ("Soaking",),
        "The version was accepted and soaks: the delete is asked about by itself, at `soakUntil` at the earliest.",
        "Wait for the question, or cancel, which keeps the source.",
        Who.NOBODY,
    ),
    Row(
        ("AskedAlready", "AlreadyApproved", "NothingToAsk"),
        "Somebody asked again a moment ago, or approved, or there is nothing to ask.",
        "Look at the migration again.",
        Who.REQUESTER,
    ),
]
