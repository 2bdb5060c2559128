"""The pages of all migrations and of a fleet in a real browser: how long until the first of many rows is seen."""

from contextlib import contextmanager
from statistics import median

from playwright.sync_api import sync_playwright

from tests.bench.rows import Row
from tests.support.chromium import QUIET, chromium
from tests.support.running.azure import running_azure
from tests.support.running.many import put_many
from tests.support.running.site import running_site
from tests.support.shown import FLEET

ROUNDS = 5
SIZES = (1_000, 10_000)
MOST_MILLISECONDS = 2_000  # of a thousand images; of ten thousand it is told
PAGES = {
    "all migrations": "migrations",
    "a thousand rows": "migrations?top=1000",
    "the fleet": f"fleets/{FLEET}",
}
PAINTED = """() => new Promise(told => new PerformanceObserver(seen =>
    seen.getEntriesByName("first-contentful-paint").forEach(one => told(one.startTime))
).observe({type: "paint", buffered: true}))"""


def rows():
    for size in SIZES:
        with _visitor(size) as (page, address):
            for name, path in PAGES.items():
                bar = MOST_MILLISECONDS if size == SIZES[0] else None
                yield Row(
                    f"{size:,} images, {name}: milliseconds to the first paint", _painted(page, address + path), bar=bar
                )


@contextmanager
def _visitor(size):
    """A browser that has opened a link to an app that knows a fleet of this size."""
    with running_azure() as azure, running_site(azure) as site, sync_playwright() as playwright:
        site.app.ended(site.app.start(azure.seed_image("real"), deleteSource="never", excludeFromLatest=True))
        put_many(azure, size)
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        page = browser.new_page()
        page.goto(site.app.call("POST", "viewings").json()["link"])
        page.get_by_role("button").click()
        yield page, f"{site.app.host.url}/api/pages/"
        browser.close()


def _painted(page, address):
    """From the request on, in milliseconds: the median of some loads."""
    taken = []
    for _ in range(ROUNDS):
        page.goto(address)
        taken.append(page.evaluate(PAINTED))
    return median(taken)
