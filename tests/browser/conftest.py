"""A real Chromium, the rules of axe, and the app once as installed, once with sign-in, once in a hurry."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.support.chromium import QUIET, chromium
from tests.support.running.azure import running_azure
from tests.support.running.site import running_site

AXE = Path(__file__).parents[2] / ".browser/node_modules/axe-core/axe.min.js"
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def site():
    with running_azure() as azure, running_site(azure) as site:
        yield site


@pytest.fixture(scope="session")
def sign_in_site():
    settings = {"WEBSITE_AUTH_ENABLED": "true", "MIGRATION_REQUIRE_IDENTITY": "true"}
    with running_azure() as azure, running_site(azure, **settings) as site:
        yield site


@pytest.fixture(scope="session")
def hasty_site():
    with running_azure() as azure, running_site(azure, MIGRATION_APPROVAL_EXPIRY="PT2S") as site:
        yield site


@pytest.fixture
def waiting(site):
    return site.waiting()


@pytest.fixture(scope="session")
def axe_rules():
    assert AXE.exists(), f"{AXE} is missing: run 'make test', or 'make .browser/.ready'"
    return AXE.read_text()


@pytest.fixture(scope="module")  # no longer: while Playwright runs, no other event loop can
def chrome():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def visitor(chrome):
    """The browser context of the visitor in tests that need no other: each new one costs two processes."""
    with chrome.new_context(viewport=DESKTOP) as context:
        context.new_page()  # stays open, or the process would end with each test's page
        yield context


@pytest.fixture
def watched():
    """Watches a page: a request to anywhere but this machine, or an error on the console, fails the test."""
    strangers = []

    def watch(page):
        page.on("request", lambda request: None if "://127.0.0.1" in request.url else strangers.append(request.url))
        page.on("console", lambda message: strangers.append(message.text) if message.type == "error" else None)
        return page

    yield watch
    assert [one for one in strangers if "the server responded with a status of" not in one] == []


@pytest.fixture
def page(visitor, watched):
    """A page of the visitor, who has no cookies yet."""
    with watched(visitor.new_page()) as page:
        yield page
    visitor.clear_cookies()


@pytest.fixture
def new_page(chrome, watched):
    """Opens a page in a browser context of its own."""
    with ExitStack() as contexts:
        yield lambda **options: watched(
            contexts.enter_context(chrome.new_context(**{"viewport": DESKTOP, **options})).new_page()
        )
