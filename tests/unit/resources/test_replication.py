"""When a version counts as replicated, and how soon to look again."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.resources.replication import assess, next_look
from tests.support.samples import done, make_version, replica, targets

WANTED = targets("eastus", "westus2")
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=10)
SIX_HOURS = timedelta(hours=6)


def test_a_version_is_complete_when_every_wanted_region_is():
    report = assess(make_version(), WANTED)
    assert report.complete
    assert report.failure is None
    assert report.progress == 100
    assert [(region.name, region.replicas) for region in report.regions] == [("eastus", 1), ("westus2", 1)]


@pytest.mark.parametrize(
    "changes",
    [
        {"provisioning_state": "Updating"},
        {"provisioning_state": "Creating"},
        {"provisioning_state": "Migrating"},
        {"replication": []},
        {"replication": done("eastus")},
        {
            "replication": [
                *done("eastus"),
                replica("westus2", "Replicating", progress=100),
            ]
        },
        {
            "replication": [
                *done("eastus"),
                replica("westus2", "Unknown", progress=100),
            ]
        },
        {
            "replication": [
                *done("eastus", "westus2"),
                replica("westus2", "Replicating"),
            ]
        },
    ],
)
def test_anything_less_is_not_complete(changes: dict[str, Any]):
    report = assess(make_version(**changes), WANTED)
    assert not report.complete
    assert report.failure is None


def test_a_built_version_that_lost_a_region_will_never_be_complete():
    report = assess(make_version(target_regions=targets("eastus")), WANTED)
    assert not report.complete
    assert report.failure_code == "ReplicationIncomplete"
    assert report.failure == "region westus2 is not among the version's target regions"


def test_fewer_replicas_than_wanted_are_not_complete():
    assert not assess(make_version(), targets("eastus", "westus2", replicas=2)).complete
    assert assess(make_version(target_regions=targets("eastus", "westus2", replicas=5)), WANTED).complete


def test_a_region_that_nobody_asked_for_does_not_matter():
    extra = [*done("eastus", "westus2"), replica("uksouth", "Failed")]
    assert assess(make_version(replication=extra), WANTED).complete


def test_a_failed_region_fails_with_its_reason():
    failed = replica("westus2", "Failed", progress=40, details="quota")
    report = assess(make_version(replication=[*done("eastus"), failed]), WANTED)
    assert not report.complete
    assert report.failure == "replication failed in westus2: quota"


def test_a_failed_build_fails():
    report = assess(make_version(provisioning_state="Failed", replication=[]), WANTED)
    assert (report.complete, report.failure) == (False, "the image version could not be built")


def test_the_slowest_region_is_the_one_reported():
    slow = replica("westus2", "Replicating", progress=12)
    report = assess(make_version(replication=[*done("eastus"), slow]), WANTED)
    assert report.progress == 12
    assert report.slowest is not None
    assert report.slowest.name == "westus2"


def test_a_region_azure_does_not_speak_of_yet_has_made_no_progress():
    report = assess(make_version(replication=done("eastus")), WANTED)
    assert report.progress == 0
    assert report.regions[1].state == "Unknown"


@given(
    waited=st.timedeltas(timedelta(0), timedelta(days=2)),
    progress=st.integers(0, 100),
    shortest=st.timedeltas(timedelta(seconds=1), timedelta(minutes=1)),
    longest=st.timedeltas(timedelta(minutes=1), timedelta(hours=1)),
)
def test_the_next_look_is_never_too_soon_nor_too_late(waited, progress, shortest, longest):
    assert shortest <= next_look(waited, progress, shortest, longest) <= longest


@given(st.timedeltas(timedelta(0), timedelta(days=1)), st.integers(1, 99))
def test_the_nearer_the_end_the_sooner_the_next_look(waited: timedelta, progress: int):
    assert next_look(waited, progress + 1, SHORTEST, LONGEST) <= next_look(waited, progress, SHORTEST, LONGEST)


def test_a_quick_replication_is_seen_quickly():
    assert next_look(timedelta(minutes=2), 80, SHORTEST, LONGEST) == SHORTEST
    assert next_look(timedelta(0), 0, SHORTEST, LONGEST) == SHORTEST


@pytest.mark.parametrize("reports_progress", [True, False])
def test_six_hours_take_few_looks_and_the_end_is_seen_soon_after(reports_progress: bool):
    waited, looks = timedelta(0), 0
    while waited < SIX_HOURS:
        progress = int(waited / SIX_HOURS * 100) if reports_progress else 0
        waited += next_look(waited, progress, SHORTEST, LONGEST)
        looks += 1
    assert looks < 90
    assert waited - SIX_HOURS <= LONGEST
