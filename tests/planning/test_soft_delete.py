"""What a gallery keeps of deleted versions, until when, and where it keeps none; what keeps a failed version there."""

import re
from datetime import UTC, date, datetime

import pytest

from migration.values.ids import instance_id_for
from tests.support.running.answers import name_of, notes_of, planned, problems_of
from tests.support.running.estate import update
from tests.support.waiting import eventually

ON = {"isSoftDeleteEnabled": True}


def told(answer):
    (note,) = [note for note in notes_of(answer) if "deleted versions" in note]
    return note


def lasts(text):
    """The two dates that a sentence tells: in how many days the first is, about, and how many are between them."""
    used, restored = (date.fromisoformat(found) for found in re.findall(r"until (\d{4}-\d\d-\d\d)", text))
    return round((used - datetime.now(UTC).date()).days, -1), (restored - used).days


@pytest.fixture
def gallery_with(azure):
    def seeded(**policy):
        gallery = azure.seed_gallery("kept")
        update(azure, gallery, softDeletePolicy=policy)
        return gallery

    return seeded


def test_both_dates_of_a_version_that_somebody_deletes_are_told(app, azure, gallery_with):
    gallery = gallery_with(**ON, retentionPeriodInDays=400, gracePeriodInDays=800)
    note = told(app.plan(azure.seed_image("kept"), gallery=gallery))
    assert "by its exact number and never as latest" in note
    assert lasts(note) == (400, 800)


def test_without_a_grace_both_dates_are_the_same(app, azure, gallery_with):
    note = told(app.plan(azure.seed_image("kept"), gallery=gallery_with(**ON)))
    assert lasts(note)[1] == 0
    assert "for 7 days" in note


def test_soft_delete_that_cannot_be_switched_on_between_regions_is_told(app, azure, gallery_with):
    note = told(app.plan(azure.seed_image("away", location="westus2"), gallery=gallery_with()))
    assert "soft delete is off, and cannot be switched on" in note
    assert "eastus2, westus2" in note


def test_soft_delete_that_is_off_in_one_place_is_off_and_no_more(app, azure, gallery_with):
    note = told(app.plan(azure.seed_image("near"), gallery=gallery_with()))
    assert note.endswith("soft delete is off")


@pytest.mark.parametrize(("location", "is_told"), [("westus2", True), ("eastus2", False)])
def test_unverified_soft_delete_that_is_on_may_not_keep_a_version_of_another_region(
    app, azure, gallery_with, location, is_told
):
    note = told(app.plan(azure.seed_image("kept", location=location), gallery=gallery_with(**ON)))
    assert ("not known" in note) is is_told


def test_a_number_that_is_kept_deleted_is_refused_with_both_dates(app, azure, gallery_with):
    gallery = gallery_with(**ON, retentionPeriodInDays=400, gracePeriodInDays=800)
    definition = azure.seed_definition("kept", gallery=gallery)
    version = azure.seed_version(definition, "1.0.0")
    azure.arm("DELETE", version)
    eventually(lambda: not azure.exists(version))
    asked = {"gallery": gallery, "imageDefinition": name_of(definition), "version": "1.0.0"}
    answer = app.plan(azure.seed_image("kept"), **asked)
    assert problems_of(answer) == [("version", "VersionKeptDeleted")]
    assert lasts(answer.json()["errors"][0]["message"]) == (400, 800)


@pytest.fixture
def failed(app, azure, gallery_with):
    """A version of an image's own that failed: gives back image, the fields that name the place, and version."""

    def seeded(**policy):
        gallery = gallery_with(**policy)
        definition = azure.seed_definition("failed", gallery=gallery)
        image = azure.seed_image("failed")
        version = azure.seed_version(definition, "1.0.0", source=image)
        content = planned(app.plan(image))["source"]["content"]
        azure.update_tags(version, {"migration-id": instance_id_for(image), "source-content": content})
        azure.change(version, lambda properties: properties.update(provisioningState="Failed"))
        return image, {"gallery": gallery, "imageDefinition": name_of(definition)}, version

    return seeded


@pytest.mark.parametrize("policy", [ON, {}])
def test_a_failed_version_that_soft_delete_keeps_is_passed_over_and_the_reason_named(app, azure, failed, policy):
    image, place, _ = failed(**policy)
    plan = planned(app.plan(image, **place))
    assert plan["version"] == "1.0.1"
    (note,) = [note for note in plan["notes"] if "the next number is taken" in note]
    assert ("soft delete is on" in note) is bool(policy)
    answer = app.plan(image, **place, version="1.0.0")
    assert problems_of(answer) == [("version", "FailedVersionStays")]
    assert ("soft delete is on" in answer.text) is bool(policy)


def test_a_lock_and_an_end_of_life_that_keep_it_are_named_too(app, azure, failed):
    image, place, version = failed()
    azure.change(version, lambda properties: properties.update(safetyProfile={"blockDeletionBeforeEndOfLife": True}))
    azure.change(version, lambda own: own["publishingProfile"].update(endOfLifeDate="2099-12-31T00:00:00+00:00"))
    lock = azure.lock(version)
    try:
        answer = app.plan(image, **place, version="1.0.0")
    finally:
        azure.unlock(lock)
    assert "protected until its end of life, 2099-12-31" in answer.text
    assert name_of(lock) in answer.text
