"""A migration that the app may not carry out is refused while it is planned, with every missing action named."""

import pytest

from arm.planning import draw_up_plan
from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP
from migration.plan.plan import Findings
from migration.plan.rights import Permission, Scope, check_rights
from tests.unit.azure_samples import GALLERY, SOURCE, start

DELETE = "Microsoft.Compute/images/delete"
WRITE_VERSION = "Microsoft.Compute/galleries/images/versions/write"


def deny(azure, *actions, at=""):
    azure.control.settings(deniedActions=dict.fromkeys(actions, at))


def missing(result):
    """Lists spell groups in capitals, so messages are compared in small letters."""
    return sorted((one.field, one.message.lower()) for one in result.problems if one.code == "MissingRight")


async def test_each_missing_action_is_a_problem_of_its_own(azure):
    azure.control.settings(deniedActions={DELETE: IMAGES_GROUP, WRITE_VERSION: GALLERIES_GROUP})
    result = await draw_up_plan(start())
    assert missing(result) == [
        ("gallery", f"the app may not do {WRITE_VERSION} in {GALLERY}".lower()),
        ("sourceImageId", f"the app may not do {DELETE} in {SOURCE}".lower()),
    ]


async def test_missing_rights_come_together_with_other_problems(azure):
    deny(azure, DELETE, at=IMAGES_GROUP)
    result = await draw_up_plan(start(targetRegions=["atlantis"]))
    assert sorted(problem.code for problem in result.problems) == ["MissingRight", "RegionNotFound"]


async def test_a_source_that_is_kept_needs_no_right_to_delete(azure):
    deny(azure, DELETE, at=IMAGES_GROUP)
    assert (await draw_up_plan(start(deleteSource="never"))).plan is not None


async def test_an_existing_definition_needs_no_right_to_create_one(azure):
    deny(azure, "Microsoft.Compute/galleries/images/write", at=GALLERIES_GROUP)
    assert (await draw_up_plan(start(imageDefinition="ubuntu-base"))).plan is not None
    assert len(missing(await draw_up_plan(start()))) == 1


async def test_rights_that_cannot_be_read_are_told_as_not_checked(azure):
    deny(azure, "Microsoft.Authorization/permissions/read", at=f"/subscriptions/{azure.subscription_id}")
    plan = (await draw_up_plan(start())).plan
    assert plan is not None
    assert {note.lower() for note in plan.notes if note.startswith("not checked")} == {
        f"not checked: the app's rights in {SOURCE}".lower(),
        f"not checked: the app's rights in {GALLERY}".lower(),
    }


async def test_a_tag_that_cannot_be_left_stops_nothing_and_is_told(azure):
    deny(azure, "Microsoft.Resources/tags/write", at=IMAGES_GROUP)
    plan = (await draw_up_plan(start())).plan
    assert plan is not None
    assert [note for note in plan.notes if "Microsoft.Resources/tags/write" in note]


async def test_a_plan_asks_for_its_rights_with_two_calls(azure):
    await draw_up_plan(start())
    asked = [call for call in azure.control.calls() if call["path"].endswith("/permissions")]
    assert len(asked) == 2


def problems(action, *permissions):
    findings = Findings()
    check_rights(Scope(field="gallery", id="/group", permissions=list(permissions)), (action,), (), findings)
    return len(findings.problems)


@pytest.mark.parametrize(
    ("actions", "not_actions", "granted"),
    [
        (["*"], [], True),
        (["*/read"], [], False),
        (["microsoft.compute/IMAGES/*"], [], True),
        (["Microsoft.Compute/*/delete"], [], True),
        (["*"], ["Microsoft.Compute/images/delete"], False),
        (["*"], ["microsoft.compute/*/DELETE"], False),
        (["Microsoft.Compute/images/delete"], ["*/read"], True),
        ([], [], False),
    ],
)
def test_wildcards_and_exceptions_of_a_role(actions, not_actions, granted):
    assert problems(DELETE, Permission(actions=actions, not_actions=not_actions)) == (not granted)


def test_one_role_may_grant_what_another_leaves_out():
    contributor = Permission(actions=["*"], not_actions=[DELETE])
    assert problems(DELETE, contributor, Permission(actions=[DELETE])) == 0


def test_no_role_grants_nothing():
    assert problems(DELETE) == 1
