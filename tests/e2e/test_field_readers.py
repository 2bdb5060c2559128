"""Who can use a copy and where it lies: edge zones, shared galleries, kept deleted versions, users of other kinds.
Each situation was reported by somebody who does this job, or follows from Azure's own pages."""

import re
from types import SimpleNamespace

import pytest

from dev.emulator.seed import IMAGES_GROUP
from dev.inbox import running_inbox
from tests.e2e.conftest import running_app, running_azure
from tests.e2e.test_field_documents import FORBIDDEN, notes_of, show, update
from tests.e2e.test_field_habits import name_of, planned, problems_of
from tests.e2e.test_field_places import seed_encryption_set
from tests.emulator.waiting import eventually

LINK = re.compile(r"/api/(approvals/[^\s()\[\]]+)")


@pytest.fixture(scope="module")
def _told():
    """An app that tells somebody, and its Azure."""
    with running_azure() as azure, running_inbox() as inbox, running_app(azure, MIGRATION_NOTIFY=inbox.address) as app:
        messages = []

        def link_about(version_id):
            while message := inbox.next_message():
                messages.append(message["message"])
            found = [LINK.search(text) for text in messages if version_id in text]
            return next((match.group(1) for match in found if match), None)

        app.link_about = link_about
        yield SimpleNamespace(app=app, azure=azure)


@pytest.fixture
def azure(_told):
    yield _told.azure
    _told.azure.control.remove_faults()


@pytest.fixture
def app(_told):
    return _told.app


# Other places, other readers


def test_an_image_in_an_edge_zone_is_told_that_its_copies_are_in_regions(app, azure):
    image = azure.seed_image("edge")
    show(azure, image, extendedLocation={"name": "losangeles", "type": "EdgeZone"})
    assert [note for note in notes_of(app.plan(image)) if "edge zone losangeles" in note]


def test_versions_of_others_in_edge_zones_with_storage_and_replicas_of_their_own_are_read(app, azure):
    definition = azure.seed_definition("odd")
    region = {"name": "East US 2", "regionalReplicaCount": 0, "storageAccountType": "PremiumV2_LRS"}
    zone = {"name": "West US", "extendedLocation": {"name": "losangeles", "type": "EdgeZone"}}
    profile = {"targetRegions": [region], "targetExtendedLocations": [zone]}
    update(azure, azure.seed_version(definition, "5.0.0"), publishingProfile=profile)
    assert planned(app.plan(azure.seed_image("odd"), imageDefinition=name_of(definition)))["version"] == "5.0.1"


def test_storage_that_no_version_can_be_given_is_refused_at_once(app, azure):
    answer = app.plan(azure.seed_image("fast"), targetRegions=["eastus2=1=PremiumV2_LRS"])
    assert problems_of(answer) == [("targetRegions.0.storageAccountType", "Invalid")]


@pytest.mark.parametrize(("sharing", "audience"), [("Community", "everybody"), ("Groups", "tenants"), (None, None)])
def test_a_gallery_that_others_can_use_says_so_before_anybody_approves(app, azure, sharing, audience):
    gallery = azure.seed_gallery("shared")
    update(azure, gallery, sharingProfile={"permissions": sharing})
    told = [note for note in notes_of(app.plan(azure.seed_image("shown"), gallery=gallery)) if "is shared" in note]
    assert len(told) == (1 if audience else 0)
    assert all(audience in note for note in told)


@pytest.mark.parametrize(
    ("sharing", "image", "request_of"),
    [
        ("Groups", {"location": "westus2"}, {}),
        ("Community", {}, {"purchasePlan": "cis/cis-ws2019/l1"}),
        ("Groups", {}, {"encryptionSets": "eastus2:own"}),
        ("Community", {}, {"encryptionSets": "eastus2:own"}),
    ],
)
def test_what_a_shared_gallery_cannot_hold_is_a_problem_of_the_plan(app, azure, sharing, image, request_of):
    gallery = azure.seed_gallery("shared")
    seed_encryption_set(azure, "own", "eastus2")
    update(azure, gallery, sharingProfile={"permissions": sharing})
    answer = app.plan(azure.seed_image("unfit", **image), gallery=gallery, **request_of)
    assert problems_of(answer) == [("gallery", "SharedGalleryUnfit")]


# Versions that were deleted and are kept


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


# Users of other kinds


def test_image_templates_and_host_pools_that_name_the_image_are_shown_to_who_decides(app, azure):
    image = azure.seed_image("templated")
    named = {"source": {"type": "ManagedImage", "imageId": image}, "vmTemplate": f'{{"customImageId": "{image}"}}'}
    for user in ("VirtualMachineImages/imageTemplates/nightly", "DesktopVirtualization/hostPools/desks"):
        user_id = f"{IMAGES_GROUP}/providers/Microsoft.{user}"
        azure.control.put_resource({"id": user_id, "location": "eastus2", "properties": named})
    shown = page_of(app, app.waiting(app.start(image)))
    assert "nightly" in shown
    assert "desks" in shown


def page_of(app, waiting):
    """The approval page as whoever got a link sees it."""
    link = eventually(lambda: app.link_about(waiting["imageVersionId"]), 10)
    answer = app.call("GET", link, key=False)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_what_is_lost_in_an_edge_zone_or_shown_in_a_shared_gallery_stands_on_the_page(app, azure):
    image, gallery = azure.seed_image("edge"), azure.seed_gallery("shared")
    show(azure, image, extendedLocation={"name": "losangeles", "type": "EdgeZone"})
    update(azure, gallery, sharingProfile={"permissions": "Community"})
    shown = page_of(app, app.waiting(app.start(image, gallery=gallery)))
    assert "edge zone losangeles" in shown
    assert "used by everybody in Azure" in shown


# Earlier runs


def test_a_region_added_to_the_version_of_an_earlier_run_is_complete_before_anybody_is_asked(app, azure):
    waiting = app.waiting(app.start(azure.seed_image("grown")))
    assert app.decide(waiting, decision="reject").status_code == 202
    app.ended(waiting["id"])
    again = app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2"]))
    assert again["imageVersionId"] == waiting["imageVersionId"]
    assert {region["name"]: region["state"] for region in again["regions"]} == {
        "eastus2": "Completed",
        "westus2": "Completed",
    }
