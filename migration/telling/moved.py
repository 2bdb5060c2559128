"""Where an image went: the version that its users go to instead, by what the record keeps of its migrations."""

from datetime import datetime

from migration.record.run import Run
from migration.telling.answers import Links
from migration.values.outcome import Outcome, OutcomeKind, SourceSeen
from migration.values.value import Value

KEPT_AS_ASKED = {"Accepted", "Policy"}  # the codes of a migration that is complete, and was to delete nothing


class MovedTo(Value):
    """The forwarding address of a managed image.

    `image_definition_id` without a number means the latest version, `image_version_id` the very copy. `source` and
    `image_version` tell what was seen of each just now: a version that was made again under its number is not that
    copy, which is gone. `of_earlier_image` tells that the name is another image's by now,
    which is not that copy; None where it could not be looked at. `outcome` is None while the migration goes on.
    """

    source_image_id: str
    image_definition_id: str
    image_version_id: str
    source: SourceSeen
    image_version: SourceSeen
    of_earlier_image: bool | None
    outcome: Outcome | None
    ended_at: datetime | None
    links: Links


def has_moved(run: Run) -> bool:
    """Tell whether the users of an image may go to this run's version: it was approved, accepted, or asked for without
    a question; or it is all that is left. What is decided after a soak is about the source alone.
    """
    if run.image_version_id is None:
        return False
    outcome, is_in_use = run.outcome, run.promoted or run.soak is not None
    if outcome is None:
        return is_in_use
    kept = outcome.kind is OutcomeKind.SOURCE_KEPT and outcome.code in KEPT_AS_ASKED
    return is_in_use or kept or outcome.kind is OutcomeKind.MIGRATED or outcome.only_copy
