"""What tells one copy of an image from another of the same name: names return, dates and contents do not."""

from collections.abc import Iterable

from migration.resources.gallery import ImageVersion
from migration.resources.image import ManagedImage
from migration.resources.provenance import SOURCE_CONTENT_TAG
from migration.values.answer import Refusal
from migration.values.ids import same_id
from migration.values.tags import find_tag
from migration.values.value import Moment, Stored


class CopyIdentity(Stored):
    """An image version and what it was made of: `published_at` is Azure's, `source_content` a digest of the source."""

    image_version_id: str
    published_at: Moment
    source_content: str


def identify(version: ImageVersion, image: ManagedImage, copies: Iterable[CopyIdentity] = ()) -> CopyIdentity | Refusal:
    """Return what this version is a copy of, or why it cannot be told to be one of this image.

    `copies` are those that the record knows; of others, which an earlier release made, only their tags tell.
    """
    if version.published_at is None:
        return Refusal(code="CannotTellApart", message="Azure does not say when the image version was published")
    known = known_copy(version, copies)
    content = known.source_content if known else find_tag(version.tags, SOURCE_CONTENT_TAG)
    if content is None:
        message = f"the image version has lost the tag {SOURCE_CONTENT_TAG}, by which it is known whose copy it is"
        return Refusal(code="CopyUnknown", message=message)
    copied = CopyIdentity(image_version_id=version.id, published_at=version.published_at, source_content=content)
    return another_image(image, copied) or copied


def known_copy(version: ImageVersion, copies: Iterable[CopyIdentity]) -> CopyIdentity | None:
    """Return what the record knows of this very version: one made again under its name has another date."""
    return next((copy for copy in copies if replaced(version, copy) is None), None)


def another_image(image: ManagedImage, copied: CopyIdentity) -> Refusal | None:
    """Say that this is not, or cannot be told to be, the image that a version is a copy of."""
    if image.created_at is None:
        return Refusal(code="CannotTellApart", message="Azure does not say when the source image was made")
    if image.content != copied.source_content:
        message = "the image version was made from other disks than the source image has now"
        return Refusal(code="SourceChanged", message=message)
    if image.created_at >= copied.published_at:
        message = "the source image was made after the image version: it is no longer the one that was copied"
        return Refusal(code="SourceChanged", message=message)
    return None


def replaced(version: ImageVersion, approved: CopyIdentity) -> Refusal | None:
    """Say that this is another version than the one people were asked about, or None."""
    if not same_id(version.id, approved.image_version_id):
        return Refusal(code="NotApproved", message="the approval is for another image version")
    if version.published_at != approved.published_at:
        message = "the image version was deleted and made again since: it is not the one that was approved"
        return Refusal(code="VersionReplaced", message=message)
    return None
