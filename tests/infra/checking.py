"""Everything that is wrong with the templates: contradictions, types, versions, properties, secrets put out, order.

It works them out in their default state and with everything on, so that every branch is seen.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from tests.infra.azd import EVERYTHING, provision, subscribe
from tests.infra.bicep.deploying import FILES, Deployed, Resource
from tests.infra.bicep.reading import BicepError, read
from tests.infra.bicep.shapes import wrong
from tests.infra.bicep.syntax import Access, Condition, Declaration, Fields, Index, Loop, Name, Template
from tests.infra.resource_types import BUILT_IN_ROLES, TYPES

PLACE = {"name", "parent", "scope", "dependsOn"}  # where a resource stands, not what it is


def problems(files: dict[str, str] | None = None) -> list[str]:
    files = FILES if files is None else files
    try:
        static = [*unknown_types(files), *put_out(files), *unused(files), *late(files)]
        states = [provision(variables, files) for variables in ({}, EVERYTHING)]
        states += [subscribe(state, files=files) for state in states]
    except BicepError as error:
        return [str(error)]
    return static + sorted({problem for state in states for problem in _of(state)})


def unknown_types(files: dict[str, str]) -> Iterator[str]:
    """Types and versions that the table does not know, also of what is only referred to."""
    known = {(name, one.version) for name, one in TYPES.items()}
    known |= {(name.rpartition("/")[0], version) for name, version in known}  # config/appsettings: a fixed name
    for file, text in files.items():
        for one in read(text).of_kind("resource").values():
            kind, _, version = one.of.partition("@")
            if (kind, version) not in known:
                yield f"{file}: {one.name} is of an unknown type or api-version: {one.of}"


def put_out(files: dict[str, str]) -> Iterator[str]:
    """Outputs that show a secret: they stand in the deployment's record for everybody who may read it."""
    for file, text in files.items():
        template = read(text)
        secure = {one.name for one in template.declarations.values() if "secure" in one.decorators}
        for output in template.outputs.values():
            if names_in(output.value) & secure or "listKeys" in repr(output.value):
                yield f"{file}: output {output.name} is a secret"


def unused(files: dict[str, str]) -> Iterator[str]:
    """Parameters and variables that nothing reads; the compiler's linter warns of them, too."""
    for file, text in files.items():
        template = read(text)
        read_by = {one: names_in(body.value) for one, body in template.declarations.items()}
        used = set().union(*read_by.values(), *(names_in(output.value) for output in template.outputs.values()))
        for one in (template.of_kind("param") | template.of_kind("var")).keys() - used:
            yield f"{file}: nothing reads {one}"


def late(files: dict[str, str]) -> Iterator[str]:
    """What must be known when a deployment begins, and depends on what it makes: how many, whether, and called how."""
    for file, text in files.items():
        template = read(text)
        for one in template.declarations.values():
            if made := {name for early in _early(one) for name in _made_in(early, template)}:
                yield f"{file}: {one.name} needs to know at the start what only {', '.join(sorted(made))} tells"


def _early(one: Declaration) -> Iterator[object]:
    """The expressions of a declaration that Azure works out first."""
    form = one.value
    if one.kind == "var" and isinstance(form, Loop):
        yield form
    if one.kind not in {"resource", "module"}:
        return
    if isinstance(form, Loop):
        yield form.over
        form = form.body
    if isinstance(form, Condition):
        yield form.condition
        form = form.body
    if one.kind == "resource" and isinstance(form, Fields):
        yield from (value for key, value in form.items if getattr(key, "value", "") == "name")


def _made_in(node: object, template: Template) -> Iterator[str]:
    """Resources and modules that an expression asks for more than where and what they are."""
    if isinstance(node, Access) and node.name in {"id", "name", "type"} and isinstance(node.of, Name | Index):
        of = node.of.of if isinstance(node.of, Index) else node.of
        kind = template.declarations[of.name].kind if getattr(of, "name", None) in template.declarations else ""
        if kind == "resource":
            return
    if isinstance(node, Name):
        one = template.declarations.get(node.name)
        if one is not None and one.kind == "var":
            yield from _made_in(one.value, template)
        elif one is not None and one.kind in {"resource", "module"}:
            yield node.name
    elif isinstance(node, tuple):
        for item in node:
            yield from _made_in(item, template)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _made_in(getattr(node, field.name), template)


def names_in(node: object) -> set[str]:
    return set(re.findall(r"Name\(name='(\w+)'\)", repr(node)))


def _of(state: Deployed) -> Iterator[str]:
    roles = BUILT_IN_ROLES.keys() | {one.name for one in state.of_type("Microsoft.Authorization/roleDefinitions")}
    for one in state.resources.values():
        kind = TYPES.get(one.type) or TYPES.get(f"{one.type}/{one.name}")
        where = f"{one.file}: {one.type}"
        if kind is None:
            yield f"{where} {one.name} is not known"
            continue
        if not re.fullmatch(kind.name, one.name):
            yield f"{where} cannot be called {one.name}"
        yield from wrong({key: value for key, value in one.body.items() if key not in PLACE}, kind.body, where)
        yield from _unknown_role(one, roles)


def _unknown_role(one: Resource, roles: set[str]) -> Iterator[str]:
    if one.type == "Microsoft.Authorization/roleAssignments":
        role = str(one.body.get("properties", {}).get("roleDefinitionId", "")).rpartition("/")[2]
        if role not in roles:
            yield f"{one.file}: there is no role {role}"
