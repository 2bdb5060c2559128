"""What may become the last copy is protected by Azure itself: set when promoting, and told before anyone decides."""

from tests.support.running.app import outcome
from tests.support.running.azure import TAG, definition_of

KEEP = {"isSoftDeleteEnabled": True, "retentionPeriodInDays": 21}


def safety(azure, version_id):
    return azure.read(version_id)["properties"].get("safetyProfile") or {}


def test_a_version_that_was_approved_refuses_the_removal_of_its_regions(app, azure, waiting):
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")
    after = safety(azure, waiting["imageVersionId"])
    assert after["allowDeletionOfReplicatedLocations"] is False
    assert not after.get("blockDeletionBeforeEndOfLife")
    assert azure.arm("DELETE", waiting["imageVersionId"]).status_code in {200, 202}


def test_a_version_that_is_to_be_protected_cannot_be_deleted_before_its_end_of_life(app, azure):
    waiting = app.waiting(app.start(azure.seed_image("precious"), endOfLifeDate="2040-01-31", protect=True))
    assert waiting["plan"]["protect"] is True
    assert not safety(azure, waiting["imageVersionId"]).get("blockDeletionBeforeEndOfLife")
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")
    assert safety(azure, waiting["imageVersionId"])["blockDeletionBeforeEndOfLife"] is True
    refused = azure.arm("DELETE", waiting["imageVersionId"])
    assert refused.status_code == 409, refused.text
    assert azure.exists(waiting["imageVersionId"])


def test_a_tag_may_ask_for_protection(app, azure):
    image = azure.seed_image("precious")
    azure.update_image(image, {TAG: "default", f"{TAG}-options": "protect=true; eol=2040-01-31"})
    assert app.waiting(app.started(image)["id"])["plan"]["protect"] is True


def test_protection_without_an_end_of_life_is_refused_before_anything_is_written(app, azure):
    image = azure.seed_image("endless")
    answer = app.plan(image, protect=True)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == ["protect"]
    assert app.call("POST", "migrations", {"sourceImageId": image, "protect": True}).status_code == 422
    assert not azure.exists(definition_of(image))


def test_a_protected_version_that_nobody_wanted_can_still_be_deleted(app, azure):
    waiting = app.waiting(app.start(azure.seed_image("unwanted"), endOfLifeDate="2040-01-31", protect=True))
    app.approve(waiting, decision="reject")
    app.ended(waiting["id"])
    assert azure.arm("DELETE", waiting["imageVersionId"]).status_code in {200, 202}


def test_plan_and_page_tell_whether_deleted_versions_are_kept(app, azure):
    without, keeping = azure.seed_gallery("hasty"), azure.seed_gallery("patient")
    azure.change(keeping, lambda properties: properties.update(softDeletePolicy=KEEP))
    for gallery, told in ((without, "soft delete is off"), (keeping, "for 21 days (soft delete)")):
        image = azure.seed_image("told")
        assert told in str(app.plan(image, gallery=gallery).json()["notes"])
        waiting = app.waiting(app.start(image, gallery=gallery))
        assert told in str(waiting["plan"]["notes"])
