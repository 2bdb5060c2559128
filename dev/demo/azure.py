"""What the demo does as a user of Azure, through the real SDK: tag an image, and read back what is there in the end."""

import os
from collections import Counter
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.identity import ManagedIdentityCredential
from azure.mgmt.compute import ComputeManagementClient

from dev.emulator import Emulator
from migration.values.ids import IMAGE_VERSION, MANAGED_IMAGE, ResourceId


class Azure:
    """A user with a managed identity, pointed at the emulator by environment variables alone."""

    def __init__(self, emulator: Emulator) -> None:
        os.environ.update(emulator.environment)
        self._emulator = emulator
        endpoint = emulator.environment["ARM_ENDPOINT"]
        self._client = ComputeManagementClient(
            ManagedIdentityCredential(),
            emulator.subscription_id,
            base_url=endpoint,
            credential_scopes=[f"{endpoint}/.default"],
        )
        self._own_calls: Counter[str] = Counter()

    def tag_image(self, image_id: str, tags: dict[str, str]) -> None:
        """Do what `az image update --set tags...` does in the end."""
        image = ResourceId.parse(image_id, MANAGED_IMAGE)
        self._own_calls["PATCH"] += 1
        self._client.images.begin_update(image.resource_group, image.name, {"tags": tags}, polling=False)  # type: ignore[call-overload]  # plain JSON is taken too

    def calls_of_the_app(self) -> Counter[str]:
        """Count the ARM calls the app has made so far, by method."""
        return Counter(call["method"] for call in self._emulator.control.calls()) - self._own_calls

    def image_exists(self, image_id: str) -> bool:
        image = ResourceId.parse(image_id, MANAGED_IMAGE)
        self._own_calls["GET"] += 1
        try:
            self._client.images.get(image.resource_group, image.name)
        except ResourceNotFoundError:
            return False
        return True

    def version(self, version_id: str) -> dict[str, Any]:
        target = ResourceId.parse(version_id, IMAGE_VERSION)
        self._own_calls["GET"] += 1
        found = self._client.gallery_image_versions.get(
            target.resource_group, *target.names, expand="ReplicationStatus"
        )
        return dict(found.as_dict())
