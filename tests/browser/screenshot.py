"""`make screenshot`: takes the picture of the approval page for README.md, and notes what it was taken of."""

import hashlib
import json
from pathlib import Path

from tests.browser.sample_page import sample_page
from tests.support.chromium import QUIET, chromium

PICTURES = Path(__file__).parents[2] / "docs" / "images"
PICTURE = PICTURES / "approval-page.png"
NOTE = PICTURES / "approval-page.json"
WIDTH = 820


def digest(content):
    return hashlib.sha256(content).hexdigest()


def taken_of(html):
    """What the note says: the digests of the page with all its words and style, and of the picture."""
    return {"page": digest(html.encode()), "picture": digest(PICTURE.read_bytes())}


def main():
    from playwright.sync_api import sync_playwright

    html = sample_page()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
        page.set_content(html)
        page.locator(".choices summary").first.click()
        page.mouse.move(0, 0)
        page.screenshot(path=PICTURE, full_page=True)
        browser.close()
    NOTE.write_text(json.dumps(taken_of(html), indent=2) + "\n")


if __name__ == "__main__":
    main()
