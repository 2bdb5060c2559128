"""`$filter`: comparisons of a property with a constant, joined by and, or, not and parentheses.

A property that an entity does not have, or has with another type, makes a comparison false, whatever it compares.
"""

import operator
from collections.abc import Callable
from typing import Any

from dev.emulator.storage.entities import Entity
from dev.emulator.storage.errors import INVALID_QUERY, StorageError
from dev.emulator.storage.queries.filter_words import Word, words_in
from dev.emulator.storage.values import Edm, Value

Predicate = Callable[[Entity], bool]
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_MOST_COMPARISONS = 15
_DEEPEST = 50


def predicate_of(text: str | None) -> Predicate:
    """What the filter lets through; raises StorageError if it cannot be read."""
    if text is None or not text.strip():
        return lambda _entity: True
    reader = _Reader(words_in(text))
    predicate = reader.either()
    reader.require_end()
    return predicate


class _Reader:
    """Reads one filter from left to right: `or` binds least, then `and`, then `not`."""

    def __init__(self, words: list[Word]) -> None:
        self._words = words
        self._at = 0
        self._comparisons = 0
        self._depth = 0

    def either(self) -> Predicate:
        left = self._both()
        while self._take("or"):
            left = _joined(any, left, self._both())
        return left

    def require_end(self) -> None:
        if self._at < len(self._words):
            raise StorageError(INVALID_QUERY)

    def _both(self) -> Predicate:
        left = self._inverted()
        while self._take("and"):
            left = _joined(all, left, self._inverted())
        return left

    def _inverted(self) -> Predicate:
        if not self._take("not"):
            return self._single()
        inner = self._deeper(self._inverted)
        return lambda entity: not inner(entity)

    def _single(self) -> Predicate:
        if self._take("("):
            inner = self._deeper(self.either)
            if not self._take(")"):
                raise StorageError(INVALID_QUERY)
            return inner
        return self._comparison()

    def _comparison(self) -> Predicate:
        self._comparisons += 1
        name = self._next()
        if not name.is_name or self._comparisons > _MOST_COMPARISONS:
            raise StorageError(INVALID_QUERY)
        if self._at == len(self._words) or self._words[self._at].text not in _COMPARISONS:
            return _compared(name.text, operator.eq, Value(Edm.BOOLEAN, True))
        compare = _COMPARISONS[self._next().text]
        constant = self._next().value
        if constant is None:
            raise StorageError(INVALID_QUERY)
        return _compared(name.text, compare, constant)

    def _deeper(self, read: Callable[[], Predicate]) -> Predicate:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise StorageError(INVALID_QUERY)
        inner = read()
        self._depth -= 1
        return inner

    def _take(self, text: str) -> bool:
        found = self._at < len(self._words) and self._words[self._at].text == text
        self._at += found
        return found

    def _next(self) -> Word:
        if self._at == len(self._words):
            raise StorageError(INVALID_QUERY)
        self._at += 1
        return self._words[self._at - 1]


def _joined(how: Callable[[list[bool]], bool], left: Predicate, right: Predicate) -> Predicate:
    return lambda entity: how([left(entity), right(entity)])


def _compared(name: str, compare: Callable[[Any, Any], bool], constant: Value) -> Predicate:
    def holds(entity: Entity) -> bool:
        value = entity.value(name)
        return value is not None and value.comparable_with(constant) and compare(value.plain, constant.plain)

    return holds
