"""What a version is a copy of: names return, so dates and contents tell; what cannot be told is refused."""

from datetime import timedelta
from typing import Any

import pytest

from migration.resources.copy_identity import identify, replaced
from migration.values.answer import Refusal
from tests.support.samples import NOW, PUBLISHED_AT, VERSION, changed, make_copied, make_image, make_version

VERSION_OF_OURS = make_version(tags={"Source-Content": "first"})


def test_a_version_made_from_this_image_is_its_copy():
    assert identify(VERSION_OF_OURS, make_image()) == make_copied()


@pytest.mark.parametrize(
    ("version", "image", "code"),
    [
        ({"published_at": None}, {}, "CannotTellApart"),
        ({}, {"created_at": None}, "CannotTellApart"),
        ({"tags": {}}, {}, "CopyUnknown"),
        ({"tags": {"source-content": "second"}}, {}, "SourceChanged"),
        ({}, {"content": "second"}, "SourceChanged"),
        ({}, {"created_at": PUBLISHED_AT}, "SourceChanged"),
        ({}, {"created_at": PUBLISHED_AT + timedelta(seconds=1)}, "SourceChanged"),
    ],
)
def test_what_is_not_or_cannot_be_told_to_be_its_copy_is_refused(
    version: dict[str, Any], image: dict[str, Any], code: str
):
    result = identify(changed(VERSION_OF_OURS, version), make_image(**image))
    assert isinstance(result, Refusal)
    assert result.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"id": VERSION.upper()}, None),
        ({"id": VERSION + "1"}, "NotApproved"),
        ({"published_at": NOW}, "VersionReplaced"),
        ({"published_at": None}, "VersionReplaced"),
    ],
)
def test_a_version_made_again_by_hand_is_not_the_one_that_was_approved(changes: dict[str, Any], code: str | None):
    refusal = replaced(changed(VERSION_OF_OURS, changes), make_copied())
    assert (refusal.code if refusal else None) == code


def test_a_version_that_the_record_knows_needs_no_tags_and_one_made_again_under_its_name_does():
    tagless = VERSION_OF_OURS.changed(tags={})
    assert identify(tagless, make_image(), [make_copied()]) == make_copied()
    again = identify(tagless.changed(published_at=NOW), make_image(), [make_copied()])
    assert isinstance(again, Refusal)
    assert again.code == "CopyUnknown"
    forged = VERSION_OF_OURS.changed(tags={"source-content": "second"})
    assert identify(forged, make_image(), [make_copied()]) == make_copied()
