"""Azure throttles, or answers get lost: a migration waits as long as it is told to, and does nothing twice."""

from datetime import datetime, timedelta
from itertools import pairwise

from tests.support.running.app import outcome
from tests.support.running.azure import SPEED, definition_of

WAIT_SECONDS = 2
THROTTLED = {
    "compute": ("GET", "/images/troubled"),
    "subscription": ("PUT", "/galleries/[^/]+/images/[^/]+$"),
    "resource": ("PUT", "/versions/"),
    "plain": ("DELETE", "/providers/Microsoft.Compute/images/"),
}


def test_a_throttled_migration_waits_as_told_and_ends_well(fresh):
    image = fresh.azure.seed_image("troubled")
    migration_id = fresh.app.start(image)
    for form, (method, path) in THROTTLED.items():
        fresh.azure.control.add_fault(method=method, path=path, throttle=form, retryAfterSeconds=WAIT_SECONDS)
    assert outcome(fresh.app.approve_and_end(migration_id)) == ("Migrated", "Migrated")
    refused = [call for call in fresh.azure.control.calls() if call["status"] == 429]
    assert {call["method"] for call in refused} >= {"PUT", "DELETE"}
    assert [early for call in refused if (early := asked_too_early(call, fresh.azure.control.calls()))] == []


def asked_too_early(refused, calls):
    """The next call like a refused one, if it came before it should have."""
    alike = [call for call in calls if (call["method"], call["path"]) == (refused["method"], refused["path"])]
    after = next((later for earlier, later in pairwise(alike) if earlier == refused), None)
    if after is None:
        return None
    waited = datetime.fromisoformat(after["at"]) - datetime.fromisoformat(refused["at"])
    return None if waited >= timedelta(seconds=WAIT_SECONDS * SPEED) else after


def test_answers_lost_on_their_way_make_nothing_happen_twice(fresh):
    for method, path in (("PUT", "/versions/"), ("DELETE", "/providers/Microsoft.Compute/images/")):
        fresh.azure.control.add_fault(method=method, path=path, drop="after")
    image = fresh.azure.seed_image("lost")
    ended = fresh.app.approve_and_end(fresh.app.start(image))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert fresh.azure.versions(definition_of(image)) == [ended["imageVersionId"]]
    assert not fresh.azure.exists(image)
    assert fresh.azure.control.faults() == []
