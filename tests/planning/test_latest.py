"""What a plan says of `latest`: an image older than what it was made from stays excluded, unless somebody asks."""

import pytest

from tests.support.app_here import running_app
from tests.support.running.ages import NEW, OLD, exclude, seed_copy, seed_image
from tests.support.running.answers import name_of, notes_of, planned
from tests.support.running.estate import show


@pytest.fixture
def definition(azure):
    return azure.seed_definition("aged")


def test_an_older_image_stays_excluded_and_the_plan_says_why(app, azure, definition):
    seed_copy(azure, definition, "1.0.7", NEW)
    answer = app.plan(seed_image(azure, OLD), imageDefinition=name_of(definition))
    plan = planned(answer)
    assert (plan["version"], plan["excludeFromLatest"]) == ("1.0.8", False)
    why = "version 1.0.7, which is latest, was made from a newer image (2025-05-01 08:00 UTC, this one 2021-05-01"
    assert why in plan["staysExcluded"]
    assert any(why in note for note in notes_of(answer))


def test_a_newer_image_takes_its_place(app, azure, definition):
    seed_copy(azure, definition, "1.0.7", OLD)
    answer = app.plan(seed_image(azure, NEW), imageDefinition=name_of(definition))
    assert planned(answer)["staysExcluded"] is None
    assert not any("stays excluded" in note for note in notes_of(answer))


def test_a_latest_of_which_nobody_knows_how_old_it_is_counts_as_newer(app, azure, definition):
    azure.seed_version(definition, "1.0.7")
    plan = planned(app.plan(seed_image(azure, NEW), imageDefinition=name_of(definition)))
    assert "it is not known how old the image is that version 1.0.7" in plan["staysExcluded"]


def test_a_date_in_the_tags_of_what_somebody_else_made_is_not_believed(app, azure, definition):
    version = azure.seed_version(definition, "1.0.7")
    azure.update_tags(version, azure.tags(seed_copy(azure, azure.seed_definition("other"), "1.0.0", OLD)))
    plan = planned(app.plan(seed_image(azure, NEW), imageDefinition=name_of(definition)))
    assert "it is not known" in plan["staysExcluded"]


def test_versions_that_are_excluded_are_nobodys_latest(app, azure, definition):
    version = seed_copy(azure, definition, "1.0.7", NEW)
    exclude(azure, version)
    assert planned(app.plan(seed_image(azure, OLD), imageDefinition=name_of(definition)))["staysExcluded"] is None


def test_an_image_of_which_azure_does_not_say_when_it_was_made_stays_excluded(app, azure, definition):
    seed_copy(azure, definition, "1.0.7", OLD)
    image = azure.seed_image("undated")
    show(azure, image, systemData=None)
    plan = planned(app.plan(image, imageDefinition=name_of(definition)))
    assert "Azure does not say when its source was made" in plan["staysExcluded"]


@pytest.mark.parametrize("said", [True, False])
def test_whoever_asks_may_say_what_becomes_of_latest(app, azure, definition, said):
    seed_copy(azure, definition, "1.0.7", NEW)
    plan = planned(app.plan(seed_image(azure, OLD), imageDefinition=name_of(definition), excludeFromLatest=said))
    assert (plan["excludeFromLatest"], plan["staysExcluded"]) == (said, None)


def test_a_setting_says_it_for_nobody(azure, definition):
    seed_copy(azure, definition, "1.0.7", NEW)
    with running_app(azure, MIGRATION_EXCLUDE_FROM_LATEST="false") as app:
        plan = planned(app.plan(seed_image(azure, OLD), imageDefinition=name_of(definition)))
    assert plan["staysExcluded"] is not None
