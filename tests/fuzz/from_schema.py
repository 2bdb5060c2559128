"""Values that a JSON Schema of the OpenAPI document allows, and the many ways to break one: for Hypothesis.

As much of JSON Schema as the document uses; any other word in a schema is an error, so that nothing is left out
unseen.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

type Json = Any

KNOWN = {
    *(
        "$ref",
        "anyOf",
        "enum",
        "const",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "description",
    ),
    *("default", "minLength", "maxLength", "minimum", "maximum", "minItems", "format", "ge", "le"),
}
LONG = 5_000
ODD_TEXTS = (
    *("", " ", "\x00", "\n", "\ufeff", "\u202e", "\u200b", "\ud800", "😀" * 40, "愛" * 300, "x" * LONG, "e\u0301" * 50),
    *("null", "NaN", "1e999", "0x10", "١٢", "-0", "true", "default", "none", "never", "P9999999999D", "2027-02-30"),
    *("%00", "%2F..%2F", "../..", "a/b", "a=b;c", "=;=", ",,,", "' or 1 eq 1 or '", '"', "\\", "<b>", "{0}", "%s"),
    *("2026-01-01T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01"),
    *("/subscriptions/x", "westus2=0", "westus2=1e3", "0.0.0", "1.2.99999999999", "4294967296.0.0"),
)
ODD_NUMBERS = (0, -1, 1, 101, 2**31, 2**63, 10**400, -0.0, 0.5, 1e308, float("nan"), float("inf"), float("-inf"))
ODD = (None, True, False, *ODD_NUMBERS, *ODD_TEXTS, [], {}, [None], [[[]]], {"": ""}, {"x": {"y": []}}, ["x"] * 400)


def odd() -> st.SearchStrategy[Json]:
    """What nobody asked for: of any type, and extreme."""
    text = st.text(max_size=30)
    plain = st.none() | st.booleans() | st.integers() | st.floats() | text
    nested = st.recursive(plain, lambda one: st.lists(one, max_size=3) | st.dictionaries(text, one, max_size=3))
    return st.sampled_from(ODD).map(deepcopy) | nested


class Schemas:
    """The shapes of a document. `likely` are values by the name of the field that they make sense in."""

    def __init__(self, document: Json, likely: Mapping[str, tuple[Json, ...]]) -> None:
        self._shapes, self._likely = document["components"]["schemas"], likely

    def resolved(self, schema: Json) -> Json:
        unknown = schema.keys() - KNOWN
        assert not unknown, f"nothing is generated for {unknown}"
        if "$ref" in schema:
            return self.resolved(self._shapes[schema["$ref"].rpartition("/")[2]])
        return schema

    def valid(self, schema: Json, name: str = "") -> st.SearchStrategy[Json]:
        """Return what the schema allows; a field of a known name mostly makes sense, too."""
        schema = self.resolved(schema)
        if name in self._likely:
            return st.sampled_from(self._likely[name])
        if "anyOf" in schema:
            return st.one_of([self.valid(one, name) for one in schema["anyOf"]])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        return self._of_type(schema)

    def _of_type(self, schema: Json) -> st.SearchStrategy[Json]:
        match schema["type"]:
            case "null":
                return st.none()
            case "boolean":
                return st.booleans()
            case "integer":
                return st.integers(schema.get("minimum"), schema.get("maximum"))
            case "string":
                letters = st.characters(exclude_categories=["C"])
                return st.text(
                    letters, min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 20), 20)
                )
            case "array":
                return st.lists(self.valid(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
            case "object":
                return self._object(schema)
        raise AssertionError(schema)

    def _object(self, schema: Json) -> st.SearchStrategy[Json]:
        fields, needed = schema.get("properties", {}), schema.get("required", [])
        if not fields and isinstance(schema.get("additionalProperties"), dict):
            return st.dictionaries(st.text(max_size=10), self.valid(schema["additionalProperties"]), max_size=3)
        made = {name: self.valid(one, name) for name, one in fields.items()}
        optional = {name: one for name, one in made.items() if name not in needed}
        return st.fixed_dictionaries({name: made[name] for name in needed}, optional=optional)

    def broken(self, schema: Json) -> st.SearchStrategy[Json]:
        """Return a value of the schema with one to four places in it broken, or anything at all."""
        return mutated(self.valid(schema)) | odd()


@st.composite
def mutated(draw: st.DrawFn, values: st.SearchStrategy[Json]) -> Json:
    """Return a value that was broken in one to four places: odd, missing, doubled, wrapped, cut, or with more in it."""
    value = json.loads(json.dumps(draw(values)))
    for _ in range(draw(st.integers(1, 4))):
        value = _break(draw, value)
    return value


def _break(draw: st.DrawFn, value: Json) -> Json:
    places = [*_places(value)]
    if not places:
        return draw(odd())
    holder, key = draw(st.sampled_from(places))
    known = holder[key]
    way = draw(st.sampled_from(("odd", "missing", "wrapped", "extra", "cut", "other")))
    if way == "missing":
        del holder[key]
    elif way == "wrapped":
        holder[key] = draw(st.sampled_from(([known], {"value": known}, json.dumps(known))))
    elif way == "extra" and isinstance(holder, dict):
        holder[draw(st.sampled_from(("colour", "", "__class__", f"{key} ", str(key).upper())))] = draw(odd())
    elif way == "extra":
        holder.extend([known] * draw(st.sampled_from((1, 2, 400))))
    elif way == "cut" and isinstance(known, str):
        holder[key] = known[: draw(st.integers(0, len(known)))]
    elif way == "other":  # a value of another place of the same document
        from_holder, from_key = draw(st.sampled_from(places))
        holder[key] = json.loads(json.dumps(from_holder[from_key]))
    else:
        holder[key] = draw(odd())
    return value


def _places(value: Json) -> list[tuple[Any, Any]]:
    """Return every place in a document: what holds it, and its name or number there."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, one in entries for place in [(value, key), *_places(one)]]
