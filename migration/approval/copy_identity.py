"""What tells one copy of an image from another of the same name: names return, dates and contents do not."""

from datetime import datetime

from migration.asking.tags import find_tag
from migration.resources.gallery import ImageVersion
from migration.resources.image import ManagedImage
from migration.resources.provenance import SOURCE_CONTENT_TAG
from migration.values.answer import Refusal
from migration.values.ids import same_id
from migration.values.record import Stored


class CopyIdentity(Stored):
    """An image version and what it was made of: `published_at` is Azure's, `source_content` a digest of the source."""

    image_version_id: str
    published_at: datetime
    source_content: str


def identify(version: ImageVersion, image: ManagedImage) -> CopyIdentity | Refusal:
    """Return what this version is a copy of, or why it cannot be told to be one of this image."""
    if version.published_at is None or image.created_at is None:
        which = "image version was published" if version.published_at is None else "source image was made"
        return Refusal(code="CannotTellApart", message=f"Azure does not say when the {which}")
    if find_tag(version.tags, SOURCE_CONTENT_TAG) != image.content:
        message = "the image version was made from other disks than the source image has now"
        return Refusal(code="SourceChanged", message=message)
    if image.created_at >= version.published_at:
        message = "the source image was made after the image version: it is no longer the one that was copied"
        return Refusal(code="SourceChanged", message=message)
    return CopyIdentity(image_version_id=version.id, published_at=version.published_at, source_content=image.content)


def replaced(version: ImageVersion, approved: CopyIdentity) -> Refusal | None:
    """Say that this is another version than the one people were asked about, or None."""
    if not same_id(version.id, approved.image_version_id):
        return Refusal(code="NotApproved", message="the approval is for another image version")
    if version.published_at != approved.published_at:
        message = "the image version was deleted and made again since: it is not the one that was approved"
        return Refusal(code="VersionReplaced", message=message)
    return None
