"""A plan, or every problem found: one test for each problem, and for several at once."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.asking.request import DeleteSource
from migration.asking.settings import Settings
from migration.plan.choosing import Choices
from migration.plan.galleries import gallery_reference, plan_gallery
from migration.plan.plan import Findings, Plan
from migration.plan.planning import Observed, make_plan
from migration.resources.gallery import Gallery
from migration.resources.image import DataDisk
from migration.resources.location import Location, SubscriptionLocations
from migration.resources.provenance import creation_tags
from migration.values.ids import instance_id_for
from migration.values.image_version.regions import normalise_region
from tests.support.samples import (
    COMPUTE,
    DEFAULTS,
    DEFINITION,
    GALLERY,
    MIGRATION,
    NOW,
    SUBSCRIPTION,
    codes,
    make_definition,
    make_gallery,
    make_image,
    make_request,
    make_settings,
    make_start,
    make_version,
)

ZONES = {"eastus": True, "westus2": True, "westeurope": True, "southcentralus": True, "westus": False}


def offer(subscription: str = SUBSCRIPTION, **zones: bool | None) -> SubscriptionLocations:
    """What a subscription offers: region names, and whether each has zones."""
    offered = zones or ZONES
    return SubscriptionLocations(
        subscription=subscription,
        locations={name: Location(name=name, has_zones=has) for name, has in offered.items()},
    )


def observe(**changes: Any) -> Observed:
    seen: dict[str, Any] = {
        "image": make_image(),
        "gallery": (make_gallery(), False),
        "definitions": [],
        "versions": [],
        "offers": [offer()],
    }
    return Observed(**seen | changes)


def draw_up(
    seen: Observed | None = None, settings: Settings | None = None, **body: Any
) -> tuple[Plan | None, Findings]:
    findings = Findings()
    settings = settings or DEFAULTS
    choices = Choices(make_request(**body), settings, "request", findings)
    return make_plan(choices, settings, seen or observe(), make_start(id=MIGRATION), NOW, findings), findings


def test_a_plan_resolves_every_value():
    body: dict[str, Any] = {
        "targetRegions": ["eastus", "West US 2=3=premium_lrs"],
        "version": "2.0.0",
        "deleteSource": "never",
    }
    plan, findings = draw_up(**body, endOfLifeDate="2027-12-31", excludeFromLatest=True, imageDefinition="base")
    assert plan is not None
    assert codes(findings) == []
    assert [(r.name, r.replica_count, r.storage_account_type) for r in plan.target_regions] == [
        ("eastus", 1, "Standard_ZRS"),
        ("westus2", 3, "Premium_LRS"),
    ]
    assert plan.image_version_id == f"{GALLERY}/images/base/versions/2.0.0"
    assert (plan.create_gallery, plan.create_definition, plan.adopt_version) == (False, True, False)
    assert plan.end_of_life_date is not None
    assert plan.end_of_life_date.year == 2027
    assert plan.exclude_from_latest
    assert plan.delete_source is DeleteSource.NEVER
    assert plan.origins["targetRegions"] == plan.origins["version"] == "request"
    assert Plan.model_validate(plan.dump()) == plan


NEWER_LATEST = make_version(
    "1.0.3",
    source_id=f"{COMPUTE}/images/other",
    tags=creation_tags(make_image(created_at=NOW), instance_id_for(f"{COMPUTE}/images/other")),
)
BESIDE_A_NEWER = observe(definitions=[make_definition()], versions=[NEWER_LATEST])


@pytest.mark.parametrize("settings", [DEFAULTS, make_settings(exclude_from_latest="false")])
def test_an_image_older_than_what_latest_was_made_from_stays_excluded_and_the_plan_says_so(settings: Settings):
    plan, findings = draw_up(BESIDE_A_NEWER, settings)
    assert plan is not None
    assert codes(findings) == []
    assert (plan.version, plan.exclude_from_latest) == ("1.0.4", False)
    assert "version 1.0.3, which is latest, was made from a newer image" in (plan.stays_excluded or "")
    assert any("exclude-from-latest=false makes it eligible" in note for note in plan.notes)
    assert Plan.model_validate(plan.dump()) == plan


@pytest.mark.parametrize("said", [True, False])
def test_whoever_asks_may_say_themselves_what_becomes_of_latest(said: bool):
    plan, _ = draw_up(BESIDE_A_NEWER, excludeFromLatest=said)
    assert plan is not None
    assert (plan.exclude_from_latest, plan.stays_excluded) == (said, None)
    assert (plan.insists_on_latest, plan.is_judged_by_age) == (not said, False)


def test_a_plan_of_a_release_before_is_judged_by_age_unless_somebody_said_otherwise():
    plan, _ = draw_up()
    assert plan is not None
    stored = plan.dump()
    del stored["staysExcluded"]
    assert Plan.model_validate(stored).is_judged_by_age
    stored["origins"]["excludeFromLatest"] = "tag"
    assert Plan.model_validate(stored).insists_on_latest


def test_a_plan_of_defaults_says_so():
    plan, _ = draw_up()
    assert plan is not None
    assert plan.image_version_id == f"{DEFINITION}/versions/1.0.0"
    assert plan.version_is_auto
    expected = {"targetRegions", "endOfLifeDate", "excludeFromLatest", "deleteSource", "version", "purchasePlan"}
    assert {plan.origins[field] for field in expected} == {"default"}


@pytest.mark.parametrize(
    ("image", "code"),
    [
        ({"os_state": "Specialized"}, "SourceNotGeneralized"),
        ({"provisioning_state": "Updating"}, "SourceNotReady"),
        ({"os_disk_size_gb": 2049}, "OsDiskTooLarge"),
        ({"data_disks": [DataDisk(lun=0, size_gb=1025)]}, "DataDiskTooLarge"),
    ],
)
def test_an_image_that_cannot_be_migrated_is_a_problem(image: dict[str, Any], code: str):
    plan, findings = draw_up(observe(image=make_image(**image)))
    assert plan is None
    assert codes(findings) == [code]
    assert findings.problems[0].field == "sourceImageId"


def test_data_disks_of_one_terabyte_or_unknown_size_are_no_problem():
    disks = [DataDisk(lun=0, size_gb=1024), DataDisk(lun=1)]
    assert codes(draw_up(observe(image=make_image(data_disks=disks)))[1]) == []


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"targetRegions": ["East US", "eastus"]}, "targetRegions", "Duplicate"),
        ({"targetRegions": ["atlantis"]}, "targetRegions", "RegionNotFound"),
        ({"endOfLifeDate": "2025-12-31"}, "endOfLifeDate", "InThePast"),
        ({"endOfLifeDate": NOW.isoformat()}, "endOfLifeDate", "InThePast"),
        ({"version": "1.0.0"}, "version", "VersionExists"),
        ({"sku": "other"}, "imageDefinition", "DefinitionMismatch"),
    ],
)
def test_a_request_that_cannot_be_met_is_a_problem(body: dict[str, Any], field: str, code: str):
    seen = observe(definitions=[make_definition()], versions=[make_version(source_id=None)])
    plan, findings = draw_up(seen, **body)
    assert plan is None
    assert [(problem.field, problem.code) for problem in findings.problems] == [(field, code)]


def test_an_end_of_life_that_is_still_to_come_is_no_problem():
    assert codes(draw_up(endOfLifeDate=(NOW + timedelta(seconds=1)).isoformat())[1]) == []


def test_problems_of_image_regions_date_definition_and_version_are_told_at_once():
    building = make_version("1.0.1", provisioning_state="Creating")
    seen = observe(
        image=make_image(os_state="Specialized", provisioning_state="Updating"),
        definitions=[make_definition(os_type="Windows")],
        versions=[building],
    )
    plan, findings = draw_up(seen, targetRegions=["atlantis", "Atlantis"], endOfLifeDate="2020-01-01")
    assert plan is None
    assert sorted(codes(findings)) == sorted(
        ["SourceNotGeneralized", "SourceNotReady", "Duplicate", "InThePast", "DefinitionMismatch", "VersionInFlight"]
        + ["RegionNotFound"] * 2
    )


def test_problems_are_told_even_where_the_gallery_is_missing():
    plan, findings = draw_up(
        observe(gallery=None, image=make_image(os_state="Specialized")), targetRegions=["atlantis"]
    )
    assert plan is None
    assert codes(findings) == ["SourceNotGeneralized", "RegionNotFound"]


def test_the_source_region_is_added_with_a_note():
    plan, findings = draw_up(targetRegions=["westus2=2"])
    assert plan is not None
    assert [region.name for region in plan.target_regions] == ["eastus", "westus2"]
    assert any("source region eastus was added" in note for note in findings.notes)


def test_the_source_region_alone_needs_no_note():
    plan, findings = draw_up(settings=make_settings(replicas=3, storage="Premium_LRS"))
    assert plan is not None
    assert [(r.name, r.replica_count, r.storage_account_type) for r in plan.target_regions] == [
        ("eastus", 3, "Premium_LRS")
    ]
    assert not any("source region" in note for note in findings.notes)


@given(st.lists(st.sampled_from(["East US", "eastus", "westus2=2", "West Europe", "southcentralus=3"]), unique=True))
def test_the_source_region_is_among_the_targets_whatever_was_asked(wanted: list[str]):
    plan, _ = draw_up(targetRegions=wanted)
    if plan is None:
        return  # eastus in two spellings
    names = [region.name for region in plan.target_regions]
    assert "eastus" in names
    assert {normalise_region(text.split("=")[0]) for text in wanted} <= set(names)
    assert len(names) == len(set(names))


def test_regions_that_could_not_be_read_are_not_checked_and_the_plan_says_so():
    plan, findings = draw_up(
        observe(offers=[SubscriptionLocations(subscription=SUBSCRIPTION, locations=None)]), targetRegions=["atlantis"]
    )
    assert plan is not None
    assert any(note.startswith("not checked") for note in findings.notes)


def test_a_version_of_ours_is_planned_to_be_used_again():
    ours = make_version("1.2.0", tags={"migration-id": MIGRATION, "source-content": "first"})
    plan, _ = draw_up(observe(definitions=[make_definition()], versions=[make_version(), ours]))
    assert plan is not None
    assert (plan.version, plan.adopt_version) == ("1.2.0", True)


def choose_gallery(
    reference: str | None, candidates: list[Gallery], **settings: Any
) -> tuple[tuple[Gallery, bool] | None, Findings]:
    findings = Findings()
    return plan_gallery(reference, candidates, make_image(), make_settings(**settings), findings), findings


def test_no_gallery_named_anywhere_is_a_problem():
    assert choose_gallery(None, [])[0] is None
    assert codes(choose_gallery(None, [])[1]) == ["Missing"]


def test_a_gallery_that_exists_is_used():
    assert choose_gallery("gallery", [make_gallery()])[0] == (make_gallery(), False)


def test_two_galleries_of_one_name_are_a_problem_that_names_both():
    other = make_gallery(id=GALLERY.replace("resourceGroups/images", "resourceGroups/other"))
    chosen, findings = choose_gallery("gallery", [make_gallery(), other])
    assert chosen is None
    assert codes(findings) == ["Ambiguous"]
    assert GALLERY in findings.problems[0].message
    assert other.id in findings.problems[0].message


def test_a_missing_gallery_is_a_problem_where_none_may_be_created():
    chosen, findings = choose_gallery("gallery", [])
    assert chosen is None
    assert codes(findings) == ["NotFound"]
    assert "MIGRATION_CREATE_GALLERY" in findings.problems[0].message


@pytest.mark.parametrize("reference", ["gallery", GALLERY])
def test_a_missing_gallery_is_created_beside_the_source_or_where_its_id_says(reference: str):
    chosen, findings = choose_gallery(reference, [], create_gallery=True)
    assert chosen == (Gallery(id=GALLERY, name="gallery", location="eastus"), True)
    assert findings.notes == ["gallery gallery is created in eastus by this migration"]


def test_a_gallery_in_the_settings_may_be_elsewhere_and_is_meant_by_its_name():
    elsewhere = f"{COMPUTE}/galleries/prod".replace("resourceGroups/images", "resourceGroups/shared")
    settings = make_settings(gallery=elsewhere)
    assert gallery_reference(make_request(), settings) == elsewhere
    assert gallery_reference(make_request(gallery="PROD"), settings) == elsewhere
    assert gallery_reference(make_request(gallery="test"), settings) == "test"
    assert gallery_reference(make_request(), DEFAULTS) is None


SET = make_settings(records="https://records.example.com")


def deletion_notes_of(image: dict[str, Any], settings: Settings, start: dict[str, Any], **body: Any) -> list[str]:
    findings = Findings()
    choices = Choices(make_request(**body), settings, "request", findings)
    make_plan(choices, settings, observe(image=make_image(**image)), make_start(**start), NOW, findings)
    return [note for note in findings.notes if "the source will be kept" in note]


@pytest.mark.parametrize(
    ("image", "settings", "start", "why"),
    [
        ({"created_at": None}, SET, {}, "Azure does not say when the image was made"),
        ({}, SET.model_copy(update={"four_eyes": True}), {"requester_ids": []}, "MIGRATION_FOUR_EYES"),
        ({}, SET.model_copy(update={"four_eyes": True}), {"requester_ids": ["the key"]}, "MIGRATION_FOUR_EYES"),
    ],
)
def test_a_plan_says_early_what_will_keep_the_source(
    image: dict[str, Any], settings: Settings, start: dict[str, Any], why: str
):
    (note,) = deletion_notes_of(image, settings, start)
    assert why in note
    assert deletion_notes_of(image, settings, start, deleteSource="never") == []


def test_a_plan_that_can_delete_has_nothing_to_say_of_it():
    assert deletion_notes_of({}, SET, {}) == []
    assert deletion_notes_of({}, SET.model_copy(update={"four_eyes": True}), {}) == []
