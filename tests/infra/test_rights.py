"""A migration that the app may not carry out is refused while it is planned, with every missing action named."""

import pytest

from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP, SUBSCRIPTION
from migration.plan.plan import Findings
from migration.plan.rights import (
    LOOK,
    SEE_USERS,
    Permission,
    Scope,
    check_rights,
    hidden_users,
    users_not_visible,
)
from steering.gathering.planning import draw_up_plan
from tests.support.azure_samples import GALLERY, SOURCE, start
from tests.support.samples import DEFAULTS

DELETE = "Microsoft.Compute/images/delete"
ELSEWHERE = "/subscriptions/0badcafe-0000-4000-8000-000000000009"
WRITE_VERSION = "Microsoft.Compute/galleries/images/versions/write"


def deny(azure, *actions, at=""):
    azure.control.settings(deniedActions=dict.fromkeys(actions, at))


def missing(result):
    """Lists spell groups in capitals, so messages are compared in small letters."""
    return sorted((one.field, one.message.lower()) for one in result.problems if one.code == "MissingRight")


async def test_each_missing_action_is_a_problem_of_its_own(azure):
    azure.control.settings(deniedActions={DELETE: IMAGES_GROUP, WRITE_VERSION: GALLERIES_GROUP})
    result = await draw_up_plan(start(), DEFAULTS)
    assert missing(result) == [
        ("gallery", f"the app may not do {WRITE_VERSION} in {GALLERY}".lower()),
        ("sourceImageId", f"the app may not do {DELETE} in {SOURCE}".lower()),
    ]


async def test_missing_rights_come_together_with_other_problems(azure):
    deny(azure, DELETE, at=IMAGES_GROUP)
    result = await draw_up_plan(start(targetRegions=["atlantis"]), DEFAULTS)
    assert sorted(problem.code for problem in result.problems) == ["MissingRight", "RegionNotFound"]


async def test_a_source_that_is_kept_needs_no_right_to_delete(azure):
    deny(azure, DELETE, at=IMAGES_GROUP)
    assert (await draw_up_plan(start(deleteSource="never"), DEFAULTS)).plan is not None


async def test_an_existing_definition_needs_no_right_to_create_one(azure):
    deny(azure, "Microsoft.Compute/galleries/images/write", at=GALLERIES_GROUP)
    assert (await draw_up_plan(start(imageDefinition="ubuntu-base"), DEFAULTS)).plan is not None
    assert len(missing(await draw_up_plan(start(), DEFAULTS))) == 1


async def test_rights_that_cannot_be_read_are_told_as_not_checked(azure):
    deny(azure, "Microsoft.Authorization/permissions/read", at=f"/subscriptions/{azure.subscription_id}")
    plan = (await draw_up_plan(start(), DEFAULTS)).plan
    assert plan is not None
    assert {note.lower() for note in plan.notes if note.startswith("not checked")} == {
        f"not checked: the app's rights in {SOURCE}".lower(),
        f"not checked: the app's rights in {GALLERY}".lower(),
    }
    (kept,) = kept_notes(plan)
    assert f"{SUBSCRIPTION}, where the app's own rights cannot be read" in kept


async def test_a_tag_that_cannot_be_left_stops_nothing_and_is_told(azure):
    deny(azure, "Microsoft.Resources/tags/write", at=IMAGES_GROUP)
    plan = (await draw_up_plan(start(), DEFAULTS)).plan
    assert plan is not None
    assert [note for note in plan.notes if "Microsoft.Resources/tags/write" in note]


async def test_a_plan_asks_for_its_rights_with_three_calls(azure):
    await draw_up_plan(start(), DEFAULTS)
    asked = [call for call in azure.control.calls() if call["path"].endswith("/permissions")]
    assert len(asked) == 3


# who uses the source


def kept_notes(plan):
    return [note for note in plan.notes if note.startswith("as things stand the source will be kept: ")]


@pytest.mark.parametrize("right", SEE_USERS)
async def test_rights_on_groups_alone_keep_the_source_and_the_plan_says_so(azure, right):
    """The plan had no note, the lists no row, and the source was deleted although a scale set needed it."""
    granted = {"*": IMAGES_GROUP, "*/*": GALLERIES_GROUP}
    azure.control.settings(deniedActions={right: SUBSCRIPTION}, grantedActions=granted)
    plan = (await draw_up_plan(start(), DEFAULTS)).plan
    assert plan is not None
    (note,) = kept_notes(plan)
    assert f"{SUBSCRIPTION}, where the app may not do {right}:" in note
    assert LOOK in note


async def test_with_the_rights_at_the_subscription_or_no_wish_to_delete_there_is_no_such_note(azure):
    plan = (await draw_up_plan(start(), DEFAULTS)).plan
    assert plan is not None
    assert kept_notes(plan) == []
    deny(azure, "Microsoft.Compute/virtualMachine*", at=SUBSCRIPTION)
    plan = (await draw_up_plan(start(deleteSource="never"), DEFAULTS)).plan
    assert plan is not None
    assert kept_notes(plan) == []


async def test_another_subscription_in_which_the_app_has_rights_on_a_group_alone_is_named(azure):
    azure.control.put_resource({"id": ELSEWHERE, "displayName": "Other"})
    azure.control.settings(deniedActions={"*": ELSEWHERE}, grantedActions={"*": f"{ELSEWHERE}/resourceGroups/g"})
    plan = (await draw_up_plan(start(), DEFAULTS)).plan
    assert plan is not None
    (note,) = kept_notes(plan)
    assert f"{ELSEWHERE}, where the app's own rights cannot be read" in note
    assert SUBSCRIPTION not in note


async def test_a_subscription_in_which_the_app_has_no_right_is_not_searched_and_not_named(azure):
    azure.control.put_resource({"id": ELSEWHERE, "displayName": "Other"})
    azure.control.settings(deniedActions={"*": ELSEWHERE})
    plan = (await draw_up_plan(start(), DEFAULTS)).plan
    assert plan is not None
    assert kept_notes(plan) == []


async def test_the_sources_own_subscription_is_asked_about_where_the_app_may_not_list_it(azure, monkeypatch):
    async def none_visible(_not_before):
        return []

    monkeypatch.setattr("arm.surveys.visibility.list_subscriptions", none_visible)
    deny(azure, "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read", at=SUBSCRIPTION)
    plan = (await draw_up_plan(start(), DEFAULTS)).plan
    assert plan is not None
    (note,) = kept_notes(plan)
    assert SUBSCRIPTION in note


def sight(*permissions):
    return hidden_users(Scope(field="", id="/subscriptions/s", permissions=list(permissions)))


def test_what_hides_users_is_told_right_by_right():
    assert sight(Permission(actions=["*/read"])) is None
    assert (
        sight(Permission(actions=["Microsoft.Compute/virtual*"]), Permission(actions=["Microsoft.Compute/gall*"]))
        is None
    )
    hidden = sight(Permission(actions=["*"], not_actions=["microsoft.compute/virtualmachinescalesets/*"]))
    assert hidden == (
        "/subscriptions/s, where the app may not do Microsoft.Compute/virtualMachineScaleSets/read, "
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read"
    )
    assert sight() == f"/subscriptions/s, where the app may not do {', '.join(SEE_USERS)}"


def test_a_tenant_of_many_subscriptions_makes_no_endless_message():
    said = users_not_visible([f"/subscriptions/{number:02}" for number in range(12)])
    assert "/subscriptions/04; in 7 more: give" in said
    assert "/subscriptions/05" not in said


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
