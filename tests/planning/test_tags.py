"""Tags of what is created: the source's own and those that are named, which may cost a life, and how many fit."""

import pytest

from tests.support.app_here import running_app
from tests.support.running.answers import name_of, notes_of, planned, problems_of

COST = {"CostCenter": "42"}


def named(count, start=0):
    return {f"tag-{number:02}": "x" for number in range(start, start + count)}


def written(tags):
    return ",".join(f"{name}={value}" for name, value in tags.items())


def test_definition_and_version_bear_the_tags_of_the_source(app, azure):
    """A policy that demands a tag refused the definition, which had only the app's own."""
    plan = planned(app.plan(azure.seed_image("tagged", tags=COST | {"migrate-to-gallery-options": "sku=a"})))
    assert plan["definition"]["tags"] == plan["versionTags"] == COST


def test_a_definition_that_is_there_keeps_its_tags(app, azure):
    definition = azure.seed_definition("theirs")
    image = azure.seed_image("tagged", tags=COST)
    plan = planned(app.plan(image, imageDefinition=name_of(definition), definitionTags="Stage=live"))
    assert plan["definition"]["tags"] == {}
    assert [note for note in plan["notes"] if "definition-tags are not written" in note]
    assert not [note for note in notes_of(app.plan(image, definitionTags="Stage=live")) if "not written" in note]


def test_a_gallery_that_is_created_bears_them_too(azure):
    with running_app(azure, MIGRATION_CREATE_GALLERY="true") as app:
        plan = planned(app.plan(azure.seed_image("tagged", tags=COST), gallery="fresh"))
    assert plan["gallery"]["tags"] == COST


def test_more_tags_are_beside_the_sources_and_those_of_the_request_above_both(azure):
    with running_app(azure, MIGRATION_MORE_TAGS="Owner=platform, costcenter=0,Env=prod") as app:
        image = azure.seed_image("tagged", tags=COST)
        plan = planned(app.plan(image, definitionTags="CostCenter=7,Stage=live"))
    assert plan["versionTags"] == {"Owner": "platform", "Env": "prod", "CostCenter": "42"}
    assert plan["definition"]["tags"] == {"Owner": "platform", "Env": "prod", "CostCenter": "7", "Stage": "live"}
    assert plan["origins"]["definitionTags"] == "request"


def test_tags_are_left_out_by_name_and_by_beginning(azure):
    tags = {"Expires-On": "2027-01-01", "team": "web", "tmp-a": "1", "tmp-b": "2", **COST}
    with running_app(azure, MIGRATION_TAGS_NOT_CARRIED="expires-on, TMP-*") as app:
        plan = planned(app.plan(azure.seed_image("tagged", tags=tags)))
    assert plan["versionTags"] == plan["definition"]["tags"] == {"team": "web", **COST}
    assert [note for note in plan["notes"] if "left out" in note and "Expires-On, tmp-a, tmp-b" in note]
    assert not [note for note in plan["notes"] if "clean-up jobs" in note]


def test_a_tag_that_clean_up_jobs_go_by_is_named_with_its_value_and_what_leaves_it_out(app, azure):
    plan = planned(app.plan(azure.seed_image("tagged", tags={"DeleteAfter": "2027-01-01", **COST})))
    (note,) = [note for note in plan["notes"] if "clean-up jobs" in note]
    assert "DeleteAfter=2027-01-01" in note
    assert "MIGRATION_TAGS_NOT_CARRIED=DeleteAfter" in note
    assert plan["versionTags"] == {"DeleteAfter": "2027-01-01", **COST}
    assert plan["definition"]["tags"] == COST


def test_an_image_without_such_a_tag_has_no_such_note(app, azure):
    assert not [note for note in notes_of(app.plan(azure.seed_image("plain", tags=COST))) if "clean-up" in note]


def test_such_a_tag_that_a_setting_names_is_told_with_that_setting(azure):
    with running_app(azure, MIGRATION_MORE_TAGS="ttl=30d") as app:
        plan = planned(app.plan(azure.seed_image("plain")))
    assert [note for note in plan["notes"] if "ttl=30d" in note and "MIGRATION_MORE_TAGS" in note]
    assert plan["definition"]["tags"] == {"ttl": "30d"}


