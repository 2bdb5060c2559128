"""The API definitions under specs/, and what they say of one call: is the request, is the answer as described?"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote

from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

FOLDER = Path(__file__).parent / "specs" / "specification"
DESCRIBED = (
    "compute/resource-manager/Microsoft.Compute/ComputeRP/stable/2024-07-01/image.json",
    "compute/resource-manager/Microsoft.Compute/ComputeRP/stable/2024-07-01/virtualMachine.json",
    "compute/resource-manager/Microsoft.Compute/ComputeRP/stable/2024-07-01/virtualMachineScaleSet.json",
    "compute/resource-manager/Microsoft.Compute/GalleryRP/stable/2024-03-03/gallery.json",
    "resources/resource-manager/Microsoft.Authorization/stable/2020-05-01/locks.json",
    "resources/resource-manager/Microsoft.Resources/stable/2024-07-01/resources.json",
)
_GENERIC = re.compile(
    r"Resources_\w+ById|Resources_(CheckExistence|Delete|CreateOrUpdate|Update|Get)|\w+AtResourceLevel"
)
_MANY_SEGMENTS = frozenset({"scope", "parentResourcePath"})


def _load(uri):
    return Resource.from_contents(json.loads(Path(unquote(uri.removeprefix("file://"))).read_text()), DRAFT4)


REGISTRY = Registry(retrieve=cache(_load))


@dataclass(frozen=True)
class Operation:
    """One method of one path; `uri` points at it inside its file."""

    id: str
    method: str
    template: str
    api_version: str
    uri: str
    pattern: re.Pattern
    description: dict

    def request_schema(self):
        for at, parameter in enumerate(self.description.get("parameters", ())):
            if parameter.get("in") == "body":
                return f"{self.uri}/parameters/{at}/schema"
        return None

    def response_schema(self, status):
        """(whether the status is described, its schema if it has one); 4xx and 5xx are the default answer."""
        responses = self.description["responses"]
        key = str(status) if str(status) in responses or status < 400 else "default"
        schema = f"{self.uri}/responses/{key}/schema" if "schema" in responses.get(key, ()) else None
        return key in responses, schema

    def examples(self):
        """Names and contents of those that are here."""
        file = Path(self.uri.removeprefix("file://").partition("#")[0])
        for at in self.description.get("x-ms-examples", {}).values():
            example = file.parent / at["$ref"]
            if example.exists():
                yield example.stem, json.loads(example.read_text())


@cache
def operations():
    """Every operation described, the most specific path first."""
    found = [operation for file in DESCRIBED for operation in _operations_of(FOLDER / file)]
    return sorted(found, key=lambda operation: -len(re.sub(r"\{\w+\}", "", operation.template)))


def operation_of(method, path, api_version):
    for operation in operations():
        called = (operation.method, operation.api_version) == (method, api_version)
        if called and operation.pattern.fullmatch(path):
            return operation
    return None


def _operations_of(file):
    document = json.loads(file.read_text())
    for template, methods in document["paths"].items():
        for method, description in methods.items():
            if method == "parameters" or _GENERIC.fullmatch(description["operationId"]):
                continue
            yield Operation(
                id=description["operationId"],
                method=method.upper(),
                template=template,
                api_version=document["info"]["version"],
                uri=f"{file.as_uri()}#/paths/{_pointer(template)}/{method}",
                pattern=_compiled(template),
                description=description,
            )


def _pointer(template):
    return quote(template.replace("~", "~0").replace("/", "~1"))


def _compiled(template):
    parts = re.split(r"\{(\w+)\}", template)
    for at in range(1, len(parts), 2):
        parts[at] = ".+" if parts[at] in _MANY_SEGMENTS else "[^/]+"
    return re.compile("".join(part if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.IGNORECASE)


def mistakes(schema_uri, value):
    """Where a value breaks its schema."""
    validator = Draft4Validator({"$ref": schema_uri}, registry=REGISTRY)
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]


def undeclared(schema_uri, value):
    """Properties that the definition does not know. JSON Schema lets them pass; a faithful answer has none."""
    found = REGISTRY.resolver().lookup(schema_uri)
    return list(_undeclared(found.contents, found.resolver, value, "$"))


def _undeclared(schema, resolver, value, at):
    if isinstance(value, list):
        items, resolver = _resolved(schema, resolver)[0].get("items", {}), _resolved(schema, resolver)[1]
        for number, item in enumerate(value):
            yield from _undeclared(items, resolver, item, f"{at}[{number}]")
    elif isinstance(value, dict):
        properties, others = _properties(schema, resolver)
        if not properties and not others:
            return  # any object
        for name, inner in value.items():
            if name in properties:
                yield from _undeclared(*properties[name], inner, f"{at}.{name}")
            elif not others:
                yield f"{at}.{name}"


def _properties(schema, resolver):
    """Those of the schema and of all it is made of, each with the resolver of its file; and whether others may be."""
    schema, resolver = _resolved(schema, resolver)
    properties = {name: (inner, resolver) for name, inner in schema.get("properties", {}).items()}
    others = "additionalProperties" in schema
    for part in schema.get("allOf", ()):
        inherited, more = _properties(part, resolver)
        properties, others = inherited | properties, others or more
    return properties, others


def _resolved(schema, resolver):
    while "$ref" in schema:
        found = resolver.lookup(schema["$ref"])
        schema, resolver = found.contents, found.resolver
    return schema, resolver
