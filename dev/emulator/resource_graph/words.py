"""The words of a query, and a reader that takes them from left to right. Comments and line breaks count as space."""

import re
from dataclasses import dataclass
from enum import StrEnum

from dev.emulator.resource_graph.errors import QueryError

_WORD = re.compile(
    r"""(?:\s|//[^\n]*)*(?:
        (?P<string>@'(?:[^']|'')*' | @"(?:[^"]|"")*" | '(?:[^'\\\n]|\\.)*' | "(?:[^"\\\n]|\\.)*")
      | (?P<number>\d+)(?![\w.])
      | (?P<name>!?in~ | !?[A-Za-z_]\w*)
      | (?P<symbol>==|=~|!=|!~|<=|>=|\S)
      | (?P<end>$)
    )""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\", "'": "'", '"': '"'}


class Kind(StrEnum):
    """What a word is."""

    STRING = "string"
    NUMBER = "number"
    NAME = "name"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Word:
    """`text` as it stands in the query; of a string without quotes and escapes."""

    kind: Kind
    text: str
    line: int
    column: int

    def refused(self, reason: str) -> QueryError:
        return QueryError(f"{reason} (line {self.line}, character {self.column})", self.text, self.line, self.column)


class Words:
    """The words that are still to be read."""

    def __init__(self, query: str) -> None:
        self._words = _words_in(query)
        self._at = 0

    @property
    def next(self) -> Word:
        return self._words[self._at]

    @property
    def after(self) -> str:
        """The text of the word behind the next."""
        return self._words[min(self._at + 1, len(self._words) - 1)].text

    def take(self) -> Word:
        word = self.next
        self._at += word.kind is not Kind.END
        return word

    def take_if(self, *texts: str) -> Word | None:
        """The next word, if it is one of these names or symbols."""
        return self.take() if self.next.kind in (Kind.NAME, Kind.SYMBOL) and self.next.text in texts else None

    def require(self, text: str) -> None:
        if self.take_if(text) is None:
            raise self.next.refused(f"'{text}' is expected, not '{self.next.text or 'the end'}'")

    def require_kind(self, kind: Kind, what: str) -> Word:
        if self.next.kind is not kind:
            raise self.next.refused(f"{what} is expected, not '{self.next.text or 'the end'}'")
        return self.take()


def _words_in(query: str) -> list[Word]:
    words: list[Word] = []
    at = 0
    while not words or words[-1].kind is not Kind.END:
        found = _WORD.match(query, at)
        if found is None or found.lastgroup is None:  # cannot be: any character is a symbol
            raise QueryError("the query cannot be read")
        kind, start = Kind(found.lastgroup), found.start(found.lastgroup)
        line = query.count("\n", 0, start) + 1
        column = start - query.rfind("\n", 0, start) - 1
        word = Word(kind, found[kind], line, column)
        words.append(Word(kind, _unquoted(word), line, column) if kind is Kind.STRING else word)
        at = found.end()
    return words


def _unquoted(word: Word) -> str:
    if word.text.startswith("@"):
        quote = word.text[1]
        return word.text[2:-1].replace(quote * 2, quote)

    def plain(escape: re.Match[str]) -> str:
        if escape[1] not in _ESCAPES:
            raise word.refused(f"the escape '{escape[0]}' is not supported")
        return _ESCAPES[escape[1]]

    return _ESCAPED.sub(plain, word.text[1:-1])