@pytest.mark.parametrize("name", ["migration-id", "Decided-By", "migrate-to-gallery", "Migrate-To-Gallery-Status"])
def test_a_tag_of_the_apps_own_cannot_be_given(app, azure, name):
    answer = app.plan(azure.seed_image("tagged"), definitionTags={name: "x"})
    assert problems_of(answer) == [("definitionTags", "TagReserved")]
    assert name in answer.text


def test_the_setting_cannot_give_one_either(azure):
    with running_app(azure, MIGRATION_MORE_TAGS="migration-id=x") as app:
        assert problems_of(app.plan(azure.seed_image("tagged"))) == [("MIGRATION_MORE_TAGS", "TagReserved")]


@pytest.mark.parametrize(("count", "problems"), [(18, []), (19, [("definitionTags", "TooManyTags")])])
def test_more_tags_than_fit_beside_the_apps_own_are_a_problem(azure, count, problems):
    with running_app(azure, MIGRATION_MORE_TAGS=written(named(20))) as app:
        answer = app.plan(azure.seed_image("tagged"), definitionTags=named(count, 20))
    assert (problems_of(answer) if problems else planned(answer)["definition"]["tags"]) == (problems or named(38))


def test_tags_that_are_named_come_before_the_sources_where_room_is_short(azure):
    with running_app(azure, MIGRATION_MORE_TAGS="Owner=platform") as app:
        plan = planned(app.plan(azure.seed_image("tagged", tags=named(38)), definitionTags=COST))
    assert plan["versionTags"] == {"Owner": "platform"} | named(37)
    assert plan["definition"]["tags"] == {"Owner": "platform", **COST} | named(36)
    assert [note for note in plan["notes"] if "will not have: tag-37" in note]


@pytest.mark.parametrize(
    "tags",
    [
        {"a/b": "1"},
        {"": "1"},
        {"pictures": "😀" * 129},
        {"a": "1", "A": "2"},
        {"n" * 513: "1"},
        {"a": "v" * 257},
        named(51),
        "a",
        "=1",
        "a=1,A=2",
    ],
)
def test_tags_that_azure_would_not_take_are_refused_with_the_request(app, azure, tags):
    answer = app.plan(azure.seed_image("tagged"), definitionTags=tags)
    assert answer.status_code == 422
    assert {field.partition(".")[0] for field, _ in problems_of(answer)} == {"definitionTags"}


@pytest.mark.parametrize("name", ["Azure-Owner", "windowsVersion", "microsoft.costs"])
def test_unverified_a_name_that_is_said_to_be_reserved_is_told_and_not_refused(azure, name):
    with running_app(azure, MIGRATION_MORE_TAGS=f"{name}=x,team=web") as app:
        plan = planned(app.plan(azure.seed_image("tagged")))
    (note,) = [note for note in plan["notes"] if "reserved" in note]
    assert name in note
    assert "team" not in note
    assert plan["versionTags"][name] == "x"


def test_a_definition_that_is_given_such_a_tag_by_the_request_is_named_too(app, azure):
    """Only the version's were looked at: a job that takes the definition takes every version in it."""
    plan = planned(app.plan(azure.seed_image("tagged"), definitionTags={"DeleteAfter": "2027-01-01"}))
    (note,) = [note for note in plan["notes"] if "clean-up jobs" in note]
    assert note.startswith(f"image definition {plan['definition']['name']} bears")
    assert "DeleteAfter=2027-01-01" in note


def test_a_gallery_that_is_there_and_bears_such_a_tag_is_named(app, azure):
    gallery = azure.seed_gallery("passing")
    azure.update_tags(gallery, {"expireOn": "2027-01-01"})
    plan = planned(app.plan(azure.seed_image("tagged"), gallery=gallery))
    (note,) = [note for note in plan["notes"] if "clean-up jobs" in note]
    assert f"gallery {name_of(gallery)} bears a tag" in note
    assert "all versions" in note
