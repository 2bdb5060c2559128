"""Galleries, image definitions and image versions as we read and write them.

`unreadable` says why what Azure shows of one cannot be understood; of such a one only id and name count.
"""

from datetime import datetime

from migration.resources.states import ProvisioningState, ReplicationState
from migration.values.ids import GALLERY, IMAGE_DEFINITION, ResourceId
from migration.values.image_version.capabilities import Feature
from migration.values.image_version.lineage import Lineage, Validation
from migration.values.image_version.purchase_plan import PurchasePlan
from migration.values.image_version.regions import TargetRegion
from migration.values.value import Stored, Value


class Gallery(Stored):
    """An Azure Compute Gallery. `soft_delete_days` is how long it keeps deleted versions; None: not at all.

    For that long they can be used by their exact number; for `soft_delete_grace_days` more they can only be restored
    (None: it does not say, as before API 2026-03-03).
    `sharing` is Private, Groups (shared directly with subscriptions or tenants) or Community (with everybody).
    """

    id: str
    name: str
    location: str
    provisioning_state: ProvisioningState = ProvisioningState.SUCCEEDED
    soft_delete_days: int | None = None
    soft_delete_grace_days: int | None = None
    sharing: str = "Private"
    tags: dict[str, str] = {}
    unreadable: str | None = None

    @property
    def resource_id(self) -> ResourceId:
        return ResourceId.parse(self.id, GALLERY)


class DeletedVersion(Value):
    """A version that was deleted and that its gallery keeps: until when it can be used, and restored, where told."""

    name: str
    usable_until: datetime | None = None
    gone_at: datetime | None = None


class ImageDefinition(Stored):
    """An image definition: what is the same for all its versions."""

    id: str
    name: str
    location: str
    os_type: str
    os_state: str
    generation: str
    publisher: str
    offer: str
    sku: str
    architecture: str = "x64"
    security_type: str = "Standard"
    features: list[Feature] = []
    purchase_plan: PurchasePlan | None = None
    provisioning_state: ProvisioningState = ProvisioningState.SUCCEEDED
    tags: dict[str, str] = {}
    unreadable: str | None = None

    @property
    def resource_id(self) -> ResourceId:
        return ResourceId.parse(self.id, IMAGE_DEFINITION)


class RegionReplication(Stored):
    """How far the replication to one region is.

    `completed_at` is when it was first seen complete, which Azure itself does not tell.
    """

    name: str
    state: ReplicationState = ReplicationState.UNKNOWN
    progress: int = 0
    replicas: int = 0
    details: str | None = None
    completed_at: datetime | None = None

    @property
    def is_complete(self) -> bool:
        return self.state == ReplicationState.COMPLETED


class ImageVersion(Value):
    """An image version as read from Azure; `replication` is empty unless it was asked for.

    `published_at` is when Azure made it, which one made again under the same name does not share. `caching` is that of
    each disk: "os", or the LUN. A version may be made of sources that are named disk by disk. `protected` tells that it
    cannot be deleted before its end of life, `region_deletion_allowed` that its replicas can be while it stays.
    `lineage` is the Marketplace image that Azure says it descends from, `validations` are Azure's own of it.
    """

    id: str
    name: str
    location: str
    provisioning_state: ProvisioningState
    source_id: str | None = None
    disk_sources: list[str] = []
    target_regions: list[TargetRegion] = []
    exclude_from_latest: bool = False
    protected: bool = False
    region_deletion_allowed: bool = True
    end_of_life_date: datetime | None = None
    published_at: datetime | None = None
    replication_mode: str = "Full"
    replication: list[RegionReplication] = []
    caching: dict[str, str] = {}
    lineage: Lineage | None = None
    validations: list[Validation] = []
    tags: dict[str, str] = {}
    unreadable: str | None = None

    @property
    def is_settled(self) -> bool:
        """Tell whether it is built, and nothing about it is being changed."""
        return self.provisioning_state == ProvisioningState.SUCCEEDED

    @property
    def source_ids(self) -> list[str]:
        """Return every source that it names, in whatever field."""
        return [*([self.source_id] if self.source_id else []), *self.disk_sources]
