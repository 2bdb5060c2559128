"""What a copy takes over from its source, and what it lacks, in the words of the approval page."""

from datetime import datetime, timedelta, timezone
from typing import Any

from migration.plan.carrying import changes
from migration.plan.tagging.carried import carried_tags, version_tags
from migration.resources.image import DataDisk
from migration.resources.provenance import source_created
from migration.values.image_version.regions import RegionEncryption
from tests.support.samples import MIGRATION, make_definition, make_image, make_plan, make_version, targets

KEY = "migrate-to-gallery"


def changed(version: dict[str, Any] | None = None, **image: Any) -> list[str]:
    return changes(make_plan(), make_image(**image), make_version(**(version or {})), KEY)


def test_what_asks_for_a_migration_is_not_the_images_own():
    tags = {"team": "web", KEY: "default", f"{KEY.upper()}-OPTIONS": "eol=2099-01-01", f"{KEY}-status": "Failed x y"}
    assert carried_tags(tags, KEY) == ({"team": "web"}, [])


def test_no_tag_of_the_source_forges_one_of_ours():
    kept, left = carried_tags({"Migration-Id": "forged", "decided-by": "forged", "team": "web"}, KEY)
    assert (kept, left) == ({"team": "web"}, ["Migration-Id", "decided-by"])
    assert (
        version_tags(make_plan(source=make_image(tags={"migration-id": "forged"})), MIGRATION, KEY)["migration-id"]
        == MIGRATION
    )


def test_a_version_never_gets_more_tags_than_it_may_have_even_once_it_is_decided():
    kept, left = carried_tags({f"tag-{number:02}": "x" for number in range(50)}, KEY)
    assert len(kept) == 38
    assert left == [f"tag-{number}" for number in range(38, 50)]


def test_a_version_bears_when_its_source_was_made():
    """Its source may be deleted, and names return: only the version can tell how old it is then."""
    made_at = datetime(2024, 2, 29, 1, 2, 3, 456789, timezone(timedelta(hours=1)))
    tags = version_tags(make_plan(source=make_image(created_at=made_at)), MIGRATION, KEY)
    assert tags["source-created"] == "2024-02-29T00:02:03.456789Z"
    assert source_created(tags) == made_at
    assert "source-created" not in version_tags(make_plan(source=make_image(created_at=None)), MIGRATION, KEY)


def test_a_copy_that_has_everything_changes_nothing():
    assert changed(tags={"team": "web"}, version={"tags": {"Team": "web"}}) == []


def test_less_resilience_is_told():
    (said,) = changed(zone_resilient=True)
    assert "zone-resilient" in said
    assert "eastus" in said


def test_a_missing_marketplace_plan_is_told():
    (said,) = changed(tags={"PlanInfo": "l1"}, version={"tags": {"PlanInfo": "l1"}})
    assert "?/?/l1" in said
    has = make_plan(definition=make_definition(purchase_plan=None))
    assert changes(has, make_image(), make_version(), KEY) == []


def test_another_caching_is_told_disk_by_disk():
    disks = [DataDisk(lun=3, caching="ReadWrite"), DataDisk(lun=4)]
    said = changed(os_disk_caching="ReadOnly", data_disks=disks, version={"caching": {"os": "readonly", "3": "None"}})
    assert said == ["The data disk 3 was cached as ReadWrite. In the copy it is None."]


def test_tags_that_the_copy_lacks_or_has_with_another_value_are_named():
    (said,) = changed(tags={"team": "web", "cost": "1", "os": "x"}, version={"tags": {"team": "shop", "os": "x"}})
    assert said.endswith("team, cost.")


def test_a_copy_without_the_sources_encryption_is_told_by_region():
    (east, west) = targets("eastus", "westus2")
    encrypted = east.changed(encryption=RegionEncryption(os_disk="/set"))
    (said,) = changed(encrypted=True, version={"target_regions": [encrypted, west]})
    assert "westus2" in said
