"""A plan that somebody looks at says who uses the source; whatever keeps it from looking keeps nobody from the plan."""

import asyncio
from typing import Any

import pytest

from arm.surveys import consumers
from arm.transport.errors import ArmUnavailableError, UsersNotVisibleError
from arm.transport.recent import Recent
from dev.emulator.users_of_images import machine as own_disk_machine
from migration.plan.plan import Plan
from migration.promise.evidence import Consumer, Mentions
from migration.promise.shown import MOST_IDS, used_by, users_by_kind
from migration.users.kinds import ALWAYS, blocking
from migration.values.shortening import LONGEST_NOTE
from steering.gathering import users
from steering.gathering.planning import draw_up_plan
from steering.gathering.users import with_users
from tests.support.azure_samples import COMPUTE, SOURCE, USED_SOURCE, start
from tests.support.samples import DEFAULTS

KEPT = "as things stand the source will be kept: it is used by"


@pytest.fixture(autouse=True)
def nothing_listed(monkeypatch):
    monkeypatch.setattr(consumers, "_listings", Recent(10))


async def planned(source: str = SOURCE, **fields: Any) -> Plan:
    result = await draw_up_plan(start(source, **fields), DEFAULTS)
    assert result.plan is not None, result.problems
    return result.plan


async def noted(plan: Plan) -> list[str]:
    """The notes that looking for users has added."""
    before = plan.notes
    after = (await with_users(plan, ALWAYS)).notes
    assert after[: len(before)] == before
    return after[len(before) :]


def machine(azure: Any, name: str, source: str = SOURCE) -> None:
    properties = {"storageProfile": {"imageReference": {"id": source}}, "provisioningState": "Succeeded"}
    azure.control.put_resource(
        {"id": f"{COMPUTE}/virtualMachines/{name}", "location": "eastus2", "properties": properties}
    )


async def test_who_uses_the_source_is_told_before_anything_begins(azure):
    assert await noted(await planned(USED_SOURCE)) == [f"{KEPT} scale set shop-frontend-vmss"]


async def test_of_several_users_one_is_named_and_the_others_are_counted(azure):
    for name in ("web-1", "web-2", "web-3"):
        machine(azure, name)
    assert await noted(await planned()) == [
        f"{KEPT} virtual machine without a proven disk of its own web-1 (and 2 more)"
    ]


async def test_nobody_is_told_of_users_that_there_are_not_or_that_keep_nothing(azure):
    assert await noted(await planned()) == []
    assert await noted(await planned(USED_SOURCE, deleteSource="never")) == []


async def test_many_plans_share_one_look_and_one_that_deletes_nothing_takes_none(azure):
    plan = await planned()
    await with_users(plan, ALWAYS)
    before = len(azure.control.calls())
    for _ in range(3):
        await with_users(plan, ALWAYS)
    await with_users((await planned(deleteSource="never")).changed(notes=[]), ALWAYS)
    looked = [call["path"] for call in azure.control.calls()[before:] if call["path"].endswith("/virtualMachines")]
    assert looked == []


async def test_users_that_cannot_be_seen_are_told_once_as_before(azure, monkeypatch):
    plan = await planned()

    async def hidden(*_: Any) -> list[Consumer]:
        raise UsersNotVisibleError("in sub")

    monkeypatch.setattr(users, "find_consumers", hidden)
    assert await noted(plan) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [({"status": 403, "code": "AuthorizationFailed", "message": "no " * 500}, "AuthorizationFailed")],
)
async def test_a_look_that_is_refused_is_told_and_the_plan_is_there(azure, fault: dict[str, Any], said: str):
    plan = await planned()
    azure.control.add_fault(method="GET", path="/virtualMachines$", error=fault, times=9)
    (note,) = await noted(plan)
    assert note.startswith("not checked: who uses the source image: ")
    assert said in note
    assert len(note) < LONGEST_NOTE + 10


async def test_a_look_that_takes_too_long_is_given_up(azure, monkeypatch):
    plan = await planned()

    async def endless(*_: Any) -> list[Consumer]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(users, "find_consumers", endless)
    monkeypatch.setattr(users, "LOOK_SECONDS", 0.01)
    (note,) = await noted(plan)
    assert note.startswith("not checked: who uses the source image: that took longer")


def test_a_crowd_of_users_is_counted_and_its_first_are_named():
    crowd = [
        Consumer(id=f"/machines/{number:03d}", kind="machines-without-own-disk") for number in reversed(range(120))
    ]
    others = [Consumer(id="/sets/B", kind="scale-sets"), Consumer(id="/sets/a", kind="scale-sets")]
    machines, sets = users_by_kind([*crowd, *others])
    assert (sets.kind, sets.count, sets.ids) == ("scale-sets", 2, ["/sets/a", "/sets/B"])
    assert (machines.count, len(machines.ids), machines.ids[0]) == (120, MOST_IDS, "/machines/000")
    assert (users_by_kind([]), used_by([])) == ([], None)


async def test_machines_with_disks_of_their_own_are_told_and_keep_nothing_unless_the_setting_says_so(azure):
    """The plan said that the source would be kept, for any machine that had ever come from it."""
    for number in range(2):
        azure.control.put_resource(own_disk_machine(f"own-{number}", SOURCE))
    plan = await planned()
    told = (await with_users(plan, ALWAYS)).notes[len(plan.notes) :]
    assert told == ["source image: 2 machines came from it; they keep running, and can no longer be reimaged"]
    kept = (await with_users(plan, blocking(["machines"]))).notes[-1]
    assert kept == f"{KEPT} virtual machine with its own disk own-0 (and 1 more)"


MENTIONED = Mentions(
    [Consumer(id="/subscriptions/s/pools/p", kind="host-pools"), Consumer(id="/subscriptions/s/f/f", kind="fleets")],
    {"lab-images": "the app may not read them in /subscriptions/s"},
)
NAMED_KINDS = {
    ("compute", "machines"): [],
    ("host-pools",): ["it is used by host pool p"],
    ("lab-images",): [f"not looked for: DevTest custom images, because {MENTIONED.unlooked['lab-images']}"],
    ("any",): [
        "it is used by Compute Fleet f (and 1 more)",
        f"not looked for: DevTest custom images, because {MENTIONED.unlooked['lab-images']}",
    ],
}


@pytest.mark.parametrize(("named", "told"), NAMED_KINDS.items(), ids=str)
async def test_a_kind_that_the_setting_names_is_told_before_anything_begins(
    azure, monkeypatch, named: tuple[str, ...], told: list[str]
):
    """Where the app may not see such a kind, every migration ended so after days, and no plan had said a word."""

    async def mentions(_: str) -> Mentions:
        return MENTIONED

    monkeypatch.setattr(users, "find_mentions", mentions)
    plan = await planned()
    notes = (await with_users(plan, blocking(named))).notes[len(plan.notes) :]
    assert notes == [f"as things stand the source will be kept (MIGRATION_BLOCK_ON): {one}" for one in told]


async def test_a_resource_graph_that_gives_no_answer_keeps_nobody_from_the_plan(azure, monkeypatch):
    plan = await planned()

    async def away(_: str) -> Mentions:
        raise ArmUnavailableError("ServiceRequestError", "no network")

    async def endless(_: str) -> Mentions:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(users, "LOOK_SECONDS", 1.0)
    for answer, why in ((away, "no network"), (endless, "took longer")):
        monkeypatch.setattr(users, "find_mentions", answer)
        (note,) = (await with_users(plan, blocking(["any"]))).notes[len(plan.notes) :]
        assert note.startswith("not checked: who else names the source image")
        assert why in note
