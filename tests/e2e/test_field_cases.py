"""Images as other people have them: each situation was reported by somebody who does this job, with another tool."""

import pytest

from tests.support.documents import GALLERY_ID
from tests.support.running.answers import name_of, planned, problems_of
from tests.support.running.app import outcome
from tests.support.running.azure import definition_of
from tests.support.running.starting import running_app

PACKER = {"PlanInfo": "l1", "PlanProduct": "cis-ws2019", "PlanPublisher": "cis"}
NINE_REGIONS = (
    "westus2=50,westeurope=50,eastus=50,northeurope=50,westus=50,eastus2=50,centralus=40,uksouth=40,southeastasia=40"
)


# Identifiers


def test_an_offer_derived_from_a_long_group_with_odd_letters_is_made_to_fit(app, azure):
    for group in ("rg-golden(prod)-images", "g" * 78, "rg-bilder-münchen"):
        definition = planned(app.plan(azure.seed_image("odd", group=azure.seed_group(group))))["definition"]
        assert len(definition["offer"]) <= 64
        assert definition["offer"].replace("-", "").isalnum()
        assert definition["offer"].isascii()


def test_a_sku_derived_from_a_long_name_is_made_to_fit(app, azure):
    plan = planned(app.plan(azure.seed_image("n" * 75)))
    assert len(plan["definition"]["name"]) > 64
    assert len(plan["definition"]["sku"]) <= 64


def test_an_identifier_that_azure_does_not_take_is_a_problem_at_its_field(app, azure):
    answer = app.plan(azure.seed_image("identified"), offer="golden.", sku="22.04 LTS", publisher="p" * 128)
    assert problems_of(answer) == [("offer", "IdentifierInvalid"), ("sku", "IdentifierInvalid")]
    assert problems_of(app.plan(azure.seed_image("identified"), offer="o" * 65)) == [("offer", "IdentifierInvalid")]


# Version numbers


def test_versions_numbered_by_date_with_leading_zeros_count(app, azure):
    definition = azure.seed_definition("dated")
    for number in ("2022.06.08", "2023.02.09"):
        azure.seed_version(definition, number)
    image = azure.seed_image("dated")
    assert planned(app.plan(image, imageDefinition=name_of(definition)))["version"] == "2023.2.10"
    answer = app.plan(image, imageDefinition=name_of(definition), version="2023.2.9")
    assert problems_of(answer) == [("version", "VersionExists")]


def test_a_version_asked_for_with_leading_zeros_is_made_as_it_is_written(app, azure):
    image = azure.seed_image("dated")
    ended = app.approve_and_end(app.start(image, version="2026.01.31"))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert azure.exists(f"{definition_of(image)}/versions/2026.01.31")


# Replicas and disks


def test_hundreds_of_replicas_are_accepted_as_the_limit_is_one_of_a_region(app, azure):
    plan = planned(app.plan(azure.seed_image("everywhere"), targetRegions=NINE_REGIONS))
    assert sum(region["replicaCount"] for region in plan["targetRegions"]) == 420
    assert any("420 replicas" in note for note in plan["notes"])


def test_a_hundred_and_one_replicas_in_one_region_are_refused(app, azure):
    answer = app.plan(azure.seed_image("crowded"), targetRegions="eastus2=101")
    assert [field for field, _ in problems_of(answer)] == ["targetRegions.0.replicaCount"]


def test_a_data_disk_over_one_terabyte_names_the_setting_and_migrates_with_it(app, azure):
    image = azure.seed_image("large", data_gib=(1536,))
    (problem,) = app.plan(image).json()["errors"]
    assert problem["code"] == "DataDiskTooLarge"
    assert "MIGRATION_MAX_DATA_DISK_GB" in problem["message"]
    assert "2048" in problem["message"]
    with running_app(azure, MIGRATION_MAX_DATA_DISK_GB="2048") as raised:
        assert outcome(raised.approve_and_end(raised.start(image))) == ("Migrated", "Migrated")
        too_large = azure.seed_image("larger", data_gib=(2049,))
        assert problems_of(raised.plan(too_large)) == [("sourceImageId", "DataDiskTooLarge")]


# What cannot be read


def test_half_a_purchase_plan_of_another_definition_costs_nobody_anything(fresh):
    azure, app = fresh.azure, fresh.app
    azure.seed_definition("other", purchasePlan={"name": "l1"})
    image = azure.seed_image("beside")
    assert planned(app.plan(image))["createDefinition"] is True
    assert app.call("GET", "galleries").status_code == 200
    assert outcome(app.approve_and_end(app.start(image))) == ("Migrated", "Migrated")


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


