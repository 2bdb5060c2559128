"""Where a version goes: regions that its subscriptions offer, stored as resiliently as its source was."""

from typing import Any

import pytest

from migration.asking.settings import Settings
from migration.plan.plan import Findings
from migration.plan.regions import check_regions, plan_regions
from migration.resources.location import Location, Offer
from migration.values.image_version.regions import RequestedRegion, TargetRegion
from tests.support.samples import DEFAULTS, codes, make_image, make_settings

ZONES = {"eastus": True, "westus2": True, "westus": False}
HUB = "00000000-0000-0000-0000-00000000000b"


def offer(subscription: str = "a", **zones: bool | None) -> Offer:
    known = zones or ZONES
    return Offer(
        subscription=subscription, locations={name: Location(name=name, has_zones=has) for name, has in known.items()}
    )


def plan(
    *wanted: str,
    offers: list[Offer] | None = None,
    settings: Settings | None = None,
    **image: Any,
) -> tuple[list[TargetRegion], Findings]:
    findings = Findings()
    offered = [offer()] if offers is None else offers
    requested = [RequestedRegion.model_validate(text) for text in wanted]
    regions = plan_regions(requested, make_image(**image), settings or DEFAULTS, offered, findings)
    check_regions(regions, offered, findings)
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
    offers = [Offer(subscription="a", locations=None), offer(HUB, eastus=True)]
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


def test_a_zone_resilient_source_where_zones_are_not_told_is_noted():
    regions, findings = plan(offers=[offer(eastus=None)], zone_resilient=True)
    assert storage(regions) == {"eastus": "Standard_LRS"}
    assert [note for note in findings.notes if note.startswith("less resilient than the source")]


def test_an_image_in_one_zone_is_stored_as_before():
    regions, findings = plan("westus2")
    assert set(storage(regions).values()) == {"Standard_LRS"}
    assert not [note for note in findings.notes if "resilient" in note]


def test_hundreds_of_replicas_in_all_are_a_remark_and_no_problem():
    _, findings = plan("eastus=60", "westus2=41")
    assert codes(findings) == []
    assert [note for note in findings.notes if note.startswith("101 replicas in all")]
