"""The kinds of users of an image, as one table: check, page, API, audit, setting and docs are made from it.

What becomes of machines and scale sets is Microsoft's word: machines made from a managed image are not affected by its
deletion, for their disks are their own; running instances of a scale set neither, but it cannot be scaled out (FAQ of
azure-docs, "Migrate from a managed image to an Azure Compute Gallery image", read 2026-11-30). Which types Azure
Resource Graph lists, and in which table, is that of its reference of supported tables, read the same day.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

COMPUTE = "compute"  # in the setting: what always blocks
ANY = "any"  # in the setting: all that may block
EVERY_READ = "*/read"  # the right without which a resource of whatever type may be hidden


class Source(StrEnum):
    """Who tells of a kind: Compute's own lists, which are complete; or Resource Graph, which lags by up to hours."""

    COMPUTE = "Compute"
    GRAPH = "Azure Resource Graph"


class Blocks(StrEnum):
    """When a kind keeps a source."""

    ALWAYS = "always"
    IF_NAMED = "if named"
    NEVER = "never"


class Kind(NamedTuple):
    """A kind. `key` is its name in the setting; `effect` what becomes of one without the image.

    `types` are its resource types in lower case, and `reads` the rights without which Resource Graph hides some.
    Of a kind that it does not list, `within` are the types that would hold it: where there are none, there is none.
    """

    key: str
    singular: str
    plural: str
    effect: str
    source: Source = Source.COMPUTE
    blocks: Blocks = Blocks.ALWAYS
    types: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    within: tuple[str, ...] = ()

    def counted(self, count: int) -> str:
        """Return how many there are, in words."""
        return f"{count} {self.singular if count == 1 else self.plural}"


SCALE_SETS = Kind("scale-sets", "scale set", "scale sets", "runs on, and can make no new instances")
INSTANCES = Kind(
    "scale-set-instances",
    "scale set instance",
    "scale set instances",
    "runs on, and cannot be reimaged, nor made anew where it fails",
)
WITHOUT_OWN_DISK = Kind(
    "machines-without-own-disk",
    "virtual machine without a proven disk of its own",
    "virtual machines without proven disks of their own",
    "may be still in the making, or loses its ephemeral disk for good when it is reimaged or moved",
)
VERSIONS = Kind(
    "image-versions",
    "unfinished or shallow image version",
    "unfinished or shallow image versions",
    "cannot be finished, or cannot be used any more",
)
MACHINES = Kind(
    "machines",
    "virtual machine with its own disk",
    "virtual machines with their own disks",
    "keeps running, and can no longer be reimaged",
    blocks=Blocks.IF_NAMED,
)
FLEETS = Kind(
    "fleets",
    "Compute Fleet",
    "Compute Fleets",
    "can make no new machines; the scale sets that it made are found as such",
    Source.GRAPH,
    Blocks.IF_NAMED,
    types=("microsoft.azurefleet/fleets",),
    reads=("Microsoft.AzureFleet/fleets/read",),
)
IMAGE_TEMPLATES = Kind(
    "image-templates",
    "image template",
    "image templates",
    "can no longer be built: the image is its source",
    Source.GRAPH,
    Blocks.IF_NAMED,
    types=("microsoft.virtualmachineimages/imagetemplates",),
    reads=("Microsoft.VirtualMachineImages/imageTemplates/read",),
)
TEMPLATE_TARGETS = Kind(
    "image-template-targets",
    "image template that distributes to it",
    "image templates that distribute to it",
    "does not need it, and makes the image anew when it is built again",
    Source.GRAPH,
    Blocks.NEVER,
    reads=IMAGE_TEMPLATES.reads,
)
HOST_POOLS = Kind(
    "host-pools",
    "host pool",
    "host pools",
    "offers the image for new session hosts, which fails",
    Source.GRAPH,
    Blocks.IF_NAMED,
    types=("microsoft.desktopvirtualization/hostpools",),
    reads=("Microsoft.DesktopVirtualization/hostpools/read",),
)
HOST_CONFIGURATIONS = Kind(
    "session-host-configurations",
    "session host configuration",
    "session host configurations",
    "can make no new session hosts, and update none",
    Source.GRAPH,
    Blocks.IF_NAMED,
    types=("microsoft.desktopvirtualization/hostpools/sessionhostconfigurations",),
    reads=HOST_POOLS.reads,
    within=HOST_POOLS.types,
)
LAB_IMAGES = Kind(
    "lab-images",
    "DevTest custom image",
    "DevTest custom images",
    "can no longer be used for new machines of its lab",
    Source.GRAPH,
    Blocks.IF_NAMED,
    types=("microsoft.devtestlab/labs/customimages",),
    reads=("Microsoft.DevTestLab/labs/read",),
    within=("microsoft.devtestlab/labs",),
)
NODE_TYPES = Kind(
    "managed-node-types",
    "Service Fabric managed node type",
    "Service Fabric managed node types",
    "can make no new nodes; its scale set is found as such",
    Source.GRAPH,
    Blocks.IF_NAMED,
    types=("microsoft.servicefabric/managedclusters/nodetypes",),
    reads=("Microsoft.ServiceFabric/managedclusters/nodetypes/read",),
)
DISKS = Kind(
    "disks",
    "disk that was made from it",
    "disks that were made from it",
    "does not need it: it is a copy, and the image only where it came from",
    Source.GRAPH,
    Blocks.NEVER,
    types=("microsoft.compute/disks",),
    reads=(EVERY_READ,),
)
OTHERS = Kind(
    "others",
    "other resource",
    "other resources",
    "names the image, and may break without it",
    Source.GRAPH,
    Blocks.IF_NAMED,
    reads=(EVERY_READ,),
)
KINDS = (
    *(SCALE_SETS, INSTANCES, WITHOUT_OWN_DISK, VERSIONS, MACHINES),
    *(FLEETS, IMAGE_TEMPLATES, TEMPLATE_TARGETS, HOST_POOLS, HOST_CONFIGURATIONS, LAB_IMAGES, NODE_TYPES),
    *(DISKS, OTHERS),
)
GRAPH_KINDS = frozenset(kind.key for kind in KINDS if kind.source is Source.GRAPH)
ALWAYS = frozenset(kind.key for kind in KINDS if kind.blocks is Blocks.ALWAYS)
IF_NAMED = frozenset(kind.key for kind in KINDS if kind.blocks is Blocks.IF_NAMED)
NAMES = (COMPUTE, ANY, *(kind.key for kind in KINDS if kind.blocks is Blocks.IF_NAMED))  # of the setting
_BY_KEY = {kind.key: kind for kind in KINDS}


def kind_of(key: str) -> Kind:
    """Return the kind of this key. What no row knows, as an earlier release may have named it, needs the image."""
    return _BY_KEY.get(key) or Kind(key, key, f"{key}s", "may break without it")


def blocking(named: Iterable[str]) -> frozenset[str]:
    """Return the keys of the kinds that keep a source: those of Compute in any case, and what the setting names."""
    wanted = frozenset(named)
    return ALWAYS | (IF_NAMED if ANY in wanted else IF_NAMED & wanted)
