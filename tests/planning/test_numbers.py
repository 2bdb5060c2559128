"""Numbers of versions: asked for, counted on from those of others, used up, or kept by a version that was deleted."""

import pytest

from tests.support.running.answers import name_of, notes_of, planned, problems_of
from tests.support.running.estate import (
    FORBIDDEN,
    update,
)
from tests.support.waiting import eventually


@pytest.mark.parametrize("number", ["7.9.2201041542", "7.9", "snapshot", "9.6.20250121-0", "1.0.2147483648"])
def test_a_number_that_azure_would_refuse_after_an_hour_is_refused_at_once(app, azure, number):
    answer = app.plan(azure.seed_image("numbered"), version=number)
    assert [field for field, _ in problems_of(answer)] == ["version"]
    assert "2147483647" in answer.text


def test_the_largest_number_of_all_is_taken(app, azure):
    assert planned(app.plan(azure.seed_image("numbered"), version="2147483647.0.0"))["version"] == "2147483647.0.0"


@pytest.mark.parametrize("state", ["Creating", "Failed", "Deleting", "Succeeded"])
def test_the_next_number_is_above_every_version_whatever_its_state_and_end(app, azure, state):
    definition = azure.seed_definition("numbered")
    for number in ("2024.01.05", "2024.1.6", "9.0.0"):
        version = azure.seed_version(definition, number)
    highest = f"{definition}/versions/2024.1.6"
    azure.change(highest, lambda properties: properties.update(provisioningState=state))
    azure.change(highest, lambda properties: properties["publishingProfile"].update(excludeFromLatest=True))
    assert version != highest
    plan = planned(app.plan(azure.seed_image("numbered"), imageDefinition=name_of(definition)))
    assert plan["version"] == "2024.1.7"


def test_a_definition_whose_numbers_are_used_up_is_a_problem(app, azure):
    definition = azure.seed_definition("full")
    azure.seed_version(definition, ".".join(["2147483647"] * 3))
    answer = app.plan(azure.seed_image("late"), imageDefinition=name_of(definition))
    assert problems_of(answer) == [("version", "NoVersionLeft")]


def test_versions_numbered_by_date_with_leading_zeros_count(app, azure):
    definition = azure.seed_definition("dated")
    for number in ("2022.06.08", "2023.02.09"):
        azure.seed_version(definition, number)
    image = azure.seed_image("dated")
    assert planned(app.plan(image, imageDefinition=name_of(definition)))["version"] == "2023.2.10"
    answer = app.plan(image, imageDefinition=name_of(definition), version="2023.2.9")
    assert problems_of(answer) == [("version", "VersionExists")]


def test_a_number_that_somebody_elses_version_has_is_refused(app, azure):
    definition = azure.seed_definition("numbered")
    azure.seed_version(definition, "3.1.4")
    answer = app.plan(azure.seed_image("planned"), imageDefinition=definition.rpartition("/")[2], version="3.1.4")
    assert [problem["code"] for problem in answer.json()["errors"]] == ["VersionExists"]


@pytest.fixture
def kept_deleted(azure):
    """A definition of which a version was deleted in a gallery that keeps it; gives back gallery and definition."""
    gallery = azure.seed_gallery("soft")
    update(azure, gallery, softDeletePolicy={"isSoftDeleteEnabled": True})
    definition = azure.seed_definition("soft", gallery=gallery)
    version = azure.seed_version(definition, "1.0.3")
    azure.seed_version(definition, "1.0.2")
    assert azure.arm("DELETE", version).status_code == 202
    eventually(lambda: not azure.exists(version))
    return gallery, name_of(definition)


def test_the_number_of_a_deleted_version_that_is_kept_is_not_used_again(app, azure, kept_deleted):
    gallery, definition = kept_deleted
    image = azure.seed_image("soft")
    assert planned(app.plan(image, gallery=gallery, imageDefinition=definition))["version"] == "1.0.4"
    answer = app.plan(image, gallery=gallery, imageDefinition=definition, version="1.00.3")
    assert problems_of(answer) == [("version", "VersionKeptDeleted")]


def test_deleted_versions_that_may_not_be_read_cost_a_note(app, azure, kept_deleted):
    gallery, definition = kept_deleted
    azure.control.add_fault(method="GET", path="/softDeletedArtifactTypes/", error=FORBIDDEN)
    notes = notes_of(app.plan(azure.seed_image("soft"), gallery=gallery, imageDefinition=definition))
    assert [note for note in notes if "not checked" in note and "deleted versions" in note]
