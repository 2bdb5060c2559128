"""Microsoft.Compute: managed images, compute galleries, disk encryption sets, and machines that may use an image.

Only the table of its rooms stands here. They know `any_resource`; `versions` knows `galleries` too, and `images` knows
`machines`; nothing else.
"""

from dev.emulator.compute.any_resource import operation_status
from dev.emulator.compute.encryption import encryption_sets
from dev.emulator.compute.galleries import galleries, image_definitions, soft_deletion
from dev.emulator.compute.images import images
from dev.emulator.compute.machines import machines
from dev.emulator.compute.versions import image_versions
from dev.emulator.front_door.routes import Routes


def register(routes: Routes) -> None:
    for provider in (
        images,
        galleries,
        image_definitions,
        image_versions,
        machines,
        encryption_sets,
        operation_status,
        soft_deletion,
    ):
        provider.register(routes)