# Security types


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


# Marketplace plans


def test_an_image_whose_tags_name_a_marketplace_plan_is_not_copied_without_an_answer(app, azure):
    image = azure.seed_image("marketplace", tags=PACKER)
    answer = app.plan(image)
    assert problems_of(answer) == [("purchasePlan", "PurchasePlanNotSaid")]
    assert "plan=cis/cis-ws2019/l1" in answer.text
    definition = planned(app.plan(image, purchasePlan="cis/cis-ws2019/l1"))["definition"]
    assert definition["purchasePlan"] == {"publisher": "cis", "product": "cis-ws2019", "name": "l1"}
    assert planned(app.plan(image, purchasePlan="none"))["definition"]["purchasePlan"] is None


def test_a_definition_without_the_plan_asked_for_is_refused_with_a_way_out(app, azure):
    definition = azure.seed_definition("planless")
    image = azure.seed_image("marketplace", tags=PACKER)
    answer = app.plan(image, imageDefinition=name_of(definition), purchasePlan="cis/cis-ws2019/l1")
    assert problems_of(answer) == [("purchasePlan", "DefinitionMismatch")]
    assert "name another image definition" in answer.text


def test_the_plan_of_the_machine_that_was_captured_is_asked_about_too(app, azure):
    machine = azure.seed_consumer("virtualMachines", "/subscriptions/0/another")
    document = azure.control.resource(machine)
    document["plan"] = {"publisher": "cis", "product": "cis-ws2019", "name": "l1"}
    azure.control.put_resource(document)
    image = azure.seed_image("captured")
    azure.change(image, lambda properties: properties.update(sourceVirtualMachine={"id": machine}))
    answer = app.plan(image)
    assert problems_of(answer) == [("purchasePlan", "PurchasePlanNotSaid")]
    assert "the machine" in answer.text


# Locks


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


# Ends


def test_a_definition_that_a_policy_forbade_is_not_left_behind(app, azure):
    image = azure.seed_image("forbidden")
    refusal = {"status": 403, "code": "RequestDisallowedByPolicy", "message": "Resource was disallowed by policy."}
    path = f"/images/{name_of(image)}$"
    azure.control.add_fault(method="PUT", path=path, error=refusal)
    ended = app.ended(app.start(image))
    assert outcome(ended) == ("Failed", "RequestDisallowedByPolicy")
    assert ended["outcome"]["leftBehind"] == []
    assert "policy" in ended["nextAction"]


@pytest.mark.parametrize("keeps_deleted", [True, False])
def test_a_failed_version_is_passed_over_and_left_as_it_is(fresh, keeps_deleted):
    azure, app = fresh.azure, fresh.app
    policy = {"isSoftDeleteEnabled": keeps_deleted}
    azure.change(GALLERY_ID, lambda properties: properties.update(softDeletePolicy=policy))
    azure.control.settings(replicationFailures={"westus3": "no capacity in this region"})
    image = azure.seed_image("stuck")
    failed = app.ended(app.start(image, targetRegions=["westus3"]))
    azure.until_failed(failed["imageVersionId"])
    version = f"{definition_of(image)}/versions/1.0.0"
    assert failed["outcome"]["leftBehind"] == [definition_of(image), version]
    assert problems_of(app.plan(image, version="1.0.0")) == [("version", "FailedVersionStays")]
    ended = app.approve_and_end(app.start(image))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert name_of(ended["imageVersionId"]) == "1.0.1"


# What the copy has of its source


def test_tags_of_the_source_are_on_the_version_and_ours_come_first(app, azure):
    tags = {
        "team": "web",
        "migration-id": "forged",
        "Decided-By": "forged",
        "migrate-to-gallery-options": "eol=2099-01-01",
    }
    image = azure.seed_image("tagged", tags=tags)
    migration = app.waiting(app.start(image))
    shown = {name.lower(): value for name, value in azure.tags(migration["imageVersionId"]).items()}
    assert shown["team"] == "web"
    assert shown["migration-id"] == migration["id"]
    assert not {"decided-by", "migrate-to-gallery-options"} & shown.keys()


def test_tags_that_find_no_room_are_named_in_the_plan(app, azure):
    image = azure.seed_image("tagged", tags={f"tag-{number:02}": "x" for number in range(50)})
    (note,) = [note for note in planned(app.plan(image))["notes"] if "tags of the source" in note]
    assert "tag-49" in note
    assert outcome(app.approve_and_end(app.start(image))) == ("Migrated", "Migrated")
