"""A policy may forbid each write of a migration: what is left, what is kept, and what to change is told."""

import pytest

from tests.support.documents import GALLERY_ID
from tests.support.running.answers import name_of
from tests.support.running.app import outcome
from tests.support.running.azure import definition_of
from tests.support.running.starting import running_app

POLICY = {"status": 403, "code": "RequestDisallowedByPolicy", "message": "Resource was disallowed by policy 'tags'."}


@pytest.fixture
def azure(troubled):
    return troubled.azure


@pytest.fixture
def app(troubled):
    return troubled.app


def test_a_definition_that_a_policy_forbade_is_not_left_behind(app, azure):
    image = azure.seed_image("forbidden")
    refusal = {"status": 403, "code": "RequestDisallowedByPolicy", "message": "Resource was disallowed by policy."}
    path = f"/images/{name_of(image)}$"
    azure.control.add_fault(method="PUT", path=path, error=refusal)
    ended = app.ended(app.start(image))
    assert outcome(ended) == ("Failed", "RequestDisallowedByPolicy")
    assert ended["outcome"]["leftBehind"] == []
    assert "policy" in ended["nextAction"]


def test_a_policy_that_forbids_the_gallery_leaves_nothing_behind(azure):
    with running_app(azure, MIGRATION_CREATE_GALLERY="true") as app:
        azure.control.add_fault(method="PUT", path="/galleries/forbidden$", error=POLICY)
        ended = app.ended(app.start(azure.seed_image("homeless"), gallery="forbidden"))
    assert outcome(ended) == ("Failed", "RequestDisallowedByPolicy")
    assert ended["outcome"]["leftBehind"] == []


def test_a_policy_that_forbids_the_version_leaves_the_definition_and_says_what_to_change(app, azure):
    image = azure.seed_image("forbidden")
    azure.control.add_fault(method="PUT", path=f"{definition_of(image)}/versions/1.0.0$", error=POLICY)
    ended = app.ended(app.start(image))
    assert outcome(ended) == ("Failed", "RequestDisallowedByPolicy")
    assert ended["outcome"]["leftBehind"] == [definition_of(image)]
    assert "policy" in ended["nextAction"]


def test_a_policy_that_forbids_the_delete_keeps_the_source(app, azure):
    image = azure.seed_image("forbidden")
    waiting = app.waiting(app.start(image))
    azure.control.add_fault(method="DELETE", path=f"{image}$", error=POLICY)
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", "RequestDisallowedByPolicy")
    assert azure.exists(image)


def test_a_policy_that_forbids_tags_costs_a_note_and_nothing_else(app, azure):
    image = azure.seed_image("untagged")
    azure.control.add_fault(method="PATCH", path="/tags/default$", error=POLICY)
    ended = app.approve_and_end(app.start(image))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert [note for note in ended["notes"] if POLICY["code"] in note or "tag" in note]


def test_a_policy_that_forbids_the_promotion_keeps_the_source_and_is_named(app, azure):
    image = azure.seed_image("forbidden")
    waiting = app.waiting(app.start(image))
    azure.control.add_fault(method="PUT", path=f"{waiting['imageVersionId']}$", error=POLICY)
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", "RequestDisallowedByPolicy")
    assert azure.exists(image)


OF = "Microsoft.Compute/galleries"
TAGGED = {"scope": GALLERY_ID, "types": [f"{OF}/images", f"{OF}/images/versions"], "tags": ["CostCenter"]}


@pytest.fixture
def demanding(azure):
    azure.control.settings(policies={"cost-center": TAGGED})
    yield azure
    azure.control.settings(policies={})


def test_a_policy_that_demands_a_tag_of_the_source_lets_its_copy_through(app, demanding):
    """The definition had the app's own tags only, and was refused."""
    image = demanding.seed_image("tagged", tags={"costcenter": "42"})
    ended = app.approve_and_end(app.start(image))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert demanding.tags(definition_of(image)).items() >= {"costcenter": "42"}.items()


def test_a_policy_that_demands_a_tag_nobody_gave_is_answered_with_every_way_there_is(app, demanding):
    ended = app.ended(app.start(demanding.seed_image("untagged")))
    assert outcome(ended) == ("Failed", "RequestDisallowedByPolicy")
    assert "cost-center" in ended["outcome"]["reason"]
    for way in ("MIGRATION_MORE_TAGS", "definition-tags", "that are there already", "exempt"):
        assert way in ended["nextAction"]


def test_tags_that_a_setting_names_satisfy_it(demanding):
    with running_app(demanding, MIGRATION_MORE_TAGS="CostCenter=0") as app:
        image = demanding.seed_image("untagged")
        waiting = app.waiting(app.start(image))
    assert demanding.tags(waiting["imageVersionId"])["CostCenter"] == "0"
    assert demanding.tags(definition_of(image))["CostCenter"] == "0"
