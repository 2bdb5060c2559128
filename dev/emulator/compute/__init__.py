"""Microsoft.Compute: managed images, compute galleries, and the machines that may still use an image."""

from dev.emulator.compute import (
    galleries,
    image_definitions,
    image_versions,
    images,
    machines,
    operation_status,
    soft_deletion,
)
from dev.emulator.routes import Routes


def register(routes: Routes) -> None:
    for provider in (images, galleries, image_definitions, image_versions, machines, operation_status, soft_deletion):
        provider.register(routes)
