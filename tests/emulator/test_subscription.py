"""What surrounds the resources: the cloud's endpoints, tenants, subscriptions, groups, providers, generic lists."""

from urllib.parse import unquote

import pytest
import requests

from dev.emulator import Emulator
from tests.support.documents import Arm, seed_image


@pytest.fixture
def emulator(moving_emulator: Emulator) -> Emulator:
    return moving_emulator


def poll(arm: Arm, emulator: Emulator, answer: requests.Response) -> requests.Response:
    """Follows the Location of a deletion until it is no longer 202; time is moved, not waited for."""
    for _ in range(20):
        if answer.status_code != 202:
            return answer
        emulator.control.advance(15)
        path = answer.headers["Location"].removeprefix(emulator.url).partition("?")[0]
        answer = arm("GET", path)
    raise AssertionError("still running")


@pytest.mark.parametrize("version", ["2022-09-01", "2023-11-01"])
def test_the_cloud_describes_itself_without_a_token(emulator: Emulator, version: str):
    answer = requests.get(
        f"{emulator.url}/metadata/endpoints?api-version={version}",
        verify=emulator.environment["REQUESTS_CA_BUNDLE"],
        timeout=10,
    )
    cloud = answer.json()
    assert cloud["resourceManager"] == cloud["authentication"]["loginEndpoint"] == emulator.url
    assert cloud["authentication"]["audiences"] == [emulator.url]
    assert cloud["suffixes"]["storage"] == "core.windows.net"


def test_older_versions_of_the_clouds_description_keep_their_shapes(emulator: Emulator, arm: Arm):
    listed = arm("GET", "/metadata/endpoints", api="2019-05-01").json()
    oldest = arm("GET", "/metadata/endpoints", api="2015-01-01").json()
    assert [cloud["resourceManager"] for cloud in listed] == [emulator.url]
    assert oldest["authentication"]["audiences"] == [emulator.url]


def test_the_subscription_belongs_to_the_tenant(emulator: Emulator, arm: Arm):
    [tenant] = arm("GET", "/tenants").json()["value"]
    [subscription] = arm("GET", "/subscriptions").json()["value"]
    assert subscription["subscriptionId"] == emulator.subscription_id
    assert subscription["tenantId"] == tenant["tenantId"]
    assert subscription["state"] == "Enabled"
    assert arm("GET", arm.subscription).json() == subscription


