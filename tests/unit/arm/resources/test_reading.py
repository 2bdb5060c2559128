"""What Azure shows of others' resources: read as it is stored, and what makes no sense costs itself alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from arm.resources import locks, subscriptions
from arm.resources.galleries import _definition_from, _gallery_from
from arm.resources.images import image_from
from arm.resources.locks import find_locks_around
from arm.resources.subscriptions import list_locations
from arm.resources.version_bodies import deleted_version_from, target_body, version_from
from arm.transport.errors import ArmRefusedError
from arm.transport.reading import each_understood, understood
from migration.resources.gallery import DeletedVersion, Gallery, ImageDefinition, ImageVersion
from migration.resources.image import ManagedImage
from migration.values.image_version.lineage import Lineage, Validation
from migration.values.image_version.regions import RegionEncryption, TargetRegion
from tests.support.azure_here import remember_nothing
from tests.support.samples import DEFINITION, GALLERY, SOURCE, SUBSCRIPTION, VERSION

SET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/own"
BARE = {"name": "x", "location": "East US 2", "properties": None, "tags": None}


@pytest.mark.parametrize(
    ("make", "kind", "resource_id"),
    [
        (_gallery_from, Gallery, GALLERY),
        (_definition_from, ImageDefinition, DEFINITION),
        (version_from, ImageVersion, VERSION),
        (image_from, ManagedImage, SOURCE),
    ],
)
def test_a_resource_without_properties_is_read_and_one_without_place_is_marked(make: Any, kind: Any, resource_id: str):
    body = BARE | {"id": resource_id}
    placeless = {"id": resource_id, "name": "x", "properties": {}}
    whole, marked = each_understood(kind, make, [body, placeless])
    assert (whole.location, whole.unreadable) == ("eastus2", None)
    assert (marked.id, marked.name) == (resource_id, "x")
    assert resource_id in marked.unreadable
    with pytest.raises(ArmRefusedError, match=resource_id):
        understood(make, placeless)


def test_properties_of_versions_to_come_are_ignored():
    definition = _definition_from(
        {
            "id": DEFINITION,
            "name": "web",
            "location": "West Europe",
            "tags": {"empty": None},
            "properties": {"features": [{"name": "securitytype", "value": "New"}, {"name": "Other"}], "new": {"a": 1}},
        }
    )
    assert (definition.security_type, definition.tags) == ("New", {"empty": ""})


@pytest.mark.parametrize(
    ("stored", "read"),
    [(None, None), ({}, None), ({"name": ""}, None), ({"promotionCode": "x"}, None), ({"name": "l1"}, "?/?/l1")],
)
def test_as_much_of_a_purchase_plan_is_read_as_there_is(stored: dict[str, str] | None, read: str | None):
    body = {"id": DEFINITION, "name": "web", "location": "x", "properties": {"purchasePlan": stored}}
    plan = _definition_from(body).purchase_plan
    assert (str(plan) if plan else None) == read


def test_a_target_region_of_any_name_is_read():
    region = {"name": "Central US EUAP (Stage)", "regionalReplicaCount": 3}
    body = {
        "id": VERSION,
        "name": "1.0.0",
        "location": "x",
        "properties": {"publishingProfile": {"targetRegions": [region]}},
    }
    assert version_from(body).target_regions[0].replica_count == 3


def test_an_image_is_read_with_what_its_copy_might_lose():
    storage = {
        "zoneResilient": True,
        "osDisk": {"osType": "Linux", "caching": "ReadOnly", "diskEncryptionSet": {"id": SET}},
        "dataDisks": [{"lun": 5, "caching": "None"}],
    }
    properties = {"storageProfile": storage, "sourceVirtualMachine": {"id": "/vm"}}
    image = image_from({"id": SOURCE, "name": "web", "location": "eastus", "properties": properties})
    assert (image.zone_resilient, image.os_disk_caching, image.machine_id) == (True, "ReadOnly", "/vm")
    assert (image.encrypted, image.encryption_set) == (True, SET)
    assert [(disk.lun, disk.caching) for disk in image.data_disks] == [(5, "None")]


def test_encryption_is_written_as_azure_reads_it_and_read_again():
    encryption = RegionEncryption(os_disk=SET, data_disks={5: SET})
    region = TargetRegion(name="eastus", replica_count=1, storage_account_type="Standard_LRS", encryption=encryption)
    body = target_body(region)
    assert body["encryption"] == {
        "osDiskImage": {"diskEncryptionSetId": SET},
        "dataDiskImages": [{"lun": 5, "diskEncryptionSetId": SET}],
    }
    read = {
        "id": VERSION,
        "name": "1.0.0",
        "location": "x",
        "properties": {"publishingProfile": {"targetRegions": [body]}},
    }
    assert version_from(read).target_regions == [region]


def answers(monkeypatch: pytest.MonkeyPatch, module: Any, found: dict[str, list[dict[str, Any]] | Exception]) -> None:
    """Let `list_all` answer by the beginning of the path; what is not there is refused."""

    async def listed(url: str) -> list[dict[str, Any]]:
        answer = found.get(url.partition("/providers/Microsoft.Authorization")[0].partition("?")[0])
        if answer is None:
            raise ArmRefusedError("AuthorizationFailed", "no")
        return list(answer) if isinstance(answer, list) else []

    monkeypatch.setattr(module, "list_all", listed)


async def test_logical_regions_are_not_offered_and_zones_are_read(monkeypatch):
    found: list[dict[str, Any]] = [
        {"name": "eastus", "metadata": {"regionType": "Physical"}, "availabilityZoneMappings": [{"logicalZone": "1"}]},
        {"name": "westus", "metadata": {"regionType": "Physical"}},
        {"name": "old"},
        {"name": "europe", "metadata": {"regionType": "Logical"}},
    ]
    answers(monkeypatch, subscriptions, {"/subscriptions/a/locations": found})
    offered = await list_locations("a")
    assert {name: one.has_zones for name, one in offered.items()} == {"eastus": True, "westus": False, "old": False}


async def test_where_no_region_tells_of_zones_nothing_is_known_of_them(monkeypatch):
    answers(monkeypatch, subscriptions, {"/subscriptions/a/locations": [{"name": "eastus"}]})
    assert (await list_locations("a"))["eastus"].has_zones is None


def lock(scope: str, name: str) -> dict[str, Any]:
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/locks/{name}",
        "name": name,
        "properties": {"level": "ReadOnly"},
    }


async def test_locks_are_read_at_the_groups_where_the_subscription_may_not_be_read(monkeypatch):
    own, group = f"/subscriptions/{SUBSCRIPTION}", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images"
    answers(monkeypatch, locks, {own: [lock(own, "all")], group: [lock(group, "one")]})
    assert [one.name for one in await find_locks_around(SUBSCRIPTION, [group]) or []] == ["all"]
    remember_nothing(monkeypatch)
    answers(monkeypatch, locks, {group: [lock(group, "one")]})
    found = await find_locks_around(SUBSCRIPTION, [group, "/subscriptions/another/resourceGroups/x"])
    assert [one.scope for one in found or []] == [group]
    remember_nothing(monkeypatch)
    answers(monkeypatch, locks, {})
    assert await find_locks_around(SUBSCRIPTION, [group]) is None


def test_half_a_surrogate_pair_in_a_tag_stops_nothing():
    image = image_from({"id": SOURCE, **BARE, "tags": {"team": "\ud800"}})
    assert image.tags == {"team": "?"}


def validated(profile: Any) -> ImageVersion:
    """Read a version with what Azure shows of its validations."""
    return version_from(BARE | {"id": VERSION, "properties": {"validationsProfile": profile}})


def test_where_a_version_comes_from_and_how_it_was_validated_is_read():
    """As in the examples of the specification."""
    parts = {"publisher": "publishValue", "offer": "OfferValue", "sku": "SkuValue", "version": "1.0.1"}
    attributes = [{"name": f"source_image_{part}", "value": value} for part, value in parts.items()]
    executed = [
        {"type": "AzCertify", "status": "Succeeded", "version": "10.0.4", "executionTime": "2018-01-01T00:00:00Z"}
    ]
    version = validated({"platformAttributes": attributes, "executedValidations": executed})
    assert version.lineage == Lineage(publisher="publishValue", offer="OfferValue", sku="SkuValue")
    at = datetime(2018, 1, 1, tzinfo=UTC)
    assert version.validations == [Validation(type="AzCertify", status="Succeeded", executed_at=at)]


@pytest.mark.parametrize(
    "profile",
    [None, "x", {}, {"platformAttributes": None, "executedValidations": "x"}, {"platformAttributes": ["x", {}]}],
)
def test_a_validations_profile_that_makes_no_sense_costs_itself_alone(profile: Any):
    version = validated(profile)
    assert (version.id, version.lineage, version.validations) == (VERSION, None, [])


def test_a_validation_without_status_or_a_time_is_told_as_it_is():
    (one,) = validated({"executedValidations": [{"executionTime": "soon"}]}).validations
    assert one == Validation(type="?", status="Unknown")


def test_a_lineage_that_cannot_be_written_does_not_keep_a_version_from_being_understood():
    """Half of a surrogate pair in what is only shown made the whole version unreadable."""
    named = [{"name": "source_image_publisher", "value": "half \ud83d"}]
    executed = [{"type": "half \udc00", "status": None, "executionTime": "soon"}]
    profile = {"platformAttributes": named, "executedValidations": executed}
    version = version_from(BARE | {"id": VERSION, "properties": {"validationsProfile": profile}})
    assert version.lineage == Lineage(publisher="half ?")
    assert version.validations == [Validation(type="half ?", status="Unknown")]


@pytest.mark.parametrize("odd", ["soon", 7, {}, ""])
def test_odd_dates_of_a_deleted_version_do_not_keep_its_number_from_being_known(odd: Any):
    """The plan failed with an error of the app, again and again."""
    body = {"name": "1.0.0", "properties": {"consumptionEndTime": odd, "hardDeletionTargetTime": odd}}
    assert deleted_version_from(body) == DeletedVersion(name="1.0.0")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("2026-11-30T10:00:00+02:00", datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ("2026-11-30T10:00:00", datetime(2026, 11, 30, 10, tzinfo=UTC)),
        ("0001-01-01T00:00:00+02:00", None),
    ],
)
def test_the_time_of_a_validation_is_told_in_utc(told: str, shown: datetime | None):
    """The page said UTC beside the hour of any zone."""
    profile = {"executedValidations": [{"type": "t", "status": "s", "executionTime": told}]}
    version = version_from(BARE | {"id": VERSION, "properties": {"validationsProfile": profile}})
    assert version.validations == [Validation(type="t", status="s", executed_at=shown)]


@pytest.mark.parametrize("odd", ["P30D", [], float("inf"), {}])
def test_odd_spans_of_soft_delete_do_not_keep_a_gallery_from_being_used(odd: Any):
    """What is only shown made the gallery unreadable, and every plan into it was refused."""
    policy = {"isSoftDeleteEnabled": True, "retentionPeriodInDays": odd, "gracePeriodInDays": odd}
    gallery = _gallery_from(BARE | {"id": GALLERY, "properties": {"softDeletePolicy": policy}})
    assert (gallery.soft_delete_days, gallery.soft_delete_grace_days) == (7, None)
