"""What a model class of Microsoft's SDKs says of the JSON it stands for, whichever generator wrote it.

Newer packages describe a model with `rest_field`s and annotations, older ones with `_attribute_map` and `_validation`,
whose dotted keys lead through objects that have no class of their own.
"""

import re
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

_PLAIN = {
    "str": str,
    "bool": bool,
    "int": int,
    "long": int,
    "float": float,
    "iso-8601": datetime,
    "duration": timedelta,
    "object": Any,
}
_DOT = re.compile(r"(?<!\\)\.")


@dataclass(frozen=True)
class Field:
    """`type` is one of Python's, an Enum, list[...] or dict[str, ...] of one, a model class or a Shape."""

    type: Any
    required: bool = False
    read_only: bool = False


class Shape:
    """An object for which there is no class."""

    __name__ = "object"

    def __init__(self, fields):
        self.fields = fields

    @classmethod
    def of_page(cls, item):
        return cls({"value": Field(_list_of(item), required=True), "nextLink": Field(str)})


def is_model(kind):
    return hasattr(kind, "_attribute_map") or hasattr(kind, "_is_model")


def is_enum(kind):
    return isinstance(kind, type) and issubclass(kind, Enum)


def variant_of(model, value):
    """The subclass that the value names, where a model has some."""
    for attribute, kinds in getattr(model, "_subtype_map", {}).items():
        named = kinds.get(value.get(model._attribute_map[attribute]["key"]))
        return getattr(sys.modules[model.__module__], named) if named else model
    return model


@cache
def fields_of(shape):
    """The fields by their names in JSON."""
    if isinstance(shape, Shape):
        return shape.fields
    return _of_attribute_map(shape) if hasattr(shape, "_attribute_map") else _of_rest_fields(shape)


def _hints(described, model):
    """Annotations, in which the generated code calls the package of its models `_models`."""
    return get_type_hints(described, localns={"_models": sys.modules[model.__module__.rpartition(".")[0]]})


def _of_rest_fields(model):
    found = {}
    for attribute, hint in _hints(model, model).items():
        described = next((vars(kind)[attribute] for kind in model.__mro__ if attribute in vars(kind)), None)
        if hasattr(described, "_visibility"):
            optional = type(None) in get_args(hint)
            read_only = described._visibility == ["read"]
            found[described._rest_name_input or attribute] = Field(_plain(hint), not optional, read_only)
    return found


def _plain(hint):
    """The type of a field: without None; of `str | SomeEnum` the enum, whose values are all that the service knows."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Union:
        kinds = [kind for kind in inner if kind is not type(None)]
        return _plain(next(filter(is_enum, kinds), kinds[0]))
    return origin[(*inner[:-1], _plain(inner[-1]))] if origin in (list, dict) else hint


def _of_attribute_map(model):
    hints, tree = _hints(model.__init__, model), {}
    for attribute, entry in model._attribute_map.items():
        rules = model._validation.get(attribute, {})
        kind = _plain(hints[attribute]) if attribute in hints else _parsed(entry["type"], model)
        *around, name = [part.replace("\\.", ".") for part in _DOT.split(entry["key"])]
        inside = tree
        for step in around:
            inside = inside.setdefault(step, {})
        inside[name] = Field(kind, bool(rules.get("required")), bool(rules.get("readonly")))
    return _nested(tree)


def _nested(tree):
    return {name: _shape(inside) if isinstance(inside, dict) else inside for name, inside in tree.items()}


def _shape(tree):
    fields = _nested(tree)
    return Field(Shape(fields), any(field.required for field in fields.values()))


def _parsed(kind, model):
    if kind[0] == "[":
        return _list_of(_parsed(kind[1:-1], model))
    if kind[0] == "{":
        inner: Any = _parsed(kind[1:-1], model)
        return dict[str, inner]
    return _PLAIN.get(kind) or getattr(sys.modules[model.__module__], kind)


def _list_of(kind: Any) -> Any:
    return list[kind]
