"""Whether the delete is still wished for. `never` is a lock: no request opens it, on the image or in the settings."""

from collections.abc import Mapping

from migration.answer import Refusal
from migration.image import ManagedImage
from migration.problems import RequestInvalidError
from migration.request import DeleteSource
from migration.settings import Settings
from migration.start import MigrationStart
from migration.tags import DEFAULT_VALUE, find_tag, options_key, request_from_tags, tag_fingerprint


def lock_on_image(image_id: str, tags: Mapping[str, str], key: str) -> str | None:
    """Say why the image's own tags forbid its delete, or None. Tags that cannot be read count as `never`."""
    asked, options = find_tag(tags, key), find_tag(tags, options_key(key))
    if asked is None and options is None:
        return None
    said = {key: asked if asked is not None else DEFAULT_VALUE, options_key(key): options or ""}
    try:
        request = request_from_tags(image_id, said, key)
    except RequestInvalidError:
        return f"the tags {key} of the source image cannot be read, which counts as delete-source=never"
    if request is not None and request.delete_source is DeleteSource.NEVER:
        return f"the tag {options_key(key)} of the source image says delete-source=never"
    return None


def withdrawn(image: ManagedImage, start: MigrationStart, settings: Settings) -> Refusal | None:
    """Say that the delete is not wished for any more, judging by what settings and the image's tags say now."""
    if settings.delete_source is DeleteSource.NEVER:
        return Refusal(code="DeletionLocked", message="MIGRATION_DELETE_SOURCE is never")
    lock = lock_on_image(image.id, image.tags, settings.tag)
    if lock is not None:
        return Refusal(code="KeptByTag", message=lock)
    if start.asked_by == "tag" and tag_fingerprint(image.tags, settings.tag) != start.fingerprint:
        message = f"the tags {settings.tag} by which this was asked for were changed or removed since"
        return Refusal(code="RequestWithdrawn", message=message)
    return None
