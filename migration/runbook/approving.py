"""The codes of a decision about the images of a fleet: of the call, and of each image."""

from migration.runbook.row import Row, Who

APPROVING = [
    Row(
        ("FleetDecidesEach",),
        "The fleet was begun so that people decide about each of its images by itself (`approval: each`).",
        "Answer each image's own question, by its link or its own call.",
        Who.APPROVER,
    ),
    Row(
        ("NothingDecided",),
        "A decision about a fleet counted for none of its images: `results` says why, image by image.",
        "Look at the questions of the fleet again, then decide about those that ask now.",
        Who.APPROVER,
    ),
    Row(
        ("FactsChanged",),
        "What was checked of an image has changed since whoever decided was shown it, or that can be decided no more.",
        "Look at the image again, then decide.",
        Who.APPROVER,
    ),
    Row(
        ("NotOffered",),
        "As an image was shown, that could not be decided about it: something needs the source, or could not be read.",
        "Look at what stands against it, cure that, then look again; or reject it.",
        Who.APPROVER,
    ),
    Row(
        ("ApprovalExpired",),
        "Nobody decided about this image in time.",
        "Have it asked again.",
        Who.REQUESTER,
    ),
    Row(
        ("NotReached",),
        "One call about a fleet takes a minute and a half at most, and there was no time left for this image.",
        "Send the same again: what was decided stays decided, and the rest is taken up.",
        Who.APPROVER,
    ),
    Row(
        ("AzureUnavailable", "HubUnavailable", "RecordsUnavailable"),
        "Azure, the task hub, or the storage of the records, gave no answer about this image.",
        "Send the same again in a minute: what was taken down already counts once.",
        Who.OPERATOR,
    ),
]
