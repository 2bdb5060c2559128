"""Where a version goes: regions that its subscriptions offer, stored as resiliently as its source was."""

from typing import Any

import pytest

from dev.emulator.vocabulary.regions import REGIONS
from migration.asking.settings import Settings
from migration.plan.plan import Findings
from migration.plan.regions import as_they_are, check_regions, in_one_zone, plan_regions, region_notes
from migration.resources.location import Location, SubscriptionLocations
from migration.values.image_version.regions import RequestedRegion, TargetRegion
from migration.values.image_version.zones import WITH_ZONES, WITHOUT_ZONES, has_zones
from tests.support.samples import DEFAULTS, codes, make_image, make_plan, make_settings, make_version

ZONES = {"eastus": True, "westus2": True, "westus": False}
HUB = "00000000-0000-0000-0000-00000000000b"


def offer(subscription: str = "a", **zones: bool | None) -> SubscriptionLocations:
    known = zones or ZONES
    return SubscriptionLocations(
        subscription=subscription, locations={name: Location(name=name, has_zones=has) for name, has in known.items()}
    )


def plan(
    *wanted: str,
    offers: list[SubscriptionLocations] | None = None,
    settings: Settings | None = None,
    **image: Any,
) -> tuple[list[TargetRegion], Findings]:
    findings = Findings()
    offered = [offer()] if offers is None else offers
    requested = [RequestedRegion.model_validate(text) for text in wanted]
    source = make_image(**image)
    regions = plan_regions(requested, source, settings or DEFAULTS, offered, findings)
    check_regions(regions, offered, findings)
    findings.notes.extend(region_notes(regions, source))
    return regions, findings


def storage(regions: list[TargetRegion]) -> dict[str, str]:
    return {region.name: region.storage_account_type for region in regions}


def test_zone_redundant_storage_where_there_are_no_zones_is_a_problem_that_names_region_and_remedy():
    _, findings = plan("eastus=1=standard_zrs", "westus=1=standard_zrs")
    (problem,) = findings.problems
    assert (problem.field, problem.code) == ("targetRegions", "NoZones")
    assert "westus " in problem.message
    assert "Standard_LRS" in problem.message


def test_zone_redundant_storage_in_a_source_region_without_zones_is_a_problem():
    assert codes(plan("westus=1=standard_zrs", location="westus")[1]) == ["NoZones"]
    assert codes(plan(settings=make_settings(storage="Standard_ZRS"), location="westus")[1]) == ["NoZones"]


def test_zones_that_nobody_tells_of_are_not_checked_and_the_plan_says_so():
    _, findings = plan("eastus=1=standard_zrs", offers=[offer(eastus=None)])
    assert codes(findings) == []
    assert [note for note in findings.notes if note.startswith("not checked") and "availability zones" in note]


def test_a_region_that_the_gallerys_subscription_does_not_offer_is_a_problem():
    offers = [offer(southafricawest=False, eastus=True), offer(HUB, eastus=True)]
    (problem,) = plan("eastus", "southafricawest", offers=offers)[1].problems
    assert problem.code == "RegionNotFound"
    assert HUB in problem.message


def test_one_subscription_that_may_not_be_read_hides_nothing_of_the_other():
    offers = [SubscriptionLocations(subscription="a", locations=None), offer(HUB, eastus=True)]
    _, findings = plan("atlantis", offers=offers)
    assert codes(findings) == ["RegionNotFound"]
    assert [note for note in findings.notes if "subscription a offers" in note]


def test_a_zone_resilient_source_stays_so_wherever_there_are_zones():
    regions, findings = plan("westus2", "westus", zone_resilient=True)
    assert storage(regions) == {"eastus": "Standard_ZRS", "westus2": "Standard_ZRS", "westus": "Standard_LRS"}
    assert [note for note in findings.notes if "zone-resilient" in note]


@pytest.mark.parametrize("asked", [["eastus=1=premium_lrs"], ["eastus=standard_lrs"]])
def test_what_was_asked_for_counts_before_resilience_and_the_loss_is_told(asked: list[str]):
    regions, findings = plan(*asked, zone_resilient=True)
    assert storage(regions)["eastus"] != "Standard_ZRS"
    assert [note for note in findings.notes if note.startswith("less resilient than the source")]


def test_a_setting_counts_before_resilience_and_the_loss_is_told():
    regions, findings = plan(settings=make_settings(storage="Standard_LRS"), zone_resilient=True)
    assert storage(regions) == {"eastus": "Standard_LRS"}
    assert [note for note in findings.notes if note.startswith("less resilient than the source")]


def test_a_zone_resilient_source_where_there_are_no_zones_is_noted():
    regions, findings = plan(location="westus", zone_resilient=True)
    assert storage(regions) == {"westus": "Standard_LRS"}
    assert [note for note in findings.notes if note.startswith("less resilient than the source")]


@pytest.mark.parametrize("settings", [DEFAULTS, make_settings(storage="prefer-zrs")])
def test_a_plan_without_a_word_has_zones_where_there_are_any(settings: Settings):
    """It was LRS everywhere, for an image in one zone, and cannot be changed afterwards."""
    regions, findings = plan("westus2", "westus", settings=settings)
    assert storage(regions) == {"eastus": "Standard_ZRS", "westus2": "Standard_ZRS", "westus": "Standard_LRS"}
    assert all(region.preferred for region in regions)
    assert not [note for note in findings.notes if "resilient" in note or "not known" in note]


