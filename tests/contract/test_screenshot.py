"""The picture of the approval page in README.md is one of the page as it is now."""

import json

from tests.browser.sample_page import APPROVER, REQUESTER, sample_page
from tests.browser.screenshot import NOTE, PICTURES, taken_of
from tests.support.source import ROOT, tracked_files


def test_the_sample_is_a_page_on_which_somebody_decides():
    page = sample_page()
    assert f"You decide as <strong>{APPROVER}</strong>" in page
    assert f"{REQUESTER} asked for it" in page
    assert page == sample_page(), "the same each time"


def test_the_picture_was_taken_of_the_page_as_it_is():
    assert json.loads(NOTE.read_text()) == taken_of(sample_page()), "run `make screenshot`, and look at what it took"


def test_every_picture_is_shown_somewhere():
    text = "".join((ROOT / path).read_text() for path in tracked_files() if path.endswith(".md"))
    pictures = [path.name for path in PICTURES.glob("*.png")]
    assert pictures
    assert [name for name in pictures if f"docs/images/{name}" not in text] == []
