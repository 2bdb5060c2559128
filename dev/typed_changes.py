"""A plugin of mypy, named in pyproject.toml: a call of `Record.changed` takes the fields of the value, and their types.

A signature cannot say that. `changed` declares that it takes nothing (`**changes: Never`), so whatever this does not
understand is an error: a value that is only known as `Self`, `Run.changed(run, ...)`, `partial(run.changed, ...)`.
"""

from collections.abc import Callable

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ARG_NAMED_OPT, ARG_STAR2, CallExpr, Expression, TypeInfo, Var
from mypy.plugin import MethodSigContext, Plugin
from mypy.types import AnyType, FunctionLike, Instance, Type, TypedDictType, TypeOfAny, get_proper_type

VALUE = "migration.values.value.Value"
CHANGED = "changed"


def plugin(_version: str) -> type[Plugin]:
    """Where mypy begins."""
    return TypedChanges


class TypedChanges(Plugin):
    """Looks at every method of that name: mypy names the class of the value, not the one that defines the method."""

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        return _signature if fullname.endswith(f".{CHANGED}") else None


def _signature(call: MethodSigContext) -> FunctionLike:
    value = call.type
    if not isinstance(value, Instance) or not _is_record(value.type):
        return call.default_signature
    if unnamed := _unnamed(call):
        call.api.fail('Name the fields that "changed" is to change', unnamed)
        return call.default_signature.copy_modified(arg_types=[AnyType(TypeOfAny.from_error)])
    fields = _fields(value)
    return call.default_signature.copy_modified(
        arg_names=list(fields), arg_types=list(fields.values()), arg_kinds=[ARG_NAMED_OPT] * len(fields)
    )


def _is_record(info: TypeInfo) -> bool:
    """Tell whether the method is the one of `Value`, not another of that name."""
    defines = info.get_containing_type_info(CHANGED)
    return defines is not None and defines.fullname == VALUE


def _unnamed(call: MethodSigContext) -> Expression | None:
    """Return the `**changes` of which nobody knows the names; those of a TypedDict are known."""
    assert isinstance(call.context, CallExpr)
    for argument, kind in zip(call.context.args, call.context.arg_kinds, strict=True):
        if kind is ARG_STAR2 and not isinstance(get_proper_type(call.api.get_expression_type(argument)), TypedDictType):
            return argument
    return None


def _fields(value: Instance) -> dict[str, Type]:
    """Return the type of each field, inherited ones first, as pydantic tells fields from what is none."""
    fields: dict[str, Type] = {}
    for info in reversed(value.type.mro):
        own = map_instance_to_supertype(value, info)
        for name, symbol in info.names.items():
            node = symbol.node
            if isinstance(node, Var) and node.type is not None and _is_field(node):
                fields[name] = expand_type_by_instance(node.type, own)
    return fields


def _is_field(node: Var) -> bool:
    return not (node.is_classvar or node.name.startswith("_") or node.name == "model_config")
