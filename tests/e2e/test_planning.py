"""A plan tells every problem at once, and nothing is written before it is complete: the emulator counts the writes."""

import pytest

from tests.support.documents import image_id
from tests.support.running.azure import TAG, definition_of

THREE_PROBLEMS = {
    "targetRegions": ["atlantis"],
    "endOfLifeDate": "2020-12-31",
    "purchasePlan": {"publisher": "contoso", "product": "web", "name": "standard"},
}
THREE_FIELDS = ["endOfLifeDate", "purchasePlan", "targetRegions"]


def seed_image_with_definition(azure):
    """An image whose definition exists, without a purchase plan."""
    image = azure.seed_image("planned")
    azure.seed_definition(image.rpartition("/")[2], exact=True)
    return image


def writes(azure):
    return azure.control.state()["writes"]


def test_a_plan_with_three_problems_reports_three_and_writes_nothing(fresh):
    image = seed_image_with_definition(fresh.azure)
    answer = fresh.app.plan(image, **THREE_PROBLEMS)
    assert answer.status_code == 422
    assert sorted(problem["field"] for problem in answer.json()["errors"]) == THREE_FIELDS
    assert writes(fresh.azure) == 0


def test_a_start_with_three_problems_is_answered_with_three_and_starts_nothing(fresh):
    """What the sender can mend was told minutes later, as the end of a migration."""
    image = seed_image_with_definition(fresh.azure)
    answer = fresh.app.call("POST", "migrations", {"sourceImageId": image, **THREE_PROBLEMS})
    assert answer.status_code == 422
    assert sorted(problem["field"] for problem in answer.json()["errors"]) == THREE_FIELDS
    assert (fresh.app.find(image), writes(fresh.azure), fresh.azure.tags(image)) == (None, 0, {})


def test_a_refused_tag_is_answered_by_a_status_tag_and_nothing_else(fresh):
    image = seed_image_with_definition(fresh.azure)
    fresh.azure.update_tags(image, {TAG: "default", f"{TAG}-options": "regions=atlantis; eol=2020-12-31; plan=a/b/c"})
    ended = fresh.app.ended(fresh.app.started(image)["id"])
    assert ended["outcome"]["kind"] == "Refused"
    assert fresh.azure.tags(image)[f"{TAG}-status"].startswith("Refused PlanProblems ")
    assert writes(fresh.azure) == 2  # the tag and its answer


def test_a_good_plan_writes_nothing_and_says_where_each_value_came_from(fresh):
    image = fresh.azure.seed_image("planned", generation="V2")
    answer = fresh.app.plan(image, targetRegions=["West US 2=2=premium_lrs"], excludeFromLatest=True)
    assert answer.status_code == 200
    plan = answer.json()
    assert plan["imageVersionId"] == f"{definition_of(image)}/versions/1.0.0"
    assert plan["definition"]["generation"] == "V2"
    assert plan["targetRegions"] == [
        {"name": "eastus2", "replicaCount": 1, "storageAccountType": "Standard_LRS"},
        {"name": "westus2", "replicaCount": 2, "storageAccountType": "Premium_LRS"},
    ]
    assert plan["origins"]["targetRegions"] == plan["origins"]["excludeFromLatest"] == "request"
    assert plan["origins"]["gallery"] == "setting MIGRATION_GALLERY"
    assert plan["origins"]["deleteSource"] == "default"
    assert any("source region eastus2 was added" in note for note in plan["notes"])
    assert writes(fresh.azure) == 0
    assert fresh.app.find(image) is None


def test_an_image_that_does_not_exist_is_a_problem_of_its_id(app):
    answer = app.plan(image_id("no-such-image"))
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == ["sourceImageId"]


UNREGISTERED = {
    "status": 409,
    "code": "MissingSubscriptionRegistration",
    "message": "The subscription is not registered to use namespace 'Microsoft.Compute'. See"
    " https://aka.ms/rps-not-found for how to register subscriptions.",
}


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


SOURCES = {
    "SourceNotGeneralized": lambda properties: properties["storageProfile"]["osDisk"].update(osState="Specialized"),
    "SourceEncrypted": lambda properties: properties["storageProfile"]["osDisk"].update(diskEncryptionSet={"id": "/x"}),
    "SourceNotReady": lambda properties: properties.update(provisioningState="Updating"),
    "DataDiskTooLarge": lambda properties: properties["storageProfile"].update(
        dataDisks=[{"lun": 7, "diskSizeGB": 1025, "managedDisk": {"id": "/x"}}]
    ),
}


@pytest.mark.parametrize("code", SOURCES)
def test_an_image_that_cannot_become_a_version_is_refused(app, azure, code):
    image = azure.seed_image("unfit")
    azure.change(image, SOURCES[code])
    answer = app.plan(image)
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["errors"]] == [code]


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


def test_an_identifier_that_another_definition_has_is_refused(app, azure):
    other = azure.seed_definition("taken").rpartition("/")[2]
    answer = app.plan(azure.seed_image("planned"), publisher="Contoso", offer="Seeded", sku=other.upper())
    assert [problem["code"] for problem in answer.json()["errors"]] == ["IdentifierTaken"]


def test_a_gallery_name_that_several_groups_have_is_refused_and_its_id_is_not(app, azure):
    one = azure.seed_gallery("twin")
    group = azure.seed_group("others")
    two = f"{group}/providers/Microsoft.Compute/galleries/{one.rpartition('/')[2]}"
    azure.control.put_resource(azure.control.resource(one) | {"id": two})
    image = azure.seed_image("planned")
    answer = app.plan(image, gallery=one.rpartition("/")[2])
    assert [problem["code"] for problem in answer.json()["errors"]] == ["Ambiguous"]
    assert app.plan(image, gallery=two).json()["gallery"]["id"] == two


def test_a_number_that_somebody_elses_version_has_is_refused(app, azure):
    definition = azure.seed_definition("numbered")
    azure.seed_version(definition, "3.1.4")
    answer = app.plan(azure.seed_image("planned"), imageDefinition=definition.rpartition("/")[2], version="3.1.4")
    assert [problem["code"] for problem in answer.json()["errors"]] == ["VersionExists"]
