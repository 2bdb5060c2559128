"""What stands against writing there, or against reading at all: locks, rights, and refusals that Azure gives."""

import pytest

from tests.support.documents import GALLERY_ID
from tests.support.running.answers import name_of, planned, problems_of
from tests.support.running.estate import (
    FORBIDDEN,
    GALLERIES,
    OTHER_TENANT,
    UNREGISTERED,
    set_to,
)


@pytest.fixture
def locked(azure):
    held = []

    def lock(scope, level="ReadOnly"):
        held.append(azure.lock(scope, level))
        return name_of(held[-1])

    yield lock
    for one in held:
        azure.unlock(one)


def test_a_read_only_lock_on_the_gallerys_group_is_a_problem_that_names_it(app, azure, locked):
    image = azure.seed_image("locked-out")
    name = locked(GALLERY_ID.partition("/providers/")[0])
    answer = app.plan(image)
    assert problems_of(answer) == [("gallery", "GalleryLocked")]
    assert name in answer.text


def test_a_lock_on_another_gallery_is_nobody_elses(app, azure, locked):
    image = azure.seed_image("not-locked-out")
    locked(azure.seed_gallery("locked"))
    locked(GALLERY_ID, "CanNotDelete")
    assert app.plan(image).status_code == 200


def test_a_read_only_lock_on_the_sources_group_is_told_before_anybody_is_asked(app, azure, locked):
    group = azure.seed_group("sources")
    image = azure.seed_image("kept", group=group)
    name = locked(group)
    for fields, told in (({}, "the source will be kept"), ({"deleteSource": "never"}, "cannot be left as a tag")):
        notes = planned(app.plan(image, **fields))["notes"]
        assert [note for note in notes if told in note and name in note]


@pytest.mark.parametrize("place", ["subscription", "gallery", "definition"])
def test_a_read_only_lock_anywhere_above_the_version_is_a_problem_that_names_it(app, azure, place):
    definition = azure.seed_definition("locked")
    scopes = {"subscription": "/".join(GALLERY_ID.split("/")[:3]), "gallery": GALLERY_ID, "definition": definition}
    lock = azure.lock(scopes[place], "ReadOnly")
    try:
        answer = app.plan(azure.seed_image("locked"), imageDefinition=name_of(definition))
        assert problems_of(answer) == [("gallery", "GalleryLocked")]
        assert name_of(lock) in answer.text
    finally:
        azure.unlock(lock)


def test_rights_given_at_gallery_and_image_count_though_their_groups_grant_none(app, azure):
    image = azure.seed_image("granted", group=azure.seed_group("sources"))
    denied = {"*/write": GALLERIES, "*/delete": image.partition("/providers/")[0]}
    with set_to(azure, deniedActions=denied):
        assert {code for _, code in problems_of(app.plan(image))} == {"MissingRight"}
    with set_to(azure, deniedActions=denied, grantedActions={"Microsoft.Compute/galleries/*": GALLERY_ID, "*": image}):
        planned(app.plan(image))


def test_rights_given_at_a_definition_are_enough_for_a_version_of_it(app, azure):
    image, definition = azure.seed_image("granted"), azure.seed_definition("granted")
    granted = {"Microsoft.Compute/galleries/images/versions/*": definition}
    with set_to(azure, deniedActions={"*/write": GALLERIES}, grantedActions=granted):
        planned(app.plan(image, imageDefinition=definition.rpartition("/")[2]))
        assert ("gallery", "MissingRight") in problems_of(app.plan(image))


@pytest.mark.parametrize("refusal", [FORBIDDEN, OTHER_TENANT, UNREGISTERED])
@pytest.mark.parametrize("path", ["/galleries/[^/]*$", "/galleries/[^/]*/images$"])
def test_a_gallery_that_the_app_may_not_read_is_a_problem_of_the_plan(app, azure, refusal, path):
    azure.control.add_fault(method="GET", path=path, error=refusal)
    assert problems_of(app.plan(azure.seed_image("blind"))) == [("gallery", refusal["code"])]


def test_a_source_that_the_app_may_not_read_is_refused_and_not_tried_for_minutes(app, azure):
    image = azure.seed_image("blind")
    azure.control.add_fault(method="GET", path=f"{image}$", error=OTHER_TENANT)
    assert problems_of(app.plan(image)) == [("sourceImageId", OTHER_TENANT["code"])]


@pytest.mark.parametrize(
    ("path", "field"), [("/Microsoft.Compute/images/", "sourceImageId"), ("/Microsoft.Compute/galleries", "gallery")]
)
def test_a_read_where_the_provider_is_not_registered_registers_nothing(fresh, path, field):
    """The SDK's own pipeline answered with POST .../register, upon a GET and in a dry run."""
    image = fresh.azure.seed_image("unregistered")
    fresh.azure.control.add_fault(method="GET", path=path, times=None, error=UNREGISTERED)
    answer = fresh.app.plan(image)
    assert answer.status_code == 422
    (problem,) = [one for one in answer.json()["errors"] if one["code"] == UNREGISTERED["code"]]
    assert problem["field"] == field
    assert "resource provider Microsoft.Compute registered" in problem["message"]
    assert [call for call in fresh.azure.control.calls() if "/register" in call["path"]] == []
    assert {call["method"] for call in fresh.azure.control.calls()} == {"GET"}
