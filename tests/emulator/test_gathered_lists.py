"""Lists of Compute's resources in a group or subscription as recorded, and lists inside one of them beside."""

import pytest

from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP, SHOP_GROUP, SUBSCRIPTION
from tests.support.documents import DEFINITION_ID, GALLERY_ID, image_id

IMAGES = "/providers/Microsoft.Compute/images"
GALLERIES = "/providers/Microsoft.Compute/galleries"
LEFT, ASKED = "x-ms-ratelimit-remaining-resource", "x-ms-original-request-ids"


@pytest.mark.parametrize("scope", [IMAGES_GROUP, SUBSCRIPTION])
def test_ids_have_their_group_in_capitals(arm, scope):
    [first, *_] = arm("GET", f"{scope}{IMAGES}").json()["value"]
    assert "/resourceGroups/IMAGES/providers/Microsoft.Compute/images/" in first["id"]
    assert arm("GET", first["id"]).json()["id"] == image_id(first["name"])


def test_a_list_names_a_request_for_every_region_it_was_gathered_from(arm):
    answer = arm("GET", f"{IMAGES_GROUP}{IMAGES}")
    regions = {image["location"] for image in answer.json()["value"]}
    assert len(answer.headers[ASKED].split(",")) == len(regions) == 2


def test_where_nothing_is_known_the_provider_is_not_asked(arm):
    answer = arm("GET", f"{GALLERIES_GROUP}{IMAGES}")
    assert answer.json() == {"value": []}
    assert not {LEFT, ASKED} & {name.lower() for name in answer.headers}


@pytest.mark.parametrize("path", [f"{GALLERY_ID}/images", f"{GALLERY_ID}/images/ubuntu-base/versions"])
def test_lists_inside_a_gallery_are_those_of_its_region(arm, path):
    answer = arm("GET", path)
    assert [document["id"].startswith(f"{path}/") for document in answer.json()["value"]] == [True]
    assert (LEFT in answer.headers, ASKED in answer.headers) == (True, False)


def test_an_empty_list_inside_a_gallery_is_counted(arm, definition):
    answer = arm("GET", f"{DEFINITION_ID}/versions")
    assert (answer.json(), LEFT in answer.headers) == ({"value": []}, True)


# what the caller may not read

SCALE_SETS = "/providers/Microsoft.Compute/virtualMachineScaleSets"


def names(answer):
    assert answer.status_code == 200, answer.text
    return [document["name"] for document in answer.json()["value"]]


def granted_on(control, *groups):
    """Rights on some groups of a subscription, and none on the subscription itself."""
    control.settings(
        deniedActions={"*": SUBSCRIPTION}, grantedActions={"*" * (at + 1): g for at, g in enumerate(groups)}
    )


def test_a_list_of_a_subscription_holds_what_the_caller_may_read_and_nothing_tells_of_the_rest(arm, control):
    """It answered 403: a program that takes the lack of a row for the lack of a machine was not caught."""
    granted_on(control, IMAGES_GROUP, SHOP_GROUP)
    assert names(arm("GET", f"{SUBSCRIPTION}{IMAGES}")) == [
        "debian-legacy",
        "shop-frontend",
        "ubuntu-web",
        "windows-build",
    ]
    assert names(arm("GET", f"{SUBSCRIPTION}{SCALE_SETS}")) == ["shop-frontend-vmss"]
    granted_on(control, IMAGES_GROUP)
    assert names(arm("GET", f"{SUBSCRIPTION}{SCALE_SETS}")) == []
    assert names(arm("GET", f"{SUBSCRIPTION}/resources")) == names(arm("GET", f"{IMAGES_GROUP}{IMAGES}"))
    assert names(arm("GET", f"{SUBSCRIPTION}/resourceGroups")) == ["images"]
    assert [one["id"] for one in arm("GET", "/subscriptions").json()["value"]] == [SUBSCRIPTION]


def test_a_right_on_one_resource_shows_that_one(arm, control):
    granted_on(control, image_id("ubuntu-web"))
    for scope in (SUBSCRIPTION, IMAGES_GROUP):
        assert names(arm("GET", f"{scope}{IMAGES}")) == ["ubuntu-web"]
    assert arm("GET", f"{GALLERIES_GROUP}{GALLERIES}").status_code == 403


def test_where_nothing_is_granted_a_list_is_refused(arm, control):
    granted_on(control)
    for path in (IMAGES, "/resources", "/resourceGroups"):
        assert arm("GET", f"{SUBSCRIPTION}{path}").status_code == 403
    assert arm("GET", "/subscriptions").json()["value"] == []


def test_what_is_no_list_of_a_scope_is_refused_wherever_else_rights_are_granted(arm, control):
    granted_on(control, IMAGES_GROUP)
    assert arm("GET", f"{SUBSCRIPTION}/locations").status_code == 403
    assert arm("GET", f"{GALLERY_ID}/images").status_code == 403
    assert (
        arm("GET", f"{SUBSCRIPTION}/providers/Microsoft.Authorization/permissions", api="2022-04-01").status_code == 403
    )


def test_pages_may_be_short_or_empty_with_more_to_come(arm, control):
    control.settings(pageSize=1, deniedActions={"Microsoft.Compute/images/read": image_id("debian-legacy")})
    found, link, pages = [], f"{SUBSCRIPTION}{IMAGES}", 0
    while link:
        answer = arm("GET", link)
        found, link, pages = found + names(answer), answer.json().get("nextLink"), pages + 1
    assert (found, pages) == (["shop-frontend", "ubuntu-web", "windows-build"], 4)
