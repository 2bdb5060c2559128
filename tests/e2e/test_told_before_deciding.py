"""What whoever decides is told first: users of other kinds, and what a copy loses or shows to others."""

import re
from types import SimpleNamespace

import pytest

from dev.emulator.seed import IMAGES_GROUP
from dev.emulator.users_of_images import machine
from dev.inbox import running_inbox
from tests.support.running.azure import running_azure
from tests.support.running.estate import (
    show,
    update,
)
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

FORBIDDEN = {"status": 403, "code": "AuthorizationFailed", "message": "the client has no authorization to read it"}
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


def test_an_approval_from_outside_the_page_says_in_the_audit_which_users_nobody_looked_for(app, azure):
    ended = app.approve_and_end(app.start(azure.seed_image("named")))
    entries = app.audit(ended)["entries"]
    (checks,) = [entry["checks"] for entry in entries if entry["event"] == "approved"]
    assert [told for told in checks if told.startswith("Not looked for: image templates")]
    assert [told for told in checks if told.startswith("Not looked for: Batch pools")]


def test_machines_with_disks_of_their_own_let_the_source_go_and_stand_in_the_audit(app, azure):
    """Any machine that had ever come from the image kept it for good."""
    image = azure.seed_image("running")
    azure.control.put_resource(machine("runs-0", image))
    waiting = app.waiting(app.start(image))
    azure.control.put_resource(machine("runs-1", image))  # one more since people were asked is no reason to refuse
    ended = app.approve_and_end(waiting["id"])
    assert (ended["outcome"]["kind"], azure.read(image)) == ("Migrated", None)
    told = [check for entry in app.audit(ended)["entries"] for check in entry["checks"]]
    assert [check for check in told if check.startswith("2 machines came from it; they keep running")]


def test_an_ephemeral_machine_made_between_approval_and_delete_keeps_the_source(app, azure):
    image = azure.seed_image("ephemeral")
    waiting = app.waiting(app.start(image))
    azure.control.put_resource(machine("loses-its-disk", image, ephemeral=True))
    ended = app.approve_and_end(waiting["id"])
    assert (ended["outcome"]["code"], azure.read(image) is None) == ("SourceInUse", False)
