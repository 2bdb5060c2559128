"""A kind of outcome is told everywhere from the one table that stands beside it."""

import ast
from typing import Any

import pytest

from dev.picture.source import SHIPPED, modules, tree_of
from migration.values.occasion import Occasion, occasion_of
from migration.values.outcome import FOLLOWS, Outcome, OutcomeKind, Phase, SourceSeen, follows


@pytest.mark.parametrize("kind", OutcomeKind)
def test_of_every_kind_it_is_known_what_follows(kind: OutcomeKind):
    assert FOLLOWS[kind].next_action.endswith(".")
    assert FOLLOWS[kind].approved.startswith("Approved")


def test_a_failure_is_told_as_one():
    told = {kind for kind in OutcomeKind if occasion_of(kind) is Occasion.FAILED}
    assert told == {OutcomeKind.FAILED, OutcomeKind.REFUSED, OutcomeKind.UNKNOWN}


def tables_of_kinds(tree: ast.Module) -> list[ast.expr]:
    """Collections of kinds of outcome: what a new kind would have to be added to. What leads to one kind is none."""
    tables = [node for node in ast.walk(tree) if isinstance(node, ast.Dict | ast.Set | ast.List | ast.Tuple)]
    return [table for table in tables if _members(table).count("OutcomeKind.") > 1]


def _members(table: Any) -> str:
    keys = table.keys if isinstance(table, ast.Dict) else table.elts
    return " ".join(ast.unparse(key) for key in keys if key is not None)


def test_no_other_room_has_a_table_that_a_new_kind_would_have_to_be_added_to():
    shipped = {name: path for name, path in modules().items() if name.split(".")[0] in SHIPPED}
    assert [name for name, path in shipped.items() if tables_of_kinds(tree_of(path))] == ["migration.values.outcome"]


# What follows from an outcome and what was seen of its source


def make(kind: OutcomeKind, source: SourceSeen = SourceSeen.UNKNOWN, **changes: Any) -> Outcome:
    return Outcome(kind=kind, reason="because", code="Code", step=Phase.DONE, source=source, **changes)


def texts(outcome: Outcome) -> str:
    told = follows(outcome)
    return f"{told.next_action} {told.source} {told.approved}"


@pytest.mark.parametrize("kind", OutcomeKind)
@pytest.mark.parametrize("only_copy", [True, False])
def test_where_the_source_is_gone_nothing_is_named_as_left_behind_or_kept(kind: OutcomeKind, only_copy: bool):
    """The only copy of an image stood in `leftBehind`, and the next action was to remove it."""
    outcome = make(kind, SourceSeen.GONE, only_copy=only_copy, left_behind=["the version"])
    assert outcome.left_behind == []
    said = texts(outcome)
    assert "only copy" in said
    assert "keep it" in said if outcome.only_copy else "do not remove it" in said
    for untrue in ("is kept", "was kept", "can be removed", "askAgain", "start the migration again"):
        assert untrue not in said
    assert not follows(outcome).can_ask_again


@pytest.mark.parametrize("kind", sorted(set(OutcomeKind) - {OutcomeKind.MIGRATED, OutcomeKind.REFUSED}))
def test_where_nobody_knows_of_the_source_nothing_is_to_be_removed(kind: OutcomeKind):
    outcome = make(kind, left_behind=["the version"], only_copy=True)
    assert (outcome.left_behind, outcome.only_copy) == ([], False)
    assert "remove nothing before you have looked" in follows(outcome).next_action
    assert "kept" not in texts(outcome)


@pytest.mark.parametrize("kind", [OutcomeKind.FAILED, OutcomeKind.CANCELLED])
def test_what_is_left_behind_beside_its_source_may_be_removed(kind: OutcomeKind):
    outcome = make(kind, SourceSeen.THERE, left_behind=["the version"])
    assert outcome.left_behind == ["the version"]
    assert "what outcome.leftBehind names can be removed" in follows(outcome).next_action
    assert "leftBehind" not in follows(make(kind, SourceSeen.THERE)).next_action


@pytest.mark.parametrize("said", SourceSeen)
def test_whose_source_was_deleted_the_version_is_the_only_copy_whatever_was_stored(said: SourceSeen):
    outcome = Outcome.model_validate(make(OutcomeKind.MIGRATED).dump() | {"source": said.value, "onlyCopy": False})
    assert (outcome.source, outcome.only_copy) == (SourceSeen.GONE, True)
    assert follows(outcome).next_action.startswith("The source image was deleted: this version is the only copy")


def test_what_an_earlier_release_has_left_behind_is_not_told_before_anybody_has_looked():
    earlier = {"kind": "Cancelled", "reason": "r", "code": "Cancelled", "step": "AwaitingApproval", "leftBehind": ["v"]}
    assert Outcome.model_validate(earlier).left_behind == []
