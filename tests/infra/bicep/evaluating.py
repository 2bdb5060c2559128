"""Works out expressions of a template: names are looked up when they are needed, each once."""

import json
from collections.abc import Callable
from typing import Any

from tests.infra.bicep.functions import FUNCTIONS, LOGIN, SUFFIXES, TENANT, Runtime
from tests.infra.bicep.reading import BicepError
from tests.infra.bicep.syntax import (
    Access,
    Call,
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
from tests.support.templates import INFRA

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
    ">=": lambda one, other: one >= other,
    "<=": lambda one, other: one <= other,
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
}


class Evaluation:
    """The values of one template at one scope; `declared` says what a variable, resource or module is."""

    file: str

    def __init__(self, scope: Any, template: Template) -> None:
        self.scope, self.template = scope, template
        self.known: dict[str, Any] = {}
        self.locals: list[dict[str, Any]] = []

    def declared(self, one: Declaration) -> Any:
        raise NotImplementedError

    def look_up(self, name: str) -> Any:
        for names in reversed(self.locals):
            if name in names:
                return names[name]
        if name not in self.known:
            if name not in self.template.declarations:
                raise BicepError(f"{self.file}: {name} is not declared")
            inside, self.locals = self.locals, []
            self.known[name] = self.declared(self.template.declarations[name])
            self.locals = inside
        return self.known[name]

    def value(self, node: Any) -> Any:
        """Work out a node of the tree: each kind has its method."""
        return getattr(self, f"of_{type(node).__name__.lower()}")(node)

    def of_value(self, node: Value) -> Any:
        return node.value

    def of_name(self, node: Name) -> Any:
        return self.look_up(node.name)

    def of_text(self, node: Text) -> str:
        shown = [part if isinstance(part, str) else self.value(part) for part in node.parts]
        kind = Runtime if any(isinstance(part, Runtime) for part in shown) else str
        return kind("".join(map(str, shown)))

    def of_many(self, node: Many) -> list[Any]:
        return [self.value(item) for item in node.items]

    def of_fields(self, node: Fields) -> dict[str, Any]:
        return {self.value(key): self.value(value) for key, value in node.items}

    def of_lambda(self, node: Lambda) -> Callable[..., Any]:
        return lambda *given: self.within(dict(zip(node.names, given, strict=True)), node.body)

    def of_access(self, node: Access) -> Any:
        return self.access(self.value(node.of), node.name, is_safe=node.is_safe)

    def of_index(self, node: Index) -> Any:
        of, index = self.value(node.of), self.value(node.index)
        return Runtime(f"{of}[{index}]") if isinstance(of, Runtime) else of[index]

    def within(self, names: dict[str, Any], body: Any) -> Any:
        self.locals.append(names)
        value = self.value(body)
        self.locals.pop()
        return value

    def of_loop(self, node: Loop) -> list[Any]:
        return [
            self.within(dict(zip(node.names, (item, number), strict=False)), node.body)
            for number, item in enumerate(self.value(node.over))
        ]

    def of_operation(self, node: Operation) -> Any:
        first, *others = node.operands
        if node.operator == "?":
            return self.value(others[0]) if self.value(first) else self.value(others[1])
        if node.operator == "??":
            found = self.value(first)
            return self.value(others[0]) if found is None else found
        if node.operator in {"&&", "||"}:
            found = self.value(first)
            return found if found is (node.operator == "||") else self.value(others[0])
        if not others:
            return not self.value(first) if node.operator == "!" else -self.value(first)
        return BINARY[node.operator](self.value(first), self.value(others[0]))

    def access(self, of: Any, name: str, *, is_safe: bool) -> Any:
        if isinstance(of, Runtime):
            return Runtime(f"{of}.{name}")
        if isinstance(of, dict):
            if name not in of and not is_safe:
                raise BicepError(f"{self.file}: there is no {name} in {sorted(of)}")
            return of.get(name)
        if hasattr(of, "body"):  # a resource
            return getattr(of, name) if name in {"id", "name", "type"} else Runtime(f"{of.id}#{name}")
        raise BicepError(f"{self.file}: {of!r} has no {name}")

    def of_call(self, node: Call) -> Any:
        arguments = [self.value(argument) for argument in node.arguments]
        if node.of is not None:
            return Runtime(f"{self.value(node.of).id}#{node.name}()")
        special = getattr(self, f"call_{node.name}", None)
        if special is None and node.name not in FUNCTIONS:
            raise BicepError(f"{self.file}: there is no function {node.name}")
        return (special or FUNCTIONS[node.name])(*arguments)

    # what depends on where it is deployed

    def call_subscription(self, name: str | None = None) -> Any:
        if name is not None:
            return type(self.scope)(name)
        return {"id": f"/subscriptions/{self.scope.subscription}", "subscriptionId": self.scope.subscription,
                "tenantId": TENANT}  # fmt: skip

    def call_resourceGroup(self, *names: str) -> Any:  # noqa: N802 - the language's name
        if names:
            return type(self.scope)(*(names if len(names) > 1 else (self.scope.subscription, *names)))
        return {"id": self.scope.id, "name": self.scope.group}

    def call_subscriptionResourceId(self, kind: str, name: str) -> str:  # noqa: N802 - the language's name
        return f"/subscriptions/{self.scope.subscription}/providers/{kind}/{name}"

    def call_environment(self) -> dict[str, Any]:
        return {"name": "AzureCloud", "suffixes": SUFFIXES, "authentication": {"loginEndpoint": LOGIN}}

    def call_deployer(self) -> dict[str, str]:
        return {"objectId": Runtime("deployer")}

    def call_loadJsonContent(self, path: str) -> Any:  # noqa: N802 - the language's name
        return json.loads(self.call_loadTextContent(path))

    def call_loadTextContent(self, path: str) -> str:  # noqa: N802 - the language's name
        return (INFRA / self.file).parent.joinpath(path).read_text()
