"""A query as a whole: the table, then the operators between its bars, each of which takes rows and gives rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dev.emulator.resource_graph.expressions import Expression, ExpressionReader, Row
from dev.emulator.resource_graph.operators import Type
from dev.emulator.resource_graph.rows import COLUMNS, RESOURCES, TABLES
from dev.emulator.resource_graph.words import Kind, Word, Words

Rows = list[Row]
_Step = Callable[[Rows], Rows]


@dataclass(slots=True)
class Query:
    """`table` is where its rows are; `columns` are those of its answer; `is_limited` when it says itself how many rows
    it wants.
    """

    columns: Mapping[str, Type] = field(default_factory=lambda: COLUMNS)
    steps: list[_Step] = field(default_factory=list)
    is_limited: bool = False
    table: str = RESOURCES

    def run(self, rows: Iterable[Row]) -> Rows:
        found = list(rows)
        for step in self.steps:
            found = step(found)
        return found


def read_query(text: str) -> Query:
    """Raises QueryError for whatever is wrong or not supported."""
    words, query = Words(text), Query()
    if words.next.text.lower() in TABLES:
        query.table = words.take().text.lower()
    elif words.next.text not in _OPERATORS:
        raise words.next.refused(f"the table '{words.next.text}' is not supported")
    else:
        _read_operator(words, query)
    while words.take_if("|"):
        _read_operator(words, query)
    if words.next.kind is not Kind.END:
        raise words.next.refused(f"'|' or the end is expected, not '{words.next.text}'")
    return query


def _read_operator(words: Words, query: Query) -> None:
    word = words.require_kind(Kind.NAME, "an operator")
    name = word.text
    while words.take_if("-"):  # of operators like `project-away`
        name += f"-{words.take().text}"
    if name not in _OPERATORS:
        raise word.refused(f"the operator '{name}' is not supported")
    query.steps.append(_OPERATORS[name](words, query))


def _where(words: Words, query: Query) -> _Step:
    condition = ExpressionReader(words, query.columns).condition()
    return lambda rows: [row for row in rows if condition.value(row)]


def _project(words: Words, query: Query) -> _Step:
    wanted = _named(words, query)
    query.columns = {name: expression.type for name, expression in wanted.items()}
    return lambda rows: [{name: made.value(row) for name, made in wanted.items()} for row in rows]


def _extend(words: Words, query: Query) -> _Step:
    added = _named(words, query)
    query.columns = {**query.columns, **{name: expression.type for name, expression in added.items()}}
    return lambda rows: [{**row, **{name: made.value(row) for name, made in added.items()}} for row in rows]


def _order(words: Words, query: Query) -> _Step:
    words.require("by")
    keys = [_sort_key(words, query)]
    while words.take_if(","):
        keys.append(_sort_key(words, query))

    def ordered(rows: Rows) -> Rows:
        for key, descending in reversed(keys):
            rows = sorted(rows, key=key.value, reverse=descending)
        return rows

    return ordered


def _sort_key(words: Words, query: Query) -> tuple[Expression, bool]:
    start = words.next
    key = ExpressionReader(words, query.columns).any()
    if key.type is not Type.STRING:  # the one type here that is never null
        raise start.refused(f"rows cannot be ordered by {key.type}, only by string: tostring() makes one")
    direction = words.take_if("asc", "desc")
    return key, direction is None or direction.text == "desc"


def _limit(words: Words, query: Query) -> _Step:
    most = int(words.require_kind(Kind.NUMBER, "a number of rows").text)
    query.is_limited = True
    return lambda rows: rows[:most]


def _count(_words: Words, query: Query) -> _Step:
    query.columns = {"Count": Type.LONG}
    return lambda rows: [{"Count": len(rows)}]


def _named(words: Words, query: Query) -> dict[str, Expression]:
    """`name = expression` or, of a column or a path, the expression alone; separated by commas."""
    named: dict[str, Expression] = {}
    while True:
        start, name = words.next, None
        if words.after == "=":
            name = words.require_kind(Kind.NAME, "a name").text
            words.require("=")
        expression = ExpressionReader(words, query.columns).any()
        named[_new_name(start, name or expression.name, named)] = expression
        if not words.take_if(","):
            return named


def _new_name(at: Word, name: str | None, taken: Mapping[str, Any]) -> str:
    if name is None:
        raise at.refused("what is computed here needs a name: name = …")
    if name in taken:
        raise at.refused(f"there are two columns '{name}'")
    return name


_OPERATORS: dict[str, Callable[[Words, Query], _Step]] = {
    "where": _where,
    "project": _project,
    "extend": _extend,
    "order": _order,
    "sort": _order,
    "limit": _limit,
    "take": _limit,
    "count": _count,
}
