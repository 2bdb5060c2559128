"""What Microsoft's Python SDKs say of one call: its method, path and api-version, its statuses, its models."""

import re
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from azure.core.exceptions import HttpResponseError
from azure.core.paging import ItemPaged
from azure.core.polling import LROPoller

from tests.emulator.sdk.clients import every_method
from tests.emulator.sdk.fields import Shape, fields_of, is_model

# What these answer depends on a type of resource that is an argument: they would describe every path there is. And what
# the SDK says of locks at each level, it says of locks at a scope.
_GENERIC = re.compile(r"resources\.(\w+_by_id|(begin_)?(check_existence|create_or_update|delete|get|update))|.*_level")
_ARGUMENT = re.compile(r"/\(parent_resource_path\)|\(\w+\)")
_GAPS = {"(scope)": ".+", "/(parent_resource_path)": "(?:/.+)?"}


@dataclass(frozen=True)
class Operation:
    """A method of an SDK. `send(status)` calls it and has it answered with that status and an empty object."""

    id: str
    function: Callable
    send: Callable[[int], None]
    method: str
    template: str
    api_version: str
    raised: type

    @cached_property
    def pattern(self):
        literals, arguments = _ARGUMENT.split(self.template), _ARGUMENT.findall(self.template)
        gaps = [_GAPS.get(argument, "[^/]+") for argument in arguments]
        both = zip(map(re.escape, literals), [*gaps, ""], strict=True)
        return re.compile("".join(part for pair in both for part in pair), re.IGNORECASE)

    @cached_property
    def sent(self):
        """The model of the request's body, or None."""
        for hint in typing.get_type_hints(self.function).values():
            kinds = typing.get_args(hint)
            if any((typing.get_origin(kind) or kind) is typing.IO for kind in kinds):
                return next(filter(is_model, kinds), None)
        return None

    @cached_property
    def answered(self):
        """The model of what comes back, a page of a list included; bool where only the status counts, or None."""
        returned = typing.get_type_hints(self.function)["return"]
        if typing.get_origin(returned) in (ItemPaged, Iterable):
            return Shape.of_page(typing.get_args(returned)[0])
        kind = typing.get_args(returned)[0] if typing.get_origin(returned) is LROPoller else returned
        return None if kind is type(None) else kind

    @property
    def error(self):
        """The model of an answer that refuses. Those of two packages wrap it once more, which no answer does."""
        inner = fields_of(self.raised)["error"].type
        return inner if "error" in fields_of(inner) else self.raised

    @cache  # noqa: B019 - operations live as long as the process
    def takes(self, status):
        """Whether this status is one of success."""
        try:
            self.send(status)
        except HttpResponseError:
            return False
        return True


@cache
def operations():
    """Every operation, the most specific path first."""
    found = [Operation(name, *rest) for name, *rest in every_method() if not _GENERIC.fullmatch(name)]
    return sorted(found, key=lambda operation: -len(_ARGUMENT.sub("", operation.template)))


def operation_of(method, path):
    for operation in operations():
        if operation.method == method and operation.pattern.fullmatch(path):
            return operation
    return None
