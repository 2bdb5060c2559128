"""Lists of Compute's resources in a group or subscription as recorded, and lists inside one of them beside."""

import pytest

from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP, SUBSCRIPTION
from tests.emulator.documents import DEFINITION_ID, GALLERY_ID, image_id

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
