"""Whether the delete is still wished for, judging by what settings and tags say now."""

from migration.asking.delete_lock import lock_on_image
from migration.asking.request import DeleteSource
from migration.asking.settings import Settings
from migration.asking.start import MigrationStart
from migration.asking.tags import tag_fingerprint
from migration.resources.image import ManagedImage
from migration.values.answer import Refusal


def withdrawn(image: ManagedImage, start: MigrationStart, settings: Settings) -> Refusal | None:
    """Say that the delete is not wished for any more. `never` is a lock, in the settings and on the image."""
    if settings.delete_source is DeleteSource.NEVER:
        return Refusal(code="DeletionLocked", message="MIGRATION_DELETE_SOURCE is never")
    lock = lock_on_image(image.id, image.tags, settings.tag)
    if lock is not None:
        return Refusal(code="KeptByTag", message=lock)
    if start.asked_by == "tag" and tag_fingerprint(image.tags, settings.tag) != start.fingerprint:
        message = f"the tags {settings.tag} by which this was asked for were changed or removed since"
        return Refusal(code="RequestWithdrawn", message=message)
    return None
