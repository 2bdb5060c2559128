"""Expressions of a query: read from its words into something that computes a value for each row.

`or` binds least, then `and`, then one comparison. Types are known before any row is seen, so that a query which makes
no sense is refused even where there is nothing to find.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dev.emulator.resource_graph.operators import (
    FUNCTIONS,
    NEGATED,
    STRING_OPERATORS,
    Type,
    both,
    either,
    equal,
    text_of,
)
from dev.emulator.resource_graph.words import Kind, Word, Words

Row = Mapping[str, Any]
Columns = Mapping[str, Type]
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Expression:
    """`name` is what a column made of it is called when the query gives it no name of its own."""

    type: Type
    value: Callable[[Row], Any]
    name: str | None = None


class ExpressionReader:
    """Reads expressions over rows with these columns."""

    def __init__(self, words: Words, columns: Columns) -> None:
        self._words, self._columns = words, columns
        self._depth = 0

    def condition(self) -> Expression:
        start = self._words.next
        return _require(self.any(), {Type.BOOL}, start, "a condition")

    def any(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._words.next.refused(f"more than {_DEEPEST} expressions are nested")
        found = self._joined("or", either, lambda: self._joined("and", both, self._comparison))
        self._depth -= 1
        return found

    def _joined(self, word: str, how: Callable[[Any, Any], Any], part: Callable[[], Expression]) -> Expression:
        left = part()
        while joint := self._words.take_if(word):
            _require(left, {Type.BOOL}, joint, f"what '{word}' joins")
            right = _require(part(), {Type.BOOL}, joint, f"what '{word}' joins")
            left = _combined(how, left, right)
        return left

    def _comparison(self) -> Expression:
        left = self._operand()
        word = self._words.take_if("==", "in", "in~", *STRING_OPERATORS, *NEGATED)
        if word is None:
            return left
        operator = NEGATED.get(word.text, word.text)
        found = self._list(left, word, operator) if operator in ("in", "in~") else self._pair(left, word, operator)
        return found if operator == word.text else _negated(found)

    def _pair(self, left: Expression, word: Word, operator: str) -> Expression:
        right = self._operand()
        if operator == "==":
            return _equality(left, right, word)
        texts = {Type.STRING, Type.DYNAMIC}
        _require(left, texts, word, f"the left side of '{word.text}'")
        _require(right, texts, word, f"the right side of '{word.text}'")
        test = STRING_OPERATORS[operator]
        return Expression(Type.BOOL, lambda row: test(text_of(left.value(row)), text_of(right.value(row))))

    def _list(self, left: Expression, word: Word, operator: str) -> Expression:
        _require(left, {Type.STRING, Type.DYNAMIC}, word, f"the left side of '{word.text}'")
        self._words.require("(")
        wanted = [self._words.require_kind(Kind.STRING, "a string").text]
        while self._words.take_if(","):
            wanted.append(self._words.require_kind(Kind.STRING, "a string").text)
        self._words.require(")")
        if operator == "in":
            return Expression(Type.BOOL, lambda row: left.value(row) in wanted)
        folded = {text.lower() for text in wanted}
        return Expression(Type.BOOL, lambda row: text_of(left.value(row)).lower() in folded)

    def _operand(self) -> Expression:
        word = self._words.take()
        match word.kind, word.text:
            case Kind.STRING, text:
                return Expression(Type.STRING, lambda _row: text)
            case Kind.NUMBER, digits:
                return Expression(Type.LONG, lambda _row: int(digits))
            case Kind.SYMBOL, "(":
                inner = self.any()
                self._words.require(")")
                return Expression(inner.type, inner.value)
            case Kind.NAME, ("true" | "false") as text:
                return Expression(Type.BOOL, lambda _row: text == "true")
            case Kind.NAME, _:
                return self._function(word) if self._words.take_if("(") else self._path(word)
        raise word.refused(f"a value is expected, not '{word.text or 'the end'}'")

    def _function(self, word: Word) -> Expression:
        if word.text not in FUNCTIONS:
            raise word.refused(f"the function '{word.text}()' is not supported")
        accepted, result, compute = FUNCTIONS[word.text]
        argument = _require(self.any(), accepted, word, f"the argument of '{word.text}()'")
        self._words.require(")")
        return Expression(result, lambda row: compute(argument.value(row)))

    def _path(self, column: Word) -> Expression:
        """A column, or a value inside one; what is not there is null."""
        if column.text not in self._columns:
            raise column.refused(f"there is no column '{column.text}'")
        found = Expression(self._columns[column.text], lambda row: row[column.text], column.text)
        while mark := self._words.take_if(".", "["):
            _require(found, {Type.DYNAMIC}, mark, f"what '{mark.text}' looks into")
            found = _inner(found, self._name() if mark.text == "." else self._index())
        return found

    def _name(self) -> str:
        return self._words.require_kind(Kind.NAME, "a property").text

    def _index(self) -> str | int:
        word = self._words.take()
        if word.kind not in (Kind.STRING, Kind.NUMBER):
            raise word.refused(f"a name in quotes or a number is expected, not '{word.text}'")
        self._words.require("]")
        return word.text if word.kind is Kind.STRING else int(word.text)


def _inner(outer: Expression, key: str | int) -> Expression:
    def look(row: Row) -> Any:
        value = outer.value(row)
        if isinstance(value, dict) and isinstance(key, str):
            return value.get(key)
        if isinstance(value, list) and isinstance(key, int):
            return value[key] if key < len(value) else None
        return None

    return Expression(Type.DYNAMIC, look, f"{outer.name}_{key}")


def _equality(left: Expression, right: Expression, word: Word) -> Expression:
    types = {left.type, right.type}
    if types == {Type.DYNAMIC} or (len(types) == 2 and Type.DYNAMIC not in types):
        raise word.refused(f"'{word.text}' cannot compare {left.type} with {right.type}")
    return _combined(equal, left, right)


def _combined(how: Callable[[Any, Any], Any], left: Expression, right: Expression) -> Expression:
    return Expression(Type.BOOL, lambda row: how(left.value(row), right.value(row)))


def _negated(inner: Expression) -> Expression:
    def opposite(row: Row) -> bool | None:
        holds = inner.value(row)
        return None if holds is None else not holds

    return Expression(Type.BOOL, opposite)


def _require(found: Expression, types: set[Type] | frozenset[Type], at: Word, what: str) -> Expression:
    if found.type not in types:
        raise at.refused(f"{what} is {found.type}, not {' or '.join(sorted(types))}")
    return found
