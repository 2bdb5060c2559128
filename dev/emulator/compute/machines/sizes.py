"""Machine sizes whose disks are NVMe, and the images that cannot boot there.

Sizes of series 6 and 7 mostly have NVMe alone: Microsoft's FAQ on NVMe, 2025-01-31. The refusal of a definition that
does not name NVMe is recorded in kubernetes-sigs/image-builder#1875, 2025-10-29. Unverified: that a managed image and
the model of a scale set are refused alike, and that it holds for every size of these series.
"""

import re

from dev.emulator.compute.galleries.features import boots_from_nvme
from dev.emulator.compute.machines.machine_errors import SIZE_CANNOT_BOOT
from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.world import World

_NVME_ALONE = re.compile(r"_v[67]$", re.IGNORECASE)


def refuse_image_without_nvme(world: World, image_id: str, size: str | None) -> None:
    """Refuse an image that this size cannot boot from; raises ArmError. What is not in this world is not judged."""
    if not size or not _NVME_ALONE.search(size):
        return
    image = world.resources.get(re.sub(r"/versions/[^/]+$", "", image_id, flags=re.IGNORECASE))
    if image is not None and not boots_from_nvme(image.properties):
        raise ArmError(SIZE_CANNOT_BOOT, size=size)
