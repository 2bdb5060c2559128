"""What a Bicep file says, as a tree: the part of the language that our templates use.

Microsoft's compiler needs .NET; this reader needs nothing, keeps strings and names apart, and knows precedence.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Value:
    """A literal."""

    value: Any


@dataclass(frozen=True)
class Text:
    """A string with expressions inside."""

    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Name:
    """A parameter, variable, resource, module or loop variable."""

    name: str


@dataclass(frozen=True)
class Access:
    """`of.name`, or `of.?name`, which is null where there is no such property."""

    of: Any
    name: str
    is_safe: bool = False


@dataclass(frozen=True)
class Index:
    """`of[index]`."""

    of: Any
    index: Any


@dataclass(frozen=True)
class Call:
    """`name(…)`, or `of.name(…)`."""

    name: str
    arguments: tuple[Any, ...]
    of: Any = None


@dataclass(frozen=True)
class Operation:
    """An operator with its operands; `?` has three."""

    operator: str
    operands: tuple[Any, ...]


@dataclass(frozen=True)
class Lambda:
    """`name => body`."""

    names: tuple[str, ...]
    body: Any


@dataclass(frozen=True)
class Many:
    """An array's items."""

    items: tuple[Any, ...]


@dataclass(frozen=True)
class Fields:
    """An object's fields; the names may have expressions inside."""

    items: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True)
class Loop:
    """`[for item in over: body]`, or `(item, index)`."""

    names: tuple[str, ...]
    over: Any
    body: Any


@dataclass(frozen=True)
class Condition:
    """`if (condition) { … }` around a resource or module."""

    condition: Any
    body: Any


@dataclass(frozen=True)
class Declaration:
    """A parameter, variable, resource, module or output. `kind` is the word that it begins with."""

    kind: str
    name: str
    value: Any = None
    of: str = ""  # the type of a parameter or output, `type@version` of a resource, path of a module
    exists: bool = False
    decorators: dict[str, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """One file."""

    scope: str
    declarations: dict[str, Declaration]  # all but outputs, which have names of their own
    outputs: dict[str, Declaration]

    def of_kind(self, kind: str) -> dict[str, Declaration]:
        return {name: one for name, one in self.declarations.items() if one.kind == kind}
