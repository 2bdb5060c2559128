"""Reads a Bicep file into its tree. Raises BicepError for what the language, or this reader, does not know."""

import re
from functools import cache
from typing import Any

from tests.infra.bicep.syntax import (
    Access,
    Call,
    Condition,
    Declaration,
    Fields,
    Index,
    Lambda,
    Loop,
    Many,
    Name,
    Operation,
    Template,
    Text,
    Value,
)

TOKEN = re.compile(
    r"(?P<skip>[ \t\r]+|//[^\n]*|/\*.*?\*/)|(?P<line>\n)|(?P<number>\d+)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>=>|==|!=|=~|<=|>=|&&|\|\||\?\?|\.\?|[-+*/%<>!?:=.,@(){}\[\]])",
    re.DOTALL,
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "'": "'", "\\": "\\", "$": "$"}
LEVELS = (("??",), ("||",), ("&&",), ("==", "!=", "=~"), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
LITERALS = {"true": True, "false": False, "null": None}


class BicepError(Exception):
    """The template is wrong, or says what this reader does not know."""


@cache
def read(text: str) -> Template:
    return _Reader(list(_tokens(text))).template()


def _tokens(text: str) -> Any:
    position, line = 0, 1
    while position < len(text):
        if text[position] == "'":
            value, position = _string(text, position + 1)
            yield ("string", value, line)
            continue
        found = TOKEN.match(text, position)
        if not found:
            raise BicepError(f"line {line}: cannot read {text[position : position + 10]!r}")
        if found.lastgroup != "skip":
            yield (found.lastgroup, found.group(), line)
        line += found.group().count("\n")
        position = found.end()
    yield ("line", "\n", line)
    yield ("end", "", line)


def _string(text: str, position: int) -> tuple[Any, int]:
    """Read up to the closing quote; returns the literal and where it ends."""
    parts: list[Any] = [""]
    while text[position] != "'":
        if text[position] == "\n":
            raise BicepError("a string has no end")
        if text[position] == "\\":
            parts[-1] += ESCAPES[text[position + 1]]
            position += 2
        elif text.startswith("${", position):
            end = _closing(text, position + 2)
            parts += [_Reader(list(_tokens(text[position + 2 : end]))).expression(), ""]
            position = end + 1
        else:
            parts[-1] += text[position]
            position += 1
    return (Value(parts[0]) if len(parts) == 1 else Text(tuple(parts))), position + 1


def _closing(text: str, position: int) -> int:
    """Where the brace closes that an expression in a string began with."""
    depth = 0
    while text[position] != "}" or depth:
        if text[position] == "'":
            position = _string(text, position + 1)[1]
            continue
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        position += 1
    return position


class _Reader:
    """Recursive descent, one method for each form."""

    def __init__(self, tokens: list[tuple[str, Any, int]]) -> None:
        self.tokens = tokens
        self.position = 0

    # tokens

    @property
    def next(self) -> Any:
        return self.tokens[self.position][1]

    @property
    def kind(self) -> str:
        return self.tokens[self.position][0]

    def take(self, expected: str | None = None) -> Any:
        kind, value, line = self.tokens[self.position]
        if expected is not None and (value != expected or kind == "string"):
            raise BicepError(f"line {line}: expected {expected!r}, found {value!r}")
        self.position += 1
        return value

    def takes(self, *signs: str) -> str | None:
        return self.take() if self.kind in {"sign", "word"} and self.next in signs else None

    def word(self) -> str:
        if self.kind != "word":
            raise BicepError(f"line {self.tokens[self.position][2]}: expected a name, found {self.next!r}")
        return str(self.take())

    def skip_lines(self, *also: str) -> None:
        while self.kind == "line" or (self.kind == "sign" and self.next in also):
            self.position += 1

    # statements

    def template(self) -> Template:
        scope, declared, outputs = "resourceGroup", {}, {}
        self.skip_lines()
        while self.kind != "end":
            decorators = self.decorators()
            word = self.word()
            if word == "targetScope":
                self.take("=")
                scope = self.expression().value
            else:
                one = self.declaration(word, decorators)
                (outputs if one.kind == "output" else declared)[one.name] = one
            if self.kind != "line":
                raise BicepError(f"line {self.tokens[self.position][2]}: {self.next!r} after the end of {word}")
            self.skip_lines()
        return Template(scope, declared, outputs)

    def decorators(self) -> dict[str, tuple[Any, ...]]:
        found = {}
        while self.takes("@"):
            call = self.expression()
            found[call.name] = call.arguments
            self.skip_lines()
        return found

    def declaration(self, kind: str, decorators: dict[str, tuple[Any, ...]]) -> Declaration:
        name = self.word()
        of, exists = "", False
        if kind in {"param", "output"}:
            of = self.word()
        elif kind in {"resource", "module"}:
            of = self.take().value
            exists = bool(self.takes("existing"))
        elif kind != "var":
            raise BicepError(f"{kind} {name}: no such statement")
        value = self.expression() if self.takes("=") else None
        return Declaration(kind, name, value, of, exists, decorators)

    # expressions

    def expression(self) -> Any:
        if self.takes("if"):
            self.take("(")
            condition = self.expression()
            self.take(")")
            return Condition(condition, self.expression())
        test = self.binary(0)
        if not self._continues("?"):
            return test
        self.skip_lines()
        one = self.expression()
        self.skip_lines()
        self.take(":")
        self.skip_lines()
        return Operation("?", (test, one, self.expression()))

    def _continues(self, sign: str) -> bool:
        """A choice may go on in the next line."""
        before = self.position
        self.skip_lines()
        if self.takes(sign):
            return True
        self.position = before
        return False

    def binary(self, level: int) -> Any:
        if level == len(LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while sign := self.takes(*LEVELS[level]):
            left = Operation(sign, (left, self.binary(level + 1)))
        return left

    def unary(self) -> Any:
        if sign := self.takes("!", "-"):
            return Operation(sign, (self.unary(),))
        return self.suffixes(self.primary())

    def suffixes(self, value: Any) -> Any:
        while sign := self.takes(".", ".?", "[", "!"):
            if sign == "[":
                value = Index(value, self.expression())
                self.take("]")
            elif sign != "!":  # `!` only tells the compiler that it is there
                name = self.word()
                value = Call(name, self.arguments(), value) if self.next == "(" else Access(value, name, sign == ".?")
        return value

    def primary(self) -> Any:
        if self.kind == "string":
            return self.take()
        if self.kind == "number":
            return Value(int(self.take()))
        if self.takes("("):
            value = self.expression()
            self.take(")")
            return value
        if self.takes("["):
            return self.array()
        if self.takes("{"):
            return self.fields()
        name = self.word()
        if self.takes("=>"):
            return Lambda((name,), self.expression())
        if name in LITERALS:
            return Value(LITERALS[name])
        return Call(name, self.arguments()) if self.next == "(" else Name(name)

    def arguments(self) -> tuple[Any, ...]:
        self.take("(")
        found = []
        self.skip_lines()
        while not self.takes(")"):
            found.append(self.expression())
            self.skip_lines(",")
        return tuple(found)

    def array(self) -> Any:
        self.skip_lines()
        if self.takes("for"):
            return self.loop()
        items = []
        while not self.takes("]"):
            items.append(self.expression())
            self.skip_lines(",")
        return Many(tuple(items))

    def loop(self) -> Loop:
        names = []
        paired = self.takes("(")
        names.append(self.word())
        if paired:
            self.take(",")
            names.append(self.word())
            self.take(")")
        self.take("in")
        over = self.expression()
        self.take(":")
        body = self.expression()
        self.skip_lines()
        self.take("]")
        return Loop(tuple(names), over, body)

    def fields(self) -> Fields:
        items = []
        self.skip_lines()
        while not self.takes("}"):
            key = self.take() if self.kind == "string" else Value(self.word())
            self.take(":")
            items.append((key, self.expression()))
            self.skip_lines(",")
        return Fields(tuple(items))
