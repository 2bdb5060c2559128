"""Every kind of user of the source, with every right and setting, at the delete and on the page.

Each is found, none, or not looked for, and why. What blocks by the setting of now is never deleted under, in whatever
order it comes and goes.
"""

import asyncio
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from activities import delete_source_image
from dev.emulator import users_of_images as users
from dev.emulator.seed import SUBSCRIPTION
from migration.course import steps
from migration.promise.shown import KindShown, Looked, kinds_shown
from migration.users.kinds import ALWAYS, GRAPH_KINDS, KINDS, blocking, kind_of
from migration.values.outcome import OutcomeKind
from steering.gathering.evidence import gather_evidence
from tests.support.azure_samples import SOURCE, VERSION, built, deleting
from tests.support.steps import Migration

step: Any = delete_source_image
VMSS = users.scale_set("web", f"{SOURCE}2")  # by now its model names another
AUTOMATED = users.host_pool("desks", management="Automated")
LAB = users.lab("lab")
MADE: dict[str, list[dict[str, Any]]] = {
    "scale-sets": [users.scale_set("web", SOURCE)],
    "scale-set-instances": [VMSS, users.instance(VMSS["id"], 0, SOURCE)],
    "machines-without-own-disk": [users.machine("vm", SOURCE, ephemeral=True)],
    "image-versions": [],
    "machines": [users.machine("vm", SOURCE)],
    "fleets": [users.fleet("fleet", SOURCE)],
    "image-templates": [users.image_template("nightly", source=SOURCE)],
    "image-template-targets": [users.image_template("nightly", target=SOURCE)],
    "host-pools": [users.host_pool("desks", SOURCE)],
    "session-host-configurations": [AUTOMATED, users.session_host_configuration(AUTOMATED["id"], SOURCE)],
    "lab-images": [LAB, users.lab_image(LAB["id"], "image", SOURCE)],
    "managed-node-types": [users.node_type("cluster", "node", SOURCE)],
    "disks": [users.disk("vm_OsDisk_1", SOURCE)],
    "others": [users.other("recipe", SOURCE)],
}
FREE = {"image-template-targets", "disks"}  # they do not need the image
OF_EVERY_TYPE = {"disks": "Microsoft.Compute/disks/read", "others": "Contoso.Builds/recipes/read"}
UNLISTED = {"session-host-configurations", "lab-images"}


@pytest.fixture
async def migration(azure, records) -> Migration:
    return await deleting(azure, await built(azure, records))


def shallow(azure) -> None:
    """Another version that reads from the source still."""
    document = azure.control.resource(VERSION)
    document["id"] = f"{document['id'].rpartition('/')[0]}/7.0.0"
    document["properties"]["publishingProfile"]["replicationMode"] = "Shallow"
    azure.control.put_resource(document)


def make(azure, kind: str) -> None:
    for document in MADE[kind]:
        azure.control.put_resource(document)
    if kind == "image-versions":
        shallow(azure)


def hide(azure, kind: str) -> None:
    """The app may not read what Resource Graph tells of this kind; what Compute tells of, it may."""
    denied = {action: SUBSCRIPTION for action in kind_of(kind).reads if action != "*/read"}
    azure.control.settings(deniedActions=denied or {OF_EVERY_TYPE[kind]: SUBSCRIPTION})


async def shown(migration: Migration, blocks: frozenset[str] = ALWAYS) -> dict[str, KindShown]:
    plan, copied = migration.run.planned, migration.question.copied
    evidence = await gather_evidence(plan, copied, datetime.now(UTC))
    return {one.kind: one for one in kinds_shown(evidence, blocks)}


async def delete(azure, migration: Migration) -> str:
    """Try to delete; returns what the end is called, having seen whether the source is there."""
    await migration.insist(steps.DELETE_SOURCE_IMAGE)
    azure.control.advance(60)
    is_there = azure.control.resource(SOURCE) is not None
    if migration.run.outcome is None:
        await migration.take(steps.CONFIRM_DELETE)
    assert (migration.outcome.kind is OutcomeKind.MIGRATED) == (not is_there)
    return migration.outcome.code


def decision(kind: str, setting: str) -> bool:
    """Tell whether the source is kept, by the words of the issue and not by the code's own table."""
    if kind in {"scale-sets", "scale-set-instances", "machines-without-own-disk", "image-versions"}:
        return True
    return kind not in FREE and setting in {"any", kind}


@pytest.mark.parametrize(("kind", "setting"), list(product(MADE, ["compute", "any", "machines", "host-pools"])))
async def test_a_kind_keeps_the_source_by_itself_or_where_the_setting_names_it(
    azure, migration, configure, kind: str, setting: str
):
    configure(block_on=setting)
    make(azure, kind)
    ended = await delete(azure, migration)
    keeps = decision(kind, setting) or (kind in UNLISTED and setting == "any")
    expected = {"machines": "MachinesFromSource"}.get(kind, "UsersNotLookedFor" if kind in UNLISTED else "SourceInUse")
    assert ended == (expected if keeps else "Migrated")


@pytest.mark.parametrize("kind", sorted(GRAPH_KINDS - FREE))
async def test_each_kind_that_the_setting_names_keeps_it_found_or_hidden(azure, migration, configure, kind: str):
    configure(block_on=f"compute,{kind}")
    hide(azure, kind)
    assert await delete(azure, migration) == "UsersNotLookedFor"
    assert kind_of(kind).plural in migration.outcome.reason


