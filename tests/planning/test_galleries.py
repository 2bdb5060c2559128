"""Galleries of others: going or broken, and shared with people who could then use a copy."""

import pytest

from tests.support.running.answers import notes_of, problems_of
from tests.support.running.estate import (
    seed_encryption_set,
    update,
)


@pytest.mark.parametrize("state", ["Failed", "Deleting"])
def test_a_gallery_that_is_going_or_broken_is_a_problem_before_anything_waits_for_it(app, azure, state):
    gallery = azure.seed_gallery("going")
    azure.change(gallery, lambda properties: properties.update(provisioningState=state))
    assert problems_of(app.plan(azure.seed_image("homeless"), gallery=gallery)) == [("gallery", "GalleryNotReady")]


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
