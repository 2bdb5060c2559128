"""`delete-source=never` on the image itself: a lock that no request opens."""

from collections.abc import Mapping

from migration.asking.request import DeleteSource
from migration.asking.tags import DEFAULT_VALUE, options_key, request_from_tags
from migration.values.problems import RequestInvalidError
from migration.values.tags import find_tag


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