def test_a_preference_for_zones_counts_before_a_setting_and_what_is_asked_for_is_no_preference():
    regions, _ = plan("westus2=2=PREFER-ZRS", "eastus=standard_zrs", settings=make_settings(storage="premium_lrs"))
    assert storage(regions) == {"westus2": "Standard_ZRS", "eastus": "Standard_ZRS"}
    assert [region.preferred for region in regions] == [True, False]


@pytest.mark.parametrize("told", [None, True, False])
def test_zones_of_the_table_are_taken_unless_a_subscription_denies_them(told: bool | None):
    regions, findings = plan(offers=[offer(eastus=told)])
    assert storage(regions) == {"eastus": "Standard_LRS" if told is False else "Standard_ZRS"}
    assert codes(findings) == []
    assert not [note for note in findings.notes if note.startswith("not checked")]


@pytest.mark.parametrize("told", [None, True])
def test_a_region_that_the_table_does_not_know_is_stored_in_one_zone_and_the_plan_says_so(told: bool | None):
    regions, findings = plan("mars", "westus", offers=[offer(eastus=True, westus=False, mars=told)])
    assert storage(regions)["mars"] == "Standard_LRS"
    (note,) = [note for note in findings.notes if "not known whether" in note]
    assert "mars" in note


def test_a_region_whose_storage_was_asked_for_needs_no_table():
    _, findings = plan("mars=premium_lrs", offers=[offer(eastus=True, mars=True)])
    assert not [note for note in findings.notes if "not known whether" in note]


def test_a_zone_resilient_source_stays_so_in_a_region_that_only_its_subscription_knows():
    regions, findings = plan(location="mars", offers=[offer(mars=True)], zone_resilient=True)
    assert storage(regions) == {"mars": "Standard_ZRS"}
    assert not [note for note in findings.notes if "not known whether" in note]


def test_fewer_than_three_replicas_are_advised_against_once_with_what_more_cost():
    (note,) = [note for note in plan("eastus=2", "westus2", "westus=3")[1].notes if "advises" in note]
    assert "eastus, westus2;" in note
    assert "paid" in note


def test_three_replicas_everywhere_are_as_advised():
    assert not [note for note in plan("eastus=3", "westus2=4")[1].notes if "advises" in note]


def test_a_version_that_is_used_again_keeps_its_storage_and_the_plan_says_what_that_is():
    regions, _ = plan("westus2", zone_resilient=True)
    findings = Findings()
    kept = as_they_are(regions, make_version(), findings)
    assert storage(kept) == {"eastus": "Standard_LRS", "westus2": "Standard_LRS"}
    assert len([note for note in findings.notes if "stays on Standard_LRS" in note]) == 2
    (note,) = [note for note in region_notes(kept, make_image(zone_resilient=True)) if "resilient" in note]
    assert note.startswith("less resilient than the source")


def test_a_version_in_one_zone_that_is_used_again_still_meets_a_tag_that_prefers_zones():
    """The plan had forgotten that zones were only preferred: the tag counted as another wish, and kept the source."""
    regions, _ = plan("eastus=prefer-zrs", "westus2=standard_zrs")
    kept = as_they_are(regions, make_version(), Findings())
    assert storage(kept) == {"eastus": "Standard_LRS", "westus2": "Standard_LRS"}
    assert [region.preferred for region in kept] == [True, False]
    zoned = make_version(target_regions=[one.changed(storage_account_type="Standard_ZRS") for one in kept])
    assert in_one_zone(make_plan(target_regions=as_they_are(regions, zoned, Findings()))).target_regions == [
        one.changed(preferred=False) for one in zoned.target_regions
    ]


def test_a_plan_that_gives_up_zones_says_so_and_no_longer_that_it_has_them():
    regions, findings = plan("westus2=standard_zrs", zone_resilient=True)
    before = make_plan(source=make_image(zone_resilient=True), target_regions=regions, notes=["first", *findings.notes])
    after = in_one_zone(before)
    assert storage(after.target_regions) == {"eastus": "Standard_LRS", "westus2": "Standard_ZRS"}
    assert after.notes[0] == "first"
    assert [note.split()[0] for note in after.notes if "resilient" in note] == ["less"]


def test_a_plan_in_which_no_zones_were_only_preferred_stays_the_same():
    regions, _ = plan("eastus=standard_zrs", "westus")
    before = make_plan(target_regions=regions)
    assert in_one_zone(before) is before


def test_the_table_of_zones_and_the_emulated_azure_say_the_same():
    emulated = {region.name: region.zone_redundant for region in REGIONS.values()}
    assert {name: has_zones(name) for name in emulated} == emulated
    assert not WITH_ZONES & WITHOUT_ZONES


def test_hundreds_of_replicas_in_all_are_a_remark_and_no_problem():
    _, findings = plan("eastus=60", "westus2=41")
    assert codes(findings) == []
    assert [note for note in findings.notes if note.startswith("101 replicas in all")]
