"""Customer-managed keys: a disk encryption set for each region, named by people or the source's own."""

from typing import Any

import pytest

from migration.asking.settings import Settings
from migration.asking.tags import request_from_tags
from migration.plan.choosing import Choices
from migration.plan.encryption import chosen_sets, ids_of, plan_encryption
from migration.plan.plan import Findings, Plan
from migration.resources.encryption_set import EncryptionSet
from migration.resources.image import DataDisk, ManagedImage
from migration.values.image_version.regions import TargetRegion
from migration.values.problems import RequestInvalidError
from tests.support.samples import (
    COMPUTE,
    DEFAULTS,
    SOURCE,
    codes,
    make_gallery,
    make_image,
    make_plan,
    make_request,
    make_settings,
    targets,
)

OWN = f"{COMPUTE}/diskEncryptionSets/own"
OWN_DATA = f"{COMPUTE}/diskEncryptionSets/own-data"
WEST = f"{COMPUTE}/diskEncryptionSets/west"
KEYS = WEST.replace("resourceGroups/images", "resourceGroups/keys")
ENCRYPTED = make_image(
    encrypted=True, encryption_set=OWN, data_disks=[DataDisk(lun=0, encryption_set=OWN_DATA), DataDisk(lun=5)]
)


def there(*ids: str, location: str = "westus2", **changes: Any) -> dict[str, EncryptionSet | None]:
    return {
        one.lower(): EncryptionSet(id=one, location="eastus" if "/own" in one else location, **changes) for one in ids
    }


def plan(
    image: ManagedImage = ENCRYPTED,
    read: dict[str, EncryptionSet | None] | None = None,
    settings: Settings | None = None,
    **body: Any,
) -> tuple[list[TargetRegion], Findings]:
    findings = Findings()
    choices = Choices(make_request(**body), settings or DEFAULTS, "request", findings)
    sets = chosen_sets(choices, image, make_gallery())
    known = there(*ids_of(sets)) if read is None else read
    return plan_encryption(targets("eastus", "westus2"), sets, known, image, make_gallery(), findings), findings


def test_the_sources_own_sets_count_in_its_region_disk_by_disk():
    regions, findings = plan(encryptionSets="westus2:west")
    assert codes(findings) == []
    east, west = (region.encryption for region in regions)
    assert east is not None
    assert west is not None
    assert (east.os_disk, east.data_disks) == (OWN, {0: OWN_DATA, 5: OWN})
    assert (west.os_disk, west.data_disks) == (WEST, {0: WEST, 5: WEST})


def test_each_region_without_a_set_is_a_problem_that_says_how_to_name_one():
    (problem,) = plan()[1].problems
    assert (problem.field, problem.code) == ("encryptionSets", "SourceEncrypted")
    assert "encryption=westus2:name" in problem.message
    assert "MIGRATION_ENCRYPTION_SETS" in problem.message


@pytest.mark.parametrize(
    ("named", "found"),
    [("westus2:west", WEST), ("West US 2:keys/west", KEYS), (f"westus2:{KEYS}", KEYS)],
)
def test_a_set_is_named_by_name_group_or_id(named: str, found: str):
    regions, findings = plan(encryptionSets=named)
    assert codes(findings) == []
    assert regions[1].encryption is not None
    assert regions[1].encryption.os_disk == found


def test_tag_request_and_setting_say_the_same_in_their_own_ways():
    tags = {"m": "default", "m-options": "encryption=westus2:keys/west, eastus:own"}
    by_tag = request_from_tags(SOURCE, tags, "m")
    assert by_tag is not None
    for value in (["westus2:keys/west", "eastus:own"], {"westus2": "keys/west", "eastus": "own"}):
        assert make_request(encryptionSets=value).encryption_sets == by_tag.encryption_sets
    objects = [{"region": "westus2", "id": "keys/west"}, {"region": "East US", "id": "own"}]
    assert make_request(encryptionSets=objects).encryption_sets == by_tag.encryption_sets
    assert make_settings(encryption_sets="westus2:keys/west,eastus:own").encryption_sets == by_tag.encryption_sets


@pytest.mark.parametrize(
    "value", ["westus2", "westus2:", ":name", "westus2:a/b/c", "westus2:/subscriptions/x", "a:b,a:c"]
)
def test_what_names_no_set_is_refused_at_once(value: str):
    with pytest.raises(RequestInvalidError):
        make_request(encryptionSets=value)


def test_settings_encrypt_nothing_that_is_not_encrypted():
    regions, findings = plan(make_image(), settings=make_settings(encryption_sets=f"eastus:{OWN},westus2:{WEST}"))
    assert [region.encryption for region in regions] == [None, None]
    assert findings.problems == []


def test_the_setting_counts_for_an_encrypted_source():
    regions, findings = plan(settings=make_settings(encryption_sets=f"westus2:{KEYS}"))
    assert codes(findings) == []
    assert regions[1].encryption is not None


def test_all_regions_are_encrypted_or_none():
    assert codes(plan(make_image(), encryptionSets="westus2:west")[1]) == ["EncryptionSetMissing"]


@pytest.mark.parametrize(
    ("read", "code"),
    [
        ({WEST.lower(): None}, "EncryptionSetNotFound"),
        (there(WEST, location="northeurope"), "EncryptionSetElsewhere"),
        (there(WEST, kind="ConfidentialVmEncryptedWithCustomerKey"), "EncryptionSetUnfit"),
    ],
)
def test_a_set_that_cannot_serve_is_a_problem_of_the_plan(read: dict[str, EncryptionSet | None], code: str):
    assert codes(plan(read=there(OWN, OWN_DATA) | read, encryptionSets="westus2:west")[1]) == [code]


def test_sets_that_may_not_be_read_are_not_checked_and_the_plan_says_so():
    _, findings = plan(read={}, encryptionSets="westus2:west")
    assert codes(findings) == []
    assert [note for note in findings.notes if note.startswith("not checked") and "/west" in note]


def test_an_encrypted_source_stays_in_its_subscription():
    elsewhere = make_gallery(id=make_gallery().id.replace("0000-000000000001", "0000-00000000000b"))
    findings = Findings()
    choices = Choices(make_request(), DEFAULTS, "request", findings)
    sets = chosen_sets(choices, ENCRYPTED, elsewhere)
    plan_encryption(targets("eastus"), sets, {}, ENCRYPTED, elsewhere, findings)
    assert set(codes(findings)) == {"EncryptedSourceElsewhere", "EncryptionSetElsewhere"}


def test_a_plan_with_encryption_survives_the_durable_boundary():
    stored = make_plan(target_regions=plan(encryptionSets="westus2:west")[0])
    assert Plan.model_validate(stored.dump()) == stored


def test_a_region_without_encryption_looks_as_it_did_before():
    assert targets("eastus")[0].dump() == {"name": "eastus", "replicaCount": 1, "storageAccountType": "Standard_LRS"}
