"""Subscriptions, tenants, groups and lists of resources as recorded: which keys, to which api-version."""

import pytest

from dev.emulator.seed import IMAGES_GROUP
from dev.emulator.vocabulary.geography import PLACES
from dev.emulator.vocabulary.regions import REGIONS

DESCRIBED = {"geographyGroup", "longitude", "latitude", "physicalLocation", "pairedRegion"}


def location(arm, name, api):
    entries = arm("GET", f"{arm.subscription}/locations", api=api).json()["value"]
    [found] = [entry for entry in entries if entry["name"] == name]
    return found


@pytest.mark.parametrize("api", ["2019-11-01", "2021-01-01", "2022-12-01"])
def test_a_region_says_where_it_is_and_with_which_it_is_paired(arm, api):
    shown = location(arm, "eastus2", api)
    assert shown["regionalDisplayName"] == "(US) East US 2"
    assert shown["metadata"].keys() - {"regionType", "regionCategory", "geography"} == DESCRIBED
    [pair] = shown["metadata"]["pairedRegion"]
    assert pair == {"name": "centralus", "id": f"{arm.subscription}/locations/centralus"}


@pytest.mark.parametrize(
    ("api", "newer"), [("2019-11-01", set()), ("2021-01-01", {"type"}), ("2022-12-01", {"type", "geography"})]
)
def test_a_type_and_a_geography_came_later(arm, api, newer):
    shown = location(arm, "westus", api)
    assert {"type", "geography"} & (shown.keys() | shown["metadata"].keys()) == newer


def test_before_metadata_a_location_had_coordinates_alone(arm):
    keys = {"id", "name", "displayName", "longitude", "latitude"}
    listed = arm("GET", f"{arm.subscription}/locations", api="2016-06-01").json()["value"]
    assert {frozenset(entry) for entry in listed} == {frozenset(keys)}
    assert len(listed) == len(REGIONS)


def test_every_region_is_somewhere_and_pairs_are_regions():
    assert PLACES.keys() == REGIONS.keys()
    assert {place.pair for place in PLACES.values() if place.pair} <= REGIONS.keys()


def test_the_list_of_subscriptions_counts_them(arm):
    listed = arm("GET", "/subscriptions", api="2019-11-01").json()
    assert listed["count"] == {"type": "Total", "value": len(listed["value"])} == {"type": "Total", "value": 1}


def test_a_tenant_was_described_since_2020(arm):
    [old], [new] = (arm("GET", "/tenants", api=api).json()["value"] for api in ("2019-11-01", "2022-12-01"))
    assert old.keys() == {"id", "tenantId", "tenantCategory"}
    assert new.keys() - old.keys() == {"countryCode", "displayName", "domains", "defaultDomain", "tenantType"}


def test_asking_whether_a_missing_group_exists_is_refused_by_the_gateway(arm):
    there, missing = (arm("HEAD", path) for path in (IMAGES_GROUP, f"{IMAGES_GROUP}-not"))
    assert (there.status_code, missing.status_code) == (204, 404)
    assert missing.headers["x-ms-failure-cause"] == "gateway"
    assert (missing.headers["Content-Type"], missing.content) == ("application/json; charset=utf-8", b"")


@pytest.mark.parametrize("expand", [None, "provisioningState", "createdTime,changedTime,provisioningState"])
def test_a_list_of_resources_shows_of_state_and_dates_what_was_asked_for(arm, expand):
    options = {"expand": expand} if expand else {}
    [image, *_] = arm("GET", f"{IMAGES_GROUP}/resources", **options).json()["value"]
    wanted = set(expand.split(",")) if expand else set()
    assert image.keys() == {"id", "name", "type", "location", "tags"} | wanted
