"""Image definitions of others: whether they fit, what they leave out, and what nobody can make sense of."""

import pytest

from tests.support.running.answers import name_of, planned, problems_of
from tests.support.running.estate import (
    show,
    update,
)

MISFITS = {
    "OS type": {"osType": "Windows"},
    "OS state": {"osState": "Specialized"},
    "generation": {"hyperVGeneration": "V2"},
    "architecture": {"architecture": "Arm64"},
}


@pytest.mark.parametrize("fact", MISFITS)
def test_an_existing_definition_that_does_not_fit_is_refused(app, azure, fact):
    definition = azure.seed_definition("misfit", **MISFITS[fact])
    answer = app.plan(azure.seed_image("planned"), imageDefinition=definition.rpartition("/")[2])
    assert answer.status_code == 422
    (problem,) = answer.json()["errors"]
    assert (problem["field"], problem["code"]) == ("imageDefinition", "DefinitionMismatch")
    assert fact in problem["message"]


def test_a_definition_that_does_not_fit_in_any_way_is_refused_with_every_difference(app, azure):
    everything = {name: value for misfit in MISFITS.values() for name, value in misfit.items()}
    definition = azure.seed_definition("misfit", **everything)
    answer = app.plan(azure.seed_image("planned"), imageDefinition=definition.rpartition("/")[2], sku="another")
    assert len(answer.json()["errors"]) == len(MISFITS) + 1


def test_a_definition_for_another_processor_does_not_fit(app, azure):
    definition = azure.seed_definition("arm", architecture="Arm64")
    answer = app.plan(azure.seed_image("intel"), imageDefinition=name_of(definition))
    assert problems_of(answer) == [("imageDefinition", "DefinitionMismatch")]


@pytest.mark.parametrize("state", ["Failed", "Deleting"])
def test_a_definition_of_others_that_is_going_or_broken_is_not_written_again(app, azure, state):
    definition = azure.seed_definition("going")
    azure.change(definition, lambda properties: properties.update(provisioningState=state))
    answer = app.plan(azure.seed_image("homeless"), imageDefinition=name_of(definition))
    assert problems_of(answer) == [("imageDefinition", "DefinitionNotReady")]


def test_a_definition_and_versions_that_leave_out_all_they_may_are_used(app, azure):
    empty = dict.fromkeys(("features", "purchasePlan", "architecture", "disallowed", "recommended", "endOfLifeDate"))
    definition = azure.seed_definition("bare", **empty)
    show(azure, definition, tags=None)
    update(azure, azure.seed_version(definition, "1.0.0"), publishingProfile=None, storageProfile=None)
    update(azure, azure.seed_version(definition, "2.0.0"), publishingProfile={"targetRegions": None})
    show(azure, azure.seed_version(definition, "3.0.0"), properties=None, tags=None)
    image = azure.seed_image("bare")
    show(azure, image, tags=None)
    assert planned(app.plan(image, imageDefinition=name_of(definition)))["version"] == "3.0.1"
    assert app.call("GET", "galleries").status_code == 200


def test_a_gallery_and_a_definition_without_any_properties_cost_only_themselves(app, azure):
    gallery, definition = azure.seed_gallery("bare"), azure.seed_definition("empty")
    for bare in (gallery, definition):
        show(azure, bare, properties=None, tags=None)
    image = azure.seed_image("bare")
    planned(app.plan(image, gallery=gallery))
    planned(app.plan(image))
    answer = app.plan(image, imageDefinition=name_of(definition))
    assert set(problems_of(answer)) == {("imageDefinition", "DefinitionMismatch")}


def test_half_a_purchase_plan_of_the_definition_in_use_is_remarked(app, azure):
    definition = azure.seed_definition("half", purchasePlan={"name": "l1"})
    plan = planned(app.plan(azure.seed_image("half"), imageDefinition=name_of(definition)))
    assert any("purchase plan ?/?/l1" in note for note in plan["notes"])


def test_a_definition_that_makes_no_sense_costs_itself_and_a_note(fresh):
    azure, app = fresh.azure, fresh.app
    strange = azure.seed_definition("strange", exact=True, features="none", identifier="none")
    image = azure.seed_image("beside")
    assert any(strange in note for note in planned(app.plan(image))["notes"])
    shown = app.call("GET", "galleries").json()["galleries"][0]["imageDefinitions"]
    assert [one["name"] for one in shown if one["unreadable"]] == ["strange"]
    assert problems_of(app.plan(image, imageDefinition="strange")) == [("imageDefinition", "DefinitionUnreadable")]


@pytest.mark.parametrize("security", ["TrustedLaunch", "ConfidentialVM"])
def test_a_managed_image_is_not_put_where_its_machines_would_need_a_guest_state(app, azure, security):
    features = [{"name": "SecurityType", "value": security}]
    definition = azure.seed_definition("trusted", hyperVGeneration="V2", features=features)
    image = azure.seed_image("trusting", generation="V2")
    answer = app.plan(image, imageDefinition=name_of(definition))
    assert problems_of(answer) == [("imageDefinition", "GuestStateMissing")]


def test_trusted_launch_for_a_new_definition_is_refused_with_what_to_ask_for_instead(app, azure):
    answer = app.plan(azure.seed_image("trusting", generation="V2"), securityType="TrustedLaunch")
    assert problems_of(answer) == [("securityType", "GuestStateMissing")]
    assert "TrustedLaunchSupported" in answer.text
