"""A kind of outcome is told everywhere from the one table that stands beside it."""

import ast
from typing import Any

from dev.picture.source import SHIPPED, modules, tree_of
from migration.values.occasion import Occasion, occasion_of
from migration.values.outcome import OutcomeKind

TABLES = ["migration.runbook.guide", "migration.values.outcome"]  # what is said, and what is done


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
    assert [name for name, path in shipped.items() if tables_of_kinds(tree_of(path))] == TABLES
