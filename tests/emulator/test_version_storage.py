"""How image versions are stored by default, api-version by api-version, and by a strategy that was sent."""

import pytest

from dev.emulator.compute.any_resource.api_versions import GALLERIES
from tests.support.documents import version_body

TYPE, STRATEGY = "storageAccountType", "storageAccountStrategy"
STRATEGY_SINCE = "2025-03-03"
STORED = [api for api in sorted(GALLERIES) if api >= "2019-07-01"]  # those that name their source as today


def made(arm, definition, api, *regions, **profile):
    """Make a version in East US 2 and in West US, which has no zones; returns its profile."""
    body = version_body(*(regions or ("eastus2", "westus")), **profile)
    answer = arm("PUT", f"{definition}/versions/1.0.0", body, api=api)
    assert answer.status_code == 201, answer.text
    return answer.json()["properties"]["publishingProfile"]


def stored(profile):
    return {target["name"]: target[TYPE] for target in profile["targetRegions"]}


@pytest.mark.parametrize("api", STORED)
def test_the_default_is_zones_where_there_are_any_since_the_api_version_that_brought_it(arm, definition, api):
    """It was LRS at every api-version."""
    profile = made(arm, definition, api)
    if api >= STRATEGY_SINCE:
        assert (profile[STRATEGY], profile.get(TYPE)) == ("PreferStandard_ZRS", None)
        assert stored(profile) == {"East US 2": "Standard_ZRS", "West US": "Standard_LRS"}
    else:
        assert (profile.get(STRATEGY), profile[TYPE]) == (None, "Standard_LRS")
        assert set(stored(profile).values()) == {"Standard_LRS"}


@pytest.mark.parametrize("api", STORED)
def test_what_a_region_names_is_the_same_at_every_api_version(arm, definition, api):
    regions = [{"name": "eastus2", TYPE: "Standard_ZRS"}, {"name": "westus", TYPE: "Premium_LRS"}]
    expected = {"East US 2": "Standard_ZRS", "West US": "Premium_LRS"}
    assert stored(made(arm, definition, api, *regions)) == expected


def test_a_strategy_is_taken_in_any_case_and_yields_to_what_a_region_names(arm, definition):
    zoned = {"name": "westus2", TYPE: "Standard_ZRS"}
    profile = made(arm, definition, STRATEGY_SINCE, "eastus2", zoned, storageAccountStrategy="defaultstandard_lrs")
    assert profile[STRATEGY] == "DefaultStandard_LRS"
    assert stored(profile) == {"East US 2": "Standard_LRS", "West US 2": "Standard_ZRS"}


def test_an_older_api_version_shows_no_strategy_but_how_each_region_is_stored(arm, definition, control):
    made(arm, definition, STRATEGY_SINCE)
    profile = arm("GET", f"{definition}/versions/1.0.0", api="2024-03-03").json()["properties"]["publishingProfile"]
    assert STRATEGY not in profile
    assert stored(profile) == {"East US 2": "Standard_ZRS", "West US": "Standard_LRS"}


@pytest.mark.parametrize("change", [{STRATEGY: "DefaultStandard_LRS"}, {TYPE: "Standard_LRS"}])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_the_strategy_of_a_version_cannot_be_changed(arm, definition, control, method, change):
    made(arm, definition, STRATEGY_SINCE)
    control.advance(446)
    path, body = f"{definition}/versions/1.0.0", version_body("eastus2", "westus", source=None, **change)
    answer = arm(method, path, body, api=STRATEGY_SINCE)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "PropertyChangeNotAllowed")


def test_a_region_that_is_added_is_stored_as_the_version_was_made(arm, definition, control):
    made(arm, definition, STRATEGY_SINCE, "eastus2")
    control.advance(446)
    body = version_body("eastus2", "uksouth", source=None)
    answer = arm("PUT", f"{definition}/versions/1.0.0", body, api="2024-03-03")
    assert stored(answer.json()["properties"]["publishingProfile"])["UK South"] == "Standard_ZRS"
