"""What Azure shows of other people's resources: nothing where something is expected, other places, other readers, and
refusals to show anything. Each situation was reported by somebody who does this job, or follows from a report."""

import pytest

from dev.emulator.seed import IMAGES_GROUP
from tests.support.documents import GALLERY_ID
from tests.support.running.answers import name_of, notes_of, planned, problems_of
from tests.support.running.app import outcome
from tests.support.running.azure import TAG, definition_of
from tests.support.running.estate import (
    show,
    update,
)
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

POLICY = {"status": 403, "code": "RequestDisallowedByPolicy", "message": "Resource was disallowed by policy 'tags'."}
FORBIDDEN = {"status": 403, "code": "AuthorizationFailed", "message": "the client has no authorization to read it"}
OTHER_TENANT = {"status": 401, "code": "InvalidAuthenticationTokenTenant", "message": "from the wrong issuer"}
UNREGISTERED = {"status": 409, "code": "MissingSubscriptionRegistration", "message": "not registered"}


@pytest.fixture
def azure(troubled):
    return troubled.azure


@pytest.fixture
def app(troubled):
    return troubled.app


# Nothing where something is expected


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


def test_an_image_without_properties_is_no_source_and_costs_the_list_nothing(app, azure):
    image = azure.seed_image("hollow")
    show(azure, image, properties=None, tags=None)
    assert ("sourceImageId", "SourceNotGeneralized") in problems_of(app.plan(image))
    assert image.lower() in {one["id"].lower() for one in app.call("GET", "images").json()["images"]}


def test_an_image_that_makes_no_sense_is_a_problem_of_its_id_and_not_asked_for_again(app, azure):
    image = azure.seed_image("strange")
    azure.change(image, lambda properties: properties["storageProfile"].update(dataDisks=[None]))
    assert problems_of(app.plan(image)) == [("sourceImageId", "ResourceUnreadable")]
    assert problems_of(app.call("POST", "migrations", {"sourceImageId": image})) == problems_of(app.plan(image))


def test_an_event_about_an_image_that_makes_no_sense_is_delivered_once(app, azure):
    image = azure.seed_image("strange")
    azure.change(image, lambda properties: properties["storageProfile"].update(dataDisks=[None]))
    azure.update_tags(image, {TAG: "default"})
    (event,) = eventually(lambda: [one for one in azure.events_about(image) if one["deliveries"]])
    assert [attempt["status"] for attempt in event["deliveries"]] == [202]
    azure.change(image, lambda properties: properties["storageProfile"].update(dataDisks=[]))
    azure.update_tags(image, {"team": "web"})
    assert app.started(image)


@pytest.mark.parametrize(("spelt", "generation"), [("v1", "V1"), ("v2", "V2")])
def test_a_generation_in_small_letters_is_the_same_generation(app, azure, spelt, generation):
    image = azure.seed_image("spelt")
    update(azure, image, hyperVGeneration=spelt)
    assert planned(app.plan(image))["definition"]["generation"] == generation
    asked = app.plan(image, securityType="TrustedLaunchSupported")
    assert asked.status_code == (422 if generation == "V1" else 200)


# Names


@pytest.mark.parametrize("name", ["web_", "web.2024_01", "9lives", "A.b_c-d", "n" * 80])
def test_an_image_of_any_name_that_azure_takes_is_migrated(app, azure, name):
    document = azure.control.resource(azure.seed_image("named"))
    image = azure.control.put_resource(document | {"id": f"{document['id'].rpartition('/')[0]}/{name}"})["id"]
    assert outcome(app.approve_and_end(app.start(image))) == ("Migrated", "Migrated")


@pytest.mark.parametrize(
    "gallery",
    ["/CommunityGalleries/public-1", "/SharedGalleries/1-HUB", "gallery-with-dashes", "g" * 81],
)
def test_a_gallery_that_only_others_can_write_to_is_refused_with_the_form_of_an_id(app, azure, gallery):
    assert problems_of(app.plan(azure.seed_image("foreign"), gallery=gallery)) == [("gallery", "Invalid")]


def test_a_gallery_of_another_subscription_that_is_only_named_is_told_where_it_was_looked_for(app, azure):
    answer = app.plan(azure.seed_image("named"), gallery="hub_elsewhere")
    assert problems_of(answer) == [("gallery", "NotFound")]
    assert f"in subscription {GALLERY_ID.split('/')[2]}" in answer.text


def test_an_image_in_a_group_that_azure_writes_in_capitals_has_one_migration_and_its_users(app, azure):
    image = azure.seed_image("capitals")
    loud = image.replace("/resourceGroups/images/", "/resourceGroups/IMAGES/")
    waiting = app.waiting(app.start(image))
    assert app.call("POST", "migrations", {"sourceImageId": loud}).status_code == 409
    azure.seed_consumer("virtualMachineScaleSets", loud)
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", "SourceInUse")


# Refusals to show anything


@pytest.mark.parametrize("refusal", [FORBIDDEN, OTHER_TENANT, UNREGISTERED])
@pytest.mark.parametrize("path", ["/galleries/[^/]*$", "/galleries/[^/]*/images$"])
def test_a_gallery_that_the_app_may_not_read_is_a_problem_of_the_plan(app, azure, refusal, path):
    azure.control.add_fault(method="GET", path=path, error=refusal)
    assert problems_of(app.plan(azure.seed_image("blind"))) == [("gallery", refusal["code"])]


def test_a_source_that_the_app_may_not_read_is_refused_and_not_tried_for_minutes(app, azure):
    image = azure.seed_image("blind")
    azure.control.add_fault(method="GET", path=f"{image}$", error=OTHER_TENANT)
    assert problems_of(app.plan(image)) == [("sourceImageId", OTHER_TENANT["code"])]


@pytest.mark.parametrize("refusal", [FORBIDDEN, OTHER_TENANT])
def test_a_machine_of_another_tenant_or_owner_costs_the_plan_a_note(app, azure, refusal):
    image = azure.seed_image("captured")
    machine = f"{IMAGES_GROUP}/providers/Microsoft.Compute/virtualMachines/elsewhere"
    update(azure, image, sourceVirtualMachine={"id": machine})
    azure.control.add_fault(method="GET", path="/virtualMachines/elsewhere", error=refusal)
    assert [note for note in notes_of(app.plan(image)) if machine in note]


def test_an_image_whose_machine_and_disks_are_long_gone_is_migrated(app, azure):
    image = azure.seed_image("orphan", data_gib=(8,))
    update(
        azure, image, sourceVirtualMachine={"id": f"{IMAGES_GROUP}/providers/Microsoft.Compute/virtualMachines/gone"}
    )
    assert outcome(app.approve_and_end(app.start(image))) == ("Migrated", "Migrated")


# Policies and locks at every write


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


def test_tags_with_reserved_beginnings_are_carried_as_they_are(app, azure):
    tags = {"hidden-title": "golden", "microsoft.team": "web", "Azure-cost": "1", "windows": "no", "empty": ""}
    waiting = app.waiting(app.start(azure.seed_image("tagged", tags=tags)))
    assert tags.items() <= azure.tags(waiting["imageVersionId"]).items()
