"""What an approver sees of the regions is what the check above it judges."""

import pytest

from migration.plan.plan import Plan
from migration.promise.rules import version_refusal
from migration.resources.gallery import ImageVersion
from tests.support.samples import make_plan, make_version, replica
from triggers.page.approval_picture import _regions


def shown(plan: Plan, version: ImageVersion) -> dict[str, tuple[str, int, int]]:
    return {one.name: (one.state, one.progress, one.replicas) for one in _regions(plan, version)}


@pytest.mark.parametrize("turned", [False, True])
def test_a_region_that_is_told_twice_is_shown_as_it_is_judged(turned: bool):
    """The table said "Completed, 100 %" under a check that said "Replicating at 40 %"."""
    plan, version = make_plan(), make_version()
    twice = [
        replica("westus2", "Completed", progress=100),
        replica("westus2", "Replicating", progress=40),
    ]
    others = [one for one in version.replication if one.name != "westus2"]
    version = version.changed(replication=[*others, *(reversed(twice) if turned else twice)])
    refusal = version_refusal(version, plan)
    assert refusal is not None
    assert "westus2 is Replicating at 40 %" in refusal.message
    assert shown(plan, version)["westus2"][:2] == ("Replicating", 40)


def test_a_region_that_the_version_lacks_is_shown_without_replicas():
    plan, version = make_plan(), make_version()
    less = version.changed(target_regions=[one for one in version.target_regions if one.name != "westus2"])
    assert shown(plan, less)["westus2"][2] == 0
    assert shown(plan, version)["westus2"] == ("Completed", 100, 1)
