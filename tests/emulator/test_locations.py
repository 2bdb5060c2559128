"""The locations of a subscription: zones, logical places, and regions it may not use."""

from tests.support.documents import GALLERY_ID, version_body

ZONES_SINCE = "2022-12-01"


def locations(arm, api=ZONES_SINCE):
    entries = arm("GET", f"{arm.subscription}/locations", api=api).json()["value"]
    return {entry["name"]: entry for entry in entries}


def test_a_region_with_zones_names_them_and_one_without_does_not(arm):
    known = locations(arm)
    assert [zone["logicalZone"] for zone in known["eastus2"]["availabilityZoneMappings"]] == ["1", "2", "3"]
    assert "availabilityZoneMappings" not in known["westus"]


def test_zones_are_hidden_from_older_api_versions(arm):
    assert not any("availabilityZoneMappings" in entry for entry in locations(arm, "2021-01-01").values())


def test_logical_places_are_listed_but_nothing_is_made_there(arm, definition):
    assert locations(arm)["europe"]["metadata"]["regionType"] == "Logical"
    answer = arm("PUT", f"{GALLERY_ID}_logical", {"location": "europe"})
    assert answer.json()["error"]["code"] == "LocationNotAvailableForResourceType"
    answer = arm("PUT", f"{definition}/versions/1.0.0", version_body("eastus2", "global"))
    assert answer.json()["error"]["code"] == "LocationNotAvailableForResourceType"


def test_a_region_closed_to_the_subscription_is_neither_listed_nor_replicated_to(arm, control, definition):
    subscription = arm.subscription.rpartition("/")[2]
    control.settings(closedRegions={subscription: ["South Africa West"]})
    assert "southafricawest" not in locations(arm)
    answer = arm("PUT", f"{definition}/versions/1.0.0", version_body("eastus2", "southafricawest"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "LocationNotAvailableForResourceType")
    assert "southafricanorth" in locations(arm)
