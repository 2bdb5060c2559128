"""Policies of the settings: what they cover, and which tags they demand."""

import pytest

from dev.emulator.seed import IMAGES_GROUP, SUBSCRIPTION
from tests.emulator.refusals import refused
from tests.support.documents import DEFINITION_ID, GALLERY_ID, definition_body

GALLERIES = "Microsoft.Compute/galleries"


@pytest.fixture
def demands(control):
    def set_to(scope=SUBSCRIPTION, types=(f"{GALLERIES}/images",), tags=("CostCenter",)):
        control.settings(policies={"tags": {"scope": scope, "types": list(types), "tags": list(tags)}})

    return set_to


def put(arm, **tags):
    return arm("PUT", DEFINITION_ID, definition_body() | {"tags": tags})


def test_a_resource_without_the_tag_that_is_demanded_is_refused(arm, demands):
    demands()
    error = refused(put(arm, Owner="web"), 403, "RequestDisallowedByPolicy")
    assert "tags" in error["message"]
    assert arm("GET", DEFINITION_ID).status_code == 404


def test_one_with_the_tag_in_any_spelling_is_made(arm, demands):
    demands()
    assert put(arm, costcenter="42").status_code == 201


@pytest.mark.parametrize("elsewhere", [{"scope": IMAGES_GROUP}, {"types": [GALLERIES]}])
def test_a_policy_holds_at_its_scope_and_for_its_types_alone(arm, demands, elsewhere):
    demands(**elsewhere)
    assert put(arm).status_code == 201


def test_a_change_that_leaves_tags_alone_is_judged_by_those_there_are(arm, control, demands):
    put(arm, CostCenter="42")
    control.advance(1)
    demands()
    assert arm("PATCH", DEFINITION_ID, {"properties": {}}).status_code == 200
    control.advance(1)
    refused(arm("PATCH", DEFINITION_ID, {"tags": {}}), 403, "RequestDisallowedByPolicy")


def test_a_policy_that_demands_no_tags_forbids_every_write_and_no_delete(arm, control, demands):
    put(arm)
    control.advance(1)
    demands(types=[GALLERIES, f"{GALLERIES}/images"], tags=())
    refused(arm("PATCH", GALLERY_ID, {"tags": {"CostCenter": "42"}}), 403, "RequestDisallowedByPolicy")
    assert arm("DELETE", DEFINITION_ID).status_code in {200, 202}