@pytest.mark.parametrize("kind", MADE)
async def test_a_kind_that_is_there_is_shown_with_what_becomes_of_it(azure, migration, kind: str):
    make(azure, kind)
    one = (await shown(migration, blocking(["any"])))[kind]
    assert one.effect == kind_of(kind).effect
    assert one.blocks == (kind not in FREE)
    if kind in UNLISTED:
        assert (one.state, "does not list those of" in str(one.because)) == (Looked.NOT_LOOKED_FOR, True)
    else:
        assert (one.state, one.count, len(one.ids), one.because) == (Looked.FOUND, 1, 1, None)
        assert one.words == kind_of(kind).counted(1)


async def test_no_kind_is_passed_over_in_silence(azure, migration):
    everything = await shown(migration)
    assert everything.keys() == {kind.key for kind in KINDS}
    assert {one.state for one in everything.values()} == {Looked.NONE}


async def test_what_is_hidden_is_not_passed_over_in_silence(azure, migration, monkeypatch):
    azure.control.settings(deniedActions={"Microsoft.*": SUBSCRIPTION, "Contoso.*": SUBSCRIPTION})
    plan, copied = migration.run.planned, migration.question.copied
    monkeypatch.setattr("steering.gathering.evidence.with_copy", lambda known, *_: asyncio.sleep(0, known))
    hidden = kinds_shown(await gather_evidence(plan, copied, datetime.now(UTC)), ALWAYS)
    assert {one.kind for one in hidden} == {kind.key for kind in KINDS}
    assert all(one.state is Looked.NOT_LOOKED_FOR and one.because for one in hidden)


@pytest.mark.parametrize("kind", sorted(GRAPH_KINDS))
async def test_what_the_app_may_not_read_is_not_told_as_none(azure, migration, kind: str):
    make(azure, kind)
    hide(azure, kind)
    one = (await shown(migration))[kind]
    assert (one.state, "may not read them in" in str(one.because)) == (Looked.NOT_LOOKED_FOR, True)


async def test_an_estate_in_every_state_keeps_the_source_until_each_machine_is_done(azure, migration):
    for state in users.STATES:
        azure.control.put_resource(users.machine(f"vm-{state}", SOURCE, state=state))
    found = await shown(migration)
    assert found["machines"].ids[0].endswith("/vm-Succeeded")
    assert (found["machines"].count, found["machines-without-own-disk"].count) == (1, len(users.STATES) - 1)
    assert await delete(azure, migration) == "SourceInUse"


@pytest.mark.parametrize(("mode", "upgrade"), list(product(["Uniform", "Flexible"], users.UPGRADES)))
async def test_a_scale_set_of_whatever_mode_and_policy_keeps_it(azure, migration, mode: str, upgrade: str):
    azure.control.put_resource(users.scale_set("web", SOURCE, mode=mode, upgrade=upgrade))
    assert await delete(azure, migration) == "SourceInUse"


async def test_twelve_machines_with_their_own_disks_let_it_go_and_the_audit_says_so(azure, migration):
    for number in range(12):
        azure.control.put_resource(users.machine(f"vm-{number:02}", SOURCE))
    assert await delete(azure, migration) == "Migrated"
    (said,) = [check for entry in migration.run.audit for check in entry.checks if "came from it" in check]
    assert said.startswith("12 machines came from it; they keep running, and can no longer be reimaged: vm-00, vm-01,")


async def test_a_scale_set_made_between_approval_and_delete_counts(azure, migration):
    azure.control.put_resource(users.machine("vm", SOURCE))
    azure.control.put_resource(users.scale_set("late", SOURCE))
    assert await delete(azure, migration) == "SourceInUse"


ORDERS = [(first, then) for first in MADE for then in ("scale-sets", "machines", "image-templates") if first != then]


@pytest.mark.parametrize(("first", "then"), ORDERS)
async def test_what_comes_and_goes_is_judged_as_it_is_at_the_delete(azure, migration, configure, first: str, then: str):
    """One was there when people were asked and has gone, another has come since: only what is there now counts."""
    configure(block_on="compute,image-templates")
    make(azure, first)
    await shown(migration)
    gone = [one["id"] for one in MADE[first]] or [f"{VERSION.rpartition('/')[0]}/7.0.0"]
    for resource_id in reversed(gone):
        azure.control.delete_resource(resource_id)
    make(azure, then)
    assert await delete(azure, migration) == ("Migrated" if then == "machines" else "SourceInUse")


async def test_resource_graph_that_is_busy_is_waited_for_where_the_setting_needs_it(azure, migration, configure):
    configure(block_on="compute,image-templates")
    busy = {"status": 429, "code": "RateLimiting", "message": "slow down"}
    azure.control.add_fault(method="POST", path="/providers/Microsoft.ResourceGraph/resources", error=busy)
    answer = await migration.take(steps.DELETE_SOURCE_IMAGE)
    assert answer.later is not None
    assert azure.control.resource(SOURCE) is not None
    azure.control.remove_faults()
    assert await delete(azure, migration) == "Migrated"


async def test_resource_graph_is_not_asked_at_the_delete_where_nothing_of_it_blocks(azure, migration):
    asked = len([call for call in azure.control.calls() if "ResourceGraph" in call["path"]])
    assert await delete(azure, migration) == "Migrated"
    assert len([call for call in azure.control.calls() if "ResourceGraph" in call["path"]]) == asked


async def test_the_setting_of_now_counts_not_that_of_the_question(azure, migration, configure):
    make(azure, "host-pools")
    configure(block_on="any")
    assert await delete(azure, migration) == "SourceInUse"