def test_an_unknown_subscription_is_not_found(arm: Arm):
    for path in ("", "/resourceGroups", "/locations", "/providers"):
        answer = arm("GET", f"/subscriptions/00000000-0000-0000-0000-000000000000{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "SubscriptionNotFound"), path


def test_locations_have_short_and_display_names(arm: Arm):
    locations = arm("GET", f"{arm.subscription}/locations", api="2022-12-01").json()["value"]
    names = {location["name"]: location["displayName"] for location in locations}
    assert names["eastus2"] == "East US 2"


def test_a_group_is_created_once_and_then_updated(arm: Arm):
    path = f"{arm.subscription}/resourcegroups/new"
    body = {"location": "West US 2", "tags": {"a": "1"}}
    created, updated = (arm("PUT", path, body) for _ in range(2))
    assert (created.status_code, updated.status_code) == (201, 200)
    assert created.json() == {
        "id": f"{arm.subscription}/resourceGroups/new",
        "name": "new",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "westus2",
        "tags": {"a": "1"},
        "properties": {"provisioningState": "Succeeded"},
    }
    assert arm("GET", path).json() == created.json()


@pytest.mark.parametrize(("api", "typed"), [("2017-05-10", False), ("2018-05-01", False), ("2019-10-01", True)])
def test_a_group_did_not_name_its_type_in_2018(arm: Arm, api: str, typed: bool):
    group = arm.new_group("typed")
    assert ("type" in arm("GET", group, api=api).json()) == typed


def test_the_existence_of_a_group_is_asked_with_head(arm: Arm):
    group = arm.new_group("there")
    assert arm("HEAD", group).status_code == 204
    assert arm("HEAD", group + "not").status_code == 404


def test_a_patch_changes_the_tags_of_a_group(arm: Arm):
    group = arm.new_group("tagged")
    assert arm("PATCH", group, {"tags": {"b": "2"}}).json()["tags"] == {"b": "2"}
    assert arm("PATCH", group + "not", {"tags": {}}).json()["error"]["code"] == "ResourceGroupNotFound"


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("ends.", {"location": "westus2"}, 400, "InvalidResourceGroup"),
        ("sp ace", {"location": "westus2"}, 400, "InvalidResourceGroup"),
        ("n" * 91, {"location": "westus2"}, 400, "InvalidResourceGroup"),
        ("new", {}, 400, "LocationRequired"),
        ("new", {"location": "atlantis"}, 400, "LocationNotAvailableForResourceGroup"),
        ("new", {"location": "westus2", "tags": {"a/b": ""}}, 400, "InvalidTagNameCharacters"),
        ("there", {"location": "eastus"}, 409, "InvalidResourceGroupLocation"),
    ],
)
def test_a_group_that_breaks_a_rule_is_refused(arm: Arm, name: str, body: dict, status: int, code: str):
    arm.new_group("there")
    answer = arm("PUT", f"{arm.subscription}/resourceGroups/{name}", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_groups_are_listed_page_by_page(emulator: Emulator, arm: Arm):
    before = len(arm("GET", f"{arm.subscription}/resourceGroups").json()["value"])
    emulator.control.settings(pageSize=5)
    for number in range(9):
        arm.new_group(f"group-{number}")
    answer = arm("GET", f"{arm.subscription}/resourceGroups").json()
    seen = [group["name"] for group in answer["value"]]
    while link := answer.get("nextLink"):
        token = unquote(link.partition("skiptoken=")[2].partition("&")[0])
        answer = arm("GET", f"{arm.subscription}/resourceGroups", skiptoken=token).json()
        seen += [group["name"] for group in answer["value"]]
    assert len(seen) == len(set(seen)) == before + 9


def test_groups_are_found_by_tag(arm: Arm):
    group = arm.new_group("tagged")
    arm("PATCH", group, {"tags": {"team": "web"}})
    answer = arm("GET", f"{arm.subscription}/resourceGroups", filter="tagName eq 'team' and tagValue eq 'web'")
    assert group in [found["id"] for found in answer.json()["value"]]
    other = arm("GET", f"{arm.subscription}/resourceGroups", filter="tagName eq 'team' and tagValue eq 'none'")
    assert other.json() == {"value": []}


def test_deleting_a_group_takes_its_content_along(emulator: Emulator, arm: Arm):
    group = arm.new_group("doomed")
    image = seed_image(emulator, group="doomed")
    accepted = arm("DELETE", group)
    assert accepted.status_code == 202
    assert accepted.headers["Retry-After"]
    assert arm("GET", group).json()["properties"]["provisioningState"] == "Deleting"
    assert poll(arm, emulator, accepted).status_code == 200
    assert arm("HEAD", group).status_code == 404
    assert emulator.control.resource(image) is None


def test_deleting_a_missing_group_is_not_found(arm: Arm):
    answer = arm("DELETE", f"{arm.subscription}/resourceGroups/missing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceGroupNotFound")


def test_every_version_a_provider_lists_is_answered(emulator: Emulator, arm: Arm):
    image = seed_image(emulator)
    provider = arm("GET", f"{arm.subscription}/providers/microsoft.compute").json()
    versions = {kind["resourceType"]: kind["apiVersions"] for kind in provider["resourceTypes"]}
    assert versions.keys() >= {"images", "galleries", "galleries/images", "galleries/images/versions"}
    assert {arm("GET", image, api=version).status_code for version in versions["images"]} == {200}
    namespaces = [known["namespace"] for known in arm("GET", f"{arm.subscription}/providers").json()["value"]]
    assert "Microsoft.Compute" in namespaces


def test_an_unknown_provider_is_refused(arm: Arm):
    answer = arm("GET", f"{arm.subscription}/providers/Contoso.Nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "InvalidResourceNamespace")


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("", ["one", "two"]),
        ("resourceType eq 'Microsoft.Compute/images'", ["one", "two"]),
        ("resourceType eq 'Microsoft.Compute/galleries'", []),
        ("name eq 'ONE'", ["one"]),
        ("tagName eq 'Team' and tagValue eq 'web'", ["two"]),
        ("tagname eq 'team'", ["two"]),
        ("location eq 'East US 2' and resourceGroup eq 'LISTED'", ["one", "two"]),
    ],
)
def test_the_generic_list_filters_as_az_does(emulator: Emulator, arm: Arm, condition: str, found: list[str]):
    group = arm.new_group("listed")
    seed_image(emulator, "one", "listed")
    seed_image(emulator, "two", "listed", tags={"team": "web"})
    arm("PUT", f"{group}/providers/Microsoft.Authorization/locks/l", {"properties": {"level": "ReadOnly"}})
    answer = arm("GET", f"{group}/resources", filter=condition).json()
    assert [resource["name"] for resource in answer["value"]] == found


def test_a_filter_that_is_not_understood_is_refused_not_ignored(arm: Arm):
    answer = arm("GET", f"{arm.subscription}/resources", filter="substringof('a', name)")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidFilterInQueryString")
