"""A plan of 1,000 images, each with a definition and a version: how long it takes, and how often Azure is asked."""

import time

from dev.emulator.seed import managed_image
from tests.bench.rows import Row
from tests.support.running.azure import running_azure
from tests.support.running.starting import running_app

IMAGES = 1_000
PAGE = 500
MOST_SECONDS = 60
MOST_READS = 1_200


def rows():
    with running_azure() as azure, running_app(azure) as app:
        for number in range(IMAGES):
            name = f"fleet-{number:04}"
            azure.control.put_resource(managed_image(name))
            azure.seed_version(azure.seed_definition(name, exact=True), "1.0.0")
        seconds, reads = _planned(azure, app)
    yield Row(f"plan of {IMAGES:,} images: seconds, in pages of {PAGE}", seconds, bar=MOST_SECONDS)
    yield Row(f"plan of {IMAGES:,} images: calls of Azure", reads, bar=MOST_READS)


def _planned(azure, app):
    """Plan them all, which must be possible for each; gives back how long it took, and how often Azure was asked."""
    before, began = len(azure.control.calls()), time.perf_counter()
    link, count = f"fleets/plan?top={PAGE}", 0
    while link:
        page = app.call("POST", link, {"select": {"names": ["fleet-*"]}}).json()
        count += sum(image["destination"]["version"] == "1.0.1" for image in page["images"])
        link = page["nextLink"]
    seconds = time.perf_counter() - began
    assert count == IMAGES
    paths = [call["path"] for call in azure.control.calls()[before:]]
    return seconds, sum(path.startswith(("/subscriptions", "/providers")) for path in paths)
