"""Deploys templates on paper: what Azure would be asked to make with these parameters, as `bicep snapshot` shows it.

Names, ids, scopes and every property are worked out; what only Azure knows (principal ids, endpoints) stands as a
`Runtime`. Raises BicepError where a template contradicts itself.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.infra.bicep.evaluating import Evaluation
from tests.infra.bicep.reading import BicepError, read
from tests.infra.bicep.syntax import Condition, Declaration, Fields, Loop, Template
from tests.support.templates import INFRA

FILES = {str(path.relative_to(INFRA)): path.read_text() for path in sorted(INFRA.rglob("*.bicep"))}
KINDS = {"string": str, "int": int, "bool": bool, "object": dict, "array": list}


class Scope(NamedTuple):
    """A subscription, or a resource group in one."""

    subscription: str
    group: str = ""

    @property
    def kind(self) -> str:
        return "resourceGroup" if self.group else "subscription"

    @property
    def id(self) -> str:
        return f"/subscriptions/{self.subscription}" + (f"/resourceGroups/{self.group}" if self.group else "")


@dataclass(frozen=True)
class Resource:
    """A resource to be made, or one that a template only refers to."""

    type: str
    version: str
    id: str
    name: str
    body: dict[str, Any]
    file: str
    exists: bool = False


class Nested(NamedTuple):
    """A deployment inside the deployment. `is_named` where the template and not the compiler chose the name."""

    name: str
    scope: Scope
    location: str | None
    is_named: bool


@dataclass
class Deployed:
    """All of it."""

    resources: dict[str, Resource] = field(default_factory=dict)
    nested: list[Nested] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)

    def of_type(self, kind: str) -> list[Resource]:
        return [one for one in self.resources.values() if one.type == kind]


def deploy(
    name: str, given: dict[str, Any], scope: Scope, files: dict[str, str] | None = None, location: str = "westeurope"
) -> Deployed:
    deployed = Deployed()
    texts = FILES if files is None else files
    deployed.outputs = _Deployment(name, given, scope, texts, location, deployed).run()
    return deployed


class _Deployment(Evaluation):
    """One template at one scope."""

    def __init__(
        self, name: str, given: dict[str, Any], scope: Scope, files: dict[str, str], location: str, into: Deployed
    ) -> None:
        if name not in files:
            raise BicepError(f"{name}: no such template")
        self.file, self.files, self.location, self.into = name, files, location, into
        self.template: Template = read(files[name])
        if self.template.scope != scope.kind:
            raise BicepError(f"{name} is for a {self.template.scope}, not for a {scope.kind}")
        super().__init__(scope, self.template)
        self.bind(given)

    def bind(self, given: dict[str, Any]) -> None:
        wanted = self.template.of_kind("param")
        if unknown := given.keys() - wanted.keys():
            raise BicepError(f"{self.file} has no parameter {sorted(unknown)}")
        for name, one in wanted.items():
            if name not in given and one.value is None:
                raise BicepError(f"{self.file} needs the parameter {name}")
            self.known[name] = given[name] if name in given else self.value(one.value)
            self.fits(one, self.known[name])

    def fits(self, one: Declaration, value: Any) -> None:
        kind: Any = KINDS[one.of]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise BicepError(f"{self.file}: {one.name} is no {one.of}: {value!r}")
        limits = {name: self.value(arguments[0]) for name, arguments in one.decorators.items() if arguments}
        size: Any = value if isinstance(value, int) else len(value)
        if value not in limits.get("allowed", [value]):
            raise BicepError(f"{self.file}: {one.name} may not be {value!r}")
        if not limits.get("minLength", limits.get("minValue", size)) <= size:
            raise BicepError(f"{self.file}: {one.name} is too small or short: {value!r}")
        if not size <= limits.get("maxLength", limits.get("maxValue", size)):
            raise BicepError(f"{self.file}: {one.name} is too large or long: {value!r}")

    def run(self) -> dict[str, Any]:
        for name in self.template.declarations:
            self.look_up(name)
        found = {name: self.value(one.value) for name, one in self.template.outputs.items()}
        for name, one in self.template.outputs.items():
            if not isinstance(found[name], KINDS[one.of]):
                raise BicepError(f"{self.file}: output {name} is no {one.of}: {found[name]!r}")
        return found

    def declared(self, one: Declaration) -> Any:
        if one.kind == "var":
            return self.value(one.value)
        return self.each(one, one.value)

    def each(self, one: Declaration, form: Any, index: int | None = None) -> Any:
        """The resource or module; a list of them for a loop, None where its condition says no."""
        if isinstance(form, Loop):
            found = []
            for number, item in enumerate(self.value(form.over)):
                self.locals.append(dict(zip(form.names, (item, number), strict=False)))
                found.append(self.each(one, form.body, number))
                self.locals.pop()
            return found
        if isinstance(form, Condition):
            return self.each(one, form.body, index) if self.value(form.condition) else None
        return self.module(one, form, index) if one.kind == "module" else self.resource(one, form)

    def module(self, one: Declaration, form: Fields, index: int | None) -> dict[str, Any]:
        body = self.value(form)
        if unknown := body.keys() - {"name", "scope", "params", "dependsOn"}:
            raise BicepError(f"{self.file}: module {one.name} has {sorted(unknown)}")
        target = body.get("scope", self.scope)
        if isinstance(target, Resource):
            target = Scope(self.scope.subscription, target.name)
        unnamed = f"{one.name}-{index}-*"  # the compiler's: unique for each deployment
        location = self.location if target.kind == "subscription" else None
        self.into.nested.append(Nested(body.get("name", unnamed), target, location, "name" in body))
        file = str((Path(self.file).parent / one.of).as_posix())
        inner = _Deployment(file, body.get("params", {}), target, self.files, self.location, self.into)
        return {"outputs": inner.run()}

    def resource(self, one: Declaration, form: Fields) -> Resource:
        kind, _, version = one.of.partition("@")
        body = self.value(form)
        parent, scope = body.get("parent"), body.get("scope", self.scope)
        names, types = body["name"].split("/"), kind.split("/")[1:]
        if parent is not None and (not isinstance(parent, Resource) or kind.rpartition("/")[0] != parent.type):
            raise BicepError(f"{self.file}: {one.name} is no child of {getattr(parent, 'type', parent)!r}")
        if len(names) != (1 if parent else len(types)):
            raise BicepError(f"{self.file}: {one.name} needs a parent")
        if kind == "Microsoft.Resources/resourceGroups":
            path = f"{scope.id}/resourceGroups/{names[0]}"
        elif parent:
            path = f"{parent.id}/{types[-1]}/{names[0]}"
        else:
            pairs = "/".join(f"{kind}/{name}" for kind, name in zip(types, names, strict=True))
            path = f"{scope.id}/providers/{kind.partition('/')[0]}/{pairs}"
        made = Resource(kind, version, path, body["name"], body, self.file, one.exists)
        if not one.exists:
            if path.lower() in {other.lower() for other in self.into.resources}:
                raise BicepError(f"{self.file}: {path} is made twice")
            self.into.resources[path] = made
        return made
