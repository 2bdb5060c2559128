"""Azure's words for how far it is: known ones in whatever case, others as they are, and never taken for a good one."""

from typing import Any

import pytest

from migration.resources.gallery import ImageVersion, RegionReplication
from migration.resources.states import ProvisioningState, ReplicationState


@pytest.mark.parametrize("said", ["Succeeded", "succeeded", "SUCCEEDED"])
def test_a_state_is_known_in_whatever_case(said: str):
    assert ProvisioningState(said) is ProvisioningState.SUCCEEDED


@pytest.mark.parametrize("said", ["Repairing", "", "Succeeded ", "Ünknown"])
def test_a_word_that_is_not_known_stays_as_it_is_and_is_none_that_is(said: str):
    state = ProvisioningState(said)
    assert (str(state), state.value) == (said, said)
    assert state not in set(ProvisioningState)
    assert said not in [one.value for one in ProvisioningState]


@pytest.mark.parametrize("said", [None, 7, ["Succeeded"]])
def test_what_is_no_word_is_no_state(said: Any):
    with pytest.raises(ValueError, match="valid ProvisioningState"):
        ProvisioningState(said)


def test_a_state_goes_through_json_as_azure_said_it():
    version = ImageVersion(id="/v", name="1.0.0", location="eastus", provisioning_state=ProvisioningState("Repairing"))
    assert ImageVersion.model_validate(version.dump()) == version
    assert version.dump()["provisioningState"] == "Repairing"
    region = RegionReplication.model_validate({"name": "eastus", "state": "completed"})
    assert (region.state, region.is_complete) == (ReplicationState.COMPLETED, True)
    assert not RegionReplication.model_validate({"name": "eastus", "state": "Resting"}).is_complete
