"""The seal: an approval counts at the delete only as the app itself admitted it."""

import pytest
from pydantic import SecretStr

from migration.approval import Approval
from migration.seal import plan_digest, seal, seal_refusal
from migration.settings import Settings
from migration.starting import Requester, start_by_request
from migration.state import MigrationState
from tests.unit.samples import MIGRATION, VERSION, make_image, make_plan, make_request

SETTINGS = Settings(signing_key=SecretStr("a key"))
APPROVAL = Approval(decision="approve", approver="Ada", image_version_id=VERSION, via="page", verified=True)


def state_with(approval: Approval | None, **changes: object) -> MigrationState:
    start = start_by_request(make_request(), make_image(), Requester("Ben"), SETTINGS)
    start = start.model_copy(update={"id": MIGRATION})
    state = MigrationState(start=start, plan=make_plan(), image_version_id=VERSION, approval=approval)
    return state.model_copy(update=changes)


def sealed(settings: Settings = SETTINGS) -> Approval:
    return seal(APPROVAL, MIGRATION, plan_digest(make_plan()), settings)


def test_an_approval_the_app_admitted_bears_its_seal():
    assert seal_refusal(state_with(sealed()), SETTINGS) is None


def test_a_seal_made_with_the_key_before_still_counts():
    rotated = Settings(signing_key=SecretStr("new"), signing_key_previous=SecretStr("a key"))
    assert seal_refusal(state_with(sealed()), rotated) is None


@pytest.mark.parametrize(
    "forged",
    [
        None,
        APPROVAL,
        APPROVAL.model_copy(update={"seal": "invented"}),
        sealed(Settings(signing_key=SecretStr("another key"))),
        sealed().model_copy(update={"approver": "Mallory"}),
        sealed().model_copy(update={"image_version_id": VERSION.replace("1.0.0", "1.0.1")}),
        seal(APPROVAL.model_copy(update={"decision": "reject"}), MIGRATION, plan_digest(make_plan()), SETTINGS),
        seal(APPROVAL, "migrate-other-0123456789", plan_digest(make_plan()), SETTINGS),
    ],
)
def test_an_approval_without_the_right_seal_deletes_nothing(forged: Approval | None):
    refusal = seal_refusal(state_with(forged), SETTINGS)
    assert refusal is not None
    assert refusal.code == "NotApproved"


def test_a_plan_changed_after_the_approval_deletes_nothing():
    changed = make_plan().model_copy(update={"target_regions": make_plan().target_regions[:1]})
    refusal = seal_refusal(state_with(sealed(), plan=changed), SETTINGS)
    assert refusal is not None
    assert "another decision, version or plan" in refusal.message


def test_nobody_is_shown_the_seal():
    assert sealed().seal is not None
    assert sealed().public().seal is None
