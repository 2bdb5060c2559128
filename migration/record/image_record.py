"""The record of one source image: its run, and what of its wishes has been answered.

It lives outside the task hub, so that whoever can write histories cannot write it. The rules beside it are pure: each
takes the record as it is and returns it as it should be, unchanged where that was done before, or a refusal.
"""

from datetime import datetime

from pydantic import Field, ValidationInfo, field_validator

from migration.record.run import Run
from migration.resources.copy_identity import CopyIdentity
from migration.values.answer import Refusal
from migration.values.ids import instance_id_for
from migration.values.value import FORMAT, OLDEST_READER, Moment, Stored

MOST_COPIES = 20
OTHER_RUN = Refusal(code="OtherRun", message="another migration of this image has been started since")
NO_RECORD = Refusal(
    code="NoRecord",
    message="the app has no record of this migration (it never began here, was forgotten, or the records were lost), "
    "and without one it deletes nothing",
)


class Answered(Stored):
    """What was last answered about an image: the request its tags made (`fingerprint`), of which content and shape.

    `deleted` tells that the image went then: whatever bears its name now is another. `off` that it has been seen
    without the tag since: set again, it is a new wish. `refused_at` is when a plan was last refused for something that
    may be put right: that is no answer for good.
    """

    fingerprint: str
    content: str
    shape: str = ""
    deleted: bool = False
    off: bool = False
    refused_at: Moment | None = None


class ImageRecord(Stored):
    """Everything that has authority over one source image. `run` is the latest that was admitted.

    `copies` are the versions that its migrations have made, by which they are known whatever becomes of their tags.
    `oldest_reader` is raised by a run on which older code must not act, and never lowered: it may be a newer release's.
    """

    format: int = FORMAT
    migration_id: str
    source_image_id: str
    created_at: Moment
    updated_at: Moment
    run: Run | None = None
    answered: Answered | None = None
    copies: list[CopyIdentity] = []
    oldest_reader: int = Field(OLDEST_READER, validate_default=True)

    @field_validator("oldest_reader")
    @classmethod
    def _as_its_run_needs(cls, said: int, known: ValidationInfo) -> int:
        run = known.data.get("run")
        return max(said, run.needs_reader) if isinstance(run, Run) else said

    def with_copy(self, copy: CopyIdentity) -> "ImageRecord":
        """Return the record whose run has made this copy; of very many, the oldest are known by their tags again."""
        run = self.run.changed(copied=copy) if self.run else None
        others = [one for one in self.copies if one != copy]
        return self.changed(run=run, copies=[*others, copy][-MOST_COPIES:])

    def run_of(self, run_id: str) -> Run | Refusal:
        """Return the run, if it is the one that was admitted last."""
        return self.run if self.run is not None and self.run.id == run_id else OTHER_RUN

    def with_run(self, run: Run | Refusal) -> "ImageRecord | Refusal":
        """Return the record with its run as it is now; a refusal is handed on."""
        return run if isinstance(run, Refusal) else self.changed(run=run)


def new_record(source_image_id: str, at: datetime) -> ImageRecord:
    return ImageRecord(
        migration_id=instance_id_for(source_image_id), source_image_id=source_image_id, created_at=at, updated_at=at
    )
