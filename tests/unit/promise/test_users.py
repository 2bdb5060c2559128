"""Nothing needs the source: what is found of each kind, what not, and what the setting makes of it."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.promise.checks import (
    decisive,
    judge,
    meaning,
    not_shown,
    promise_kept,
    promise_refusal,
    rows,
    seen_beside,
    slow_refusal,
)
from migration.promise.evidence import Consumer, Evidence, Part
from migration.promise.rules import Facts
from migration.promise.shown import Looked, kinds_shown
from migration.promise.users import unseen
from migration.runbook.guide import cure
from migration.users.kinds import ALWAYS, GRAPH_KINDS, IF_NAMED, KINDS, MACHINES, NAMES, blocking, kind_of
from migration.values.answer import Refusal
from tests.support.samples import NOW, make_copied, make_image, make_plan, make_version

OURS = make_version(tags={"source-content": "first"}, region_deletion_allowed=False)
READ: dict[str, Any] = {"image": make_image(), "version": OURS, "locks": [], "older": None}
STATES = ("none", "found", "not looked for", "not read")
WHY = "the app may not read them in /subscriptions/s"
UNREAD = Refusal(code="AuthorizationFailed", message="it may not be read")


def user(kind: str) -> Consumer:
    return Consumer(id=f"/subscriptions/s/{kind}/x", kind=kind)


def evidence(states: dict[str, str]) -> Evidence:
    """What was read where each kind was found, looked for in vain, hidden, or not read at all."""
    found = [user(kind) for kind, state in states.items() if state == "found"]
    read = Evidence(read_at=NOW).having(
        **READ,
        consumers=[one for one in found if one.kind in ALWAYS],
        machines=[one for one in found if one.kind == MACHINES.key],
        mentions=[one for one in found if one.kind in GRAPH_KINDS],
        unlooked={kind: WHY for kind, state in states.items() if state == "not looked for" and kind in GRAPH_KINDS},
    )
    for kind, state in states.items():
        if state == "not read":
            part = Part.MENTIONS if kind in GRAPH_KINDS else Part.MACHINES if kind == MACHINES.key else Part.CONSUMERS
            read = read.lacking(part, UNREAD)
    return read


def facts(read: Evidence, named: tuple[str, ...] = ("compute",)) -> Facts:
    return Facts(read, make_plan(), make_copied(), None, blocking(named))


CASES = [
    (kind.key, state, setting)
    for kind, state, setting in product(KINDS, STATES, NAMES)
    if kind.key in GRAPH_KINDS or state != "not looked for"
]


@pytest.mark.parametrize(("kind", "state", "setting"), CASES)
def test_a_kind_keeps_the_source_if_it_is_found_or_unknown_and_blocks(kind: str, state: str, setting: str):
    read, blocks = evidence({kind: state}), blocking([setting])
    keeps = state != "none" and kind in blocks
    if state == "not read" and kind in GRAPH_KINDS:
        keeps = bool(GRAPH_KINDS & blocks)  # one reading tells of all of them
    refusal = promise_refusal(facts(read, (setting,)))
    assert (refusal is not None) == keeps
    assert (slow_refusal(read, make_plan(), make_copied(), blocks) is not None) == keeps
    shown = {one.kind: one for one in kinds_shown(read, blocks)}
    assert shown.keys() == {one.key for one in KINDS}
    assert shown[kind].state is {"found": Looked.FOUND, "none": Looked.NONE}.get(state, Looked.NOT_LOOKED_FOR)
    assert (shown[kind].because is not None) == (state in {"not looked for", "not read"})
    assert shown[kind].blocks == (kind in blocks)
    if refusal is not None and state == "found":
        assert f"{kind}/x" in refusal.message
        assert cure(refusal.code)


@pytest.mark.parametrize("kind", [kind.key for kind in KINDS])
def test_whatever_is_found_or_hidden_is_told_before_anybody_decides(kind: str):
    for state in ("found", "not looked for") if kind in GRAPH_KINDS else ("found",):
        read = evidence({kind: state})
        told = " ".join([*(str(check) for check in judge(facts(read))), *unseen(read)])
        assert (
            (f"{kind}/x" if kind in GRAPH_KINDS else "x") in told if state == "found" else kind_of(kind).plural in told
        )


@given(
    states=st.lists(
        st.fixed_dictionaries({kind.key: st.sampled_from(STATES) for kind in KINDS}), min_size=1, max_size=4
    ),
    named=st.lists(st.sampled_from(NAMES), max_size=3).map(tuple),
)
def test_what_blocks_is_never_deleted_under_in_whatever_order_it_comes_and_goes(
    states: list[dict[str, str]], named: tuple[str, ...]
):
    """Each state is judged by itself: what was there before, or was looked at for another setting, does not count."""
    blocks = blocking(named)
    for now in states:
        stands = any(now[kind] != "none" for kind in blocks if kind in GRAPH_KINDS or now[kind] != "not looked for")
        assert promise_refusal(facts(evidence(now), named)) is not None or not stands


def test_a_machine_with_its_own_disk_that_appears_is_no_other_picture_unless_the_setting_names_machines():
    before, after = evidence({}), evidence({MACHINES.key: "found"})
    for named, changes in (("compute", 0), ("host-pools", 0), ("machines", 1), ("any", 1)):
        parts = decisive(blocking([named]))
        assert len(after.changes_since(before.digest(parts), parts)) == changes


@pytest.mark.parametrize("kind", sorted(ALWAYS))
def test_what_always_blocks_is_another_picture(kind: str):
    parts = decisive(ALWAYS)
    assert evidence({kind: "found"}).changes_since(evidence({}).digest(parts), parts) == ["who uses the source image"]


def test_what_the_checks_mean_follows_the_setting():
    meanings = {meaning(blocking(named)) for named in [("compute",), *((one,) for one in sorted(IF_NAMED)), ("any",)]}
    assert len(meanings) == len(IF_NAMED) + 2
    assert meaning(blocking(["compute", "machines"])) == meaning(blocking(["machines"]))


def test_every_setting_has_rows_of_its_own_words_that_block_or_show_each_kind_once():
    for named in NAMES:
        words = [row.words for row in rows(blocking([named]))]
        assert len(set(words)) == len(words)
    assert len(promise_kept()) == len([row for row in rows(ALWAYS) if row.blocks])


def test_twelve_machines_are_counted_and_a_few_of_them_named():
    machines = [Consumer(id=f"/subscriptions/s/vm/{number:02}", kind="machines") for number in range(12)]
    read = evidence({}).having(machines=machines)
    (told,) = [check for check in judge(facts(read)) if not check.good]
    assert (told.blocks, told.code, told.refusal) == (False, "MachinesFromSource", None)
    said = "12 machines came from it; they keep running, and can no longer be reimaged: 00, 01, 02, 03, 04, 7 more"
    assert told.text == said
    assert seen_beside(read, make_plan(), make_copied(), ALWAYS)[0] == said
    one = evidence({"machines": "found"})
    assert "1 machine came from it; it keeps running" in seen_beside(one, make_plan(), make_copied(), ALWAYS)[0]


def test_the_audit_of_a_delete_says_what_the_setting_had_looked_for_as_well():
    beside = seen_beside(evidence({}), make_plan(), make_copied(), blocking(["any"]))
    assert "No machine with its own disk came from the source image" in beside
    assert "Nothing that MIGRATION_BLOCK_ON names beside Compute needs the source image" in beside


def test_whoever_decides_without_a_page_is_told_what_nobody_showed():
    assert [told for told in not_shown() if "machines that came from the source image" in told]


def test_what_resource_graph_finds_of_no_kind_is_shown_by_its_type():
    stranger = Consumer(id="/subscriptions/s/recipes/r", kind="others", type="contoso.builds/recipes")
    read = evidence({}).having(mentions=[stranger])
    assert "contoso.builds/recipes /subscriptions/s/recipes/r" in str([check.text for check in judge(facts(read))])
    unknown = evidence({}).having(mentions=[user("of-a-later-release")])
    assert promise_refusal(facts(unknown, ("others",))) is not None
    assert [one.count for one in kinds_shown(unknown, ALWAYS) if one.kind == "of-a-later-release"] == [1]


def test_what_keeps_a_source_without_any_setting_is_this():
    """Said once more by hand: a kind that is missing in the table is missed by nobody who reads the table."""
    assert {"scale-sets", "scale-set-instances", "machines-without-own-disk", "image-versions"} == ALWAYS
