"""Galleries that are shared with the community: what is sent for them, and the public name that is shown instead."""

import uuid
from typing import Any

from dev.emulator.compute.any_resource.bodies import Body

_PUBLIC_NAMES = uuid.UUID("5f0f4a55-3c1b-4d0e-8d4c-7f5b3a0c6a11")


class _CommunityGalleryInfo(Body):
    public_name_prefix: str | None = None


class SharingProfile(Body):
    """Of a gallery: to whom it is open, and who publishes it."""

    community_gallery_info: _CommunityGalleryInfo | None = None


def published(properties: dict[str, Any], gallery_id: str) -> dict[str, Any]:
    """The properties of a gallery as shown: of a prefix it makes a name, the same for as long as the gallery is there.

    Sharing begins by an operation of its own, which is not emulated: until then it is not enabled.
    """
    community = (properties.get("sharingProfile") or {}).get("communityGalleryInfo") or {}
    if prefix := community.pop("publicNamePrefix", None):
        community["communityGalleryEnabled"] = False
        community["publicNames"] = [f"{prefix}-{uuid.uuid5(_PUBLIC_NAMES, gallery_id.lower())}"]
    return properties
