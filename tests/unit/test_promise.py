"""The promise: each reason not to delete the source is one, and only when none is left it may go."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.promise.promise import Consumer, Lock, shallow_refusal, source_refusal, version_refusal
from migration.resources.gallery import RegionReplication
from tests.unit.samples import SOURCE, done, make_image, make_plan, make_version, targets

SCALE_SET = Consumer(id="/subscriptions/s/vmss", kind="scale set")
MACHINE = Consumer(id="/subscriptions/s/vm", kind="virtual machine")
LOCK = Lock(name="keep", level="CanNotDelete")


def test_a_version_that_holds_the_plan_is_not_refused():
    assert version_refusal(make_version(), make_plan()) is None
    assert version_refusal(make_version(source_id=SOURCE.upper()), make_plan()) is None
    assert shallow_refusal(make_version()) is None


def test_a_version_that_is_gone_is_refused():
    refusal = version_refusal(None, make_plan())
    assert refusal is not None
    assert refusal.code == "VersionNotFound"


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"source_id": f"{SOURCE}2"}, "VersionFromAnotherSource", "web2"),
        ({"source_id": None}, "VersionFromAnotherSource", "None"),
        ({"provisioning_state": "Failed"}, "ReplicationFailed", "could not be built"),
        ({"provisioning_state": "Updating"}, "ReplicationIncomplete", "provisioning state is Updating"),
        ({"replication": done("eastus")}, "ReplicationIncomplete", "region westus2 is Unknown at 0 %"),
        ({"target_regions": targets("eastus")}, "ReplicationIncomplete", "westus2 is not among"),
        (
            {"target_regions": targets("eastus", "westus2", replicas=0)},
            "ReplicationIncomplete",
            "region eastus has 0 replicas, not 1",
        ),
        (
            {"replication": [*done("eastus"), RegionReplication(name="westus2", state="Failed", details="quota")]},
            "ReplicationFailed",
            "westus2: quota",
        ),
    ],
)
def test_a_version_that_holds_less_is_refused_with_the_reason(changes: dict[str, Any], code: str, message: str):
    refusal = version_refusal(make_version(**changes), make_plan())
    assert refusal is not None
    assert refusal.code == code
    assert message in refusal.message


@given(
    states=st.tuples(*[st.sampled_from(["Unknown", "Replicating", "Completed", "Failed"])] * 2),
    provisioning=st.sampled_from(["Creating", "Updating", "Failed", "Succeeded", "Deleting", "Migrating"]),
    replicas=st.integers(0, 2),
)
def test_only_a_complete_version_is_not_refused(states: tuple[str, str], provisioning: str, replicas: int):
    version = make_version(
        provisioning_state=provisioning,
        replication=[RegionReplication(name=n, state=s) for n, s in zip(("eastus", "westus2"), states, strict=True)],
        target_regions=targets("eastus", "westus2", replicas=replicas),
    )
    complete = states == ("Completed", "Completed") and provisioning == "Succeeded" and replicas >= 1
    assert (version_refusal(version, make_plan()) is None) == complete


@pytest.mark.parametrize("mode", ["Shallow", "Unknown", ""])
def test_a_version_that_is_not_a_full_copy_is_refused(mode: str):
    refusal = shallow_refusal(make_version(replication_mode=mode))
    assert refusal is not None
    assert refusal.code == "ShallowReplication"


def test_a_source_that_nothing_uses_may_go():
    assert source_refusal(make_image(), make_plan(), [], []) is None


@pytest.mark.parametrize(
    ("image", "consumers", "locks", "code", "message"),
    [
        ({"content": "second"}, [], [], "SourceChanged", "no longer the one that was copied"),
        ({}, [SCALE_SET], [], "SourceInUse", "scale set /subscriptions/s/vmss"),
        ({}, [SCALE_SET, MACHINE], [], "SourceInUse", "scale set /subscriptions/s/vmss, virtual machine"),
        ({}, [], [LOCK], "SourceLocked", "keep (CanNotDelete)"),
        ({"content": "second"}, [SCALE_SET], [LOCK], "SourceChanged", ""),
    ],
)
def test_a_source_that_must_stay_is_refused_with_the_reason(image, consumers, locks, code, message):
    refusal = source_refusal(make_image(**image), make_plan(), consumers, locks)
    assert refusal is not None
    assert refusal.code == code
    assert message in refusal.message
