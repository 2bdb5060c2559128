"""An OpenAPI 3.1 document, made of calls and of the shapes of what they take and give: nothing is written twice."""

import re
from collections.abc import Iterable
from typing import Any

from migration.telling.answers import ProblemShown
from migration.values.value import Value
from triggers.answering.calls import Call
from triggers.answering.parameters import Parameter

type Json = dict[str, Any]

_REFUSALS = {
    400: "The body is not JSON.",
    403: "Whoever sent it may not do that.",
    404: "There is no such migration, or fleet.",
    409: "As it stands now, that cannot be done: `code` says why.",
    413: "The body is too long.",
    415: "The body does not say that it is JSON.",
    422: "What was sent makes no sense: `errors` names every field, parameter and problem.",
    503: "Azure, the records or the task hub give no answer now, or starts are paused: ask again later.",
}
OF_EVERY_CALL = (422, 503)
_OF_A_BODY = (400, 403, 413, 415)
_KEYS = {
    "functionKey": {"type": "apiKey", "in": "header", "name": "x-functions-key"},
    "functionKeyInQuery": {"type": "apiKey", "in": "query", "name": "code"},
}
_SHEET = {"text/csv": {"schema": {"type": "string"}}}
_IN_PATH = re.compile(r"\{(\w+)\}")


def describe(calls: Iterable[Call]) -> Json:
    """Return the document, but for the address of the app."""
    schemas: Json = {}
    paths: dict[str, Json] = {}
    for call in calls:
        paths.setdefault(f"/{call.path}", {})[call.method.lower()] = _operation(call, schemas)
    about = "Migrates managed images into a compute gallery. An unknown parameter or field is refused by every call."
    return {
        "openapi": "3.1.0",
        "info": {"title": "Managed image migration", "version": "1", "description": about},
        "security": [{name: []} for name in _KEYS],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": _KEYS},
    }


def _operation(call: Call, schemas: Json) -> Json:
    named = re.sub(r"\W+", "_", f"{call.method.lower()}_{call.path}").strip("_")
    found: Json = {"operationId": named, "summary": call.says, "responses": _responses(call, schemas)}
    parameters = [_in_path(name) for name in _IN_PATH.findall(call.path)] + [_in_query(one) for one in call.query]
    if parameters:
        found["parameters"] = parameters
    if call.body is not None:
        schema = _schema_of(call.body, schemas, taken=True)
        is_needed = bool(schemas[schema["$ref"].rpartition("/")[2]].get("required"))
        found["requestBody"] = {"required": is_needed, "content": {"application/json": {"schema": schema}}}
    if call.takes_sheet:
        found["requestBody"] = {"required": True, "content": _SHEET}
    return found | ({"security": []} if call.is_page else {})


def _in_path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(known: Parameter) -> Json:
    """Describe a parameter; several values are told apart by commas."""
    told: Json = {"name": known.name, "in": "query", "description": known.says}
    if not known.several:
        return told | {"schema": known.schema}
    return told | {"schema": {"type": "array", "items": known.schema, "minItems": 1}, "style": "form", "explode": False}


def _responses(call: Call, schemas: Json) -> Json:
    if call.is_page:
        page = {"text/html": {"schema": {"type": "string"}}}
        return {"default": {"description": "A page for people, whatever it says.", "content": page}}
    given = {"type": "object"} if call.gives is None else _schema_of(call.gives, schemas, taken=False)
    sheet = _SHEET if call.gives_sheet else {}
    shape = {} if sheet and call.gives is None else {"application/json": {"schema": given}}
    done = {"description": "Done, or begun.", "content": {**shape, **sheet}}
    problem = _schema_of(ProblemShown, schemas, taken=False)
    codes = sorted({*call.refuses, *OF_EVERY_CALL, *(_OF_A_BODY if call.body or call.takes_sheet else ())})
    said = {str(code): _REFUSALS[code] for code in codes} | {"default": "Anything else that went wrong."}
    content = {"application/problem+json": {"schema": problem}}
    return {str(call.status): done} | {code: {"description": text, "content": content} for code, text in said.items()}


def _schema_of(shape: type[Value], schemas: Json, *, taken: bool) -> Json:
    """Note the schema of a shape, and those that it is made of; returns a reference to it.

    What is taken is described apart from what is given, where the same shape always says everything.
    """
    ending = "Taken" if taken else ""
    place = f"#/components/schemas/{{model}}{ending}"
    made = shape.model_json_schema(by_alias=True, ref_template=place, mode="validation" if taken else "serialization")
    found = made.pop("$defs", {}) | {shape.__name__: made}
    for name, schema in found.items():
        schemas[f"{name}{ending}"] = _plain(schema, taken=taken)
    return {"$ref": place.format(model=shape.__name__)}


def _plain(schema: Json, *, taken: bool) -> Json:
    """Leave out the titles that are but names again, and say of what is taken that it holds nothing else."""
    plain = {key: _untitled(value) for key, value in schema.items() if key != "title"}
    return plain | ({"additionalProperties": False} if taken and plain.get("type") == "object" else {})


def _untitled(value: Any) -> Any:
    if isinstance(value, list):
        return [_untitled(one) for one in value]
    if isinstance(value, dict):
        return {key: _untitled(one) for key, one in value.items() if not (key == "title" and isinstance(one, str))}
    return value
