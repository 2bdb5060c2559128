"""The worker protocol's messages as plain objects, which is all that the production worker library asks for.

In Azure these are protobuf messages; the library receives their classes as one module-like object, `protos`, and only
constructs them with keywords and reads attributes.
"""

from types import SimpleNamespace
from typing import Any

from dev.host.worker.frames import Frame


class Message(SimpleNamespace):
    """A message: attributes from keywords; a field that was not set reads as None."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "TypedData":  # asked for to tell a module from a message
            raise AttributeError(name)
        return None


class TypedData(Message):
    """A value together with its kind: string, json, bytes, http, int or double."""

    def WhichOneof(self, _group: str) -> str | None:  # noqa: N802 - protobuf's name
        return next(iter(vars(self)), None)


class ParameterBinding(Message):
    """A value for one parameter of a function."""

    def WhichOneof(self, _group: str) -> str:  # noqa: N802 - protobuf's name
        return "data"


class StatusResult(Message):
    """How a request ended."""

    Failure, Success = 0, 1


class BindingInfo(Message):
    """A binding, with the numbers that stand for directions and data types."""

    undefined = 0
    out, inout = 1, 2


class RpcHttpCookie(Message):
    """A cookie of a response."""

    SameSite = SimpleNamespace(**{"None": "", "Lax": "Lax", "Strict": "Strict", "ExplicitNone": "None"})


class Protos:
    """What the library takes for the module of generated messages."""

    BindingInfo = BindingInfo
    ParameterBinding = ParameterBinding
    RpcHttpCookie = RpcHttpCookie
    StatusResult = StatusResult
    TypedData = TypedData

    def __getattr__(self, name: str) -> type[Message]:
        return Message


def typed_data_from_json(value: Frame) -> TypedData:
    """`{"json": "…"}`, `{"string": "…"}`, `{"bytes": b"…"}` or `{"http": {…}}` as the library wants to have it."""
    if "http" not in value:
        return TypedData(**value)
    http = value["http"]
    return TypedData(http=Message(**{**http, "body": typed_data_from_json(http["body"])}))


def typed_data_to_json(value: TypedData | None) -> Frame | None:
    if value is None or value.WhichOneof("data") is None:
        return None
    if value.http is None:
        return dict(vars(value))
    http = value.http
    return {
        "http": {
            "status_code": http.status_code,
            "headers": http.headers,
            "cookies": [_cookie_to_json(cookie) for cookie in http.cookies or []],
            "body": typed_data_to_json(http.body),
        }
    }


def _cookie_to_json(cookie: Message) -> Frame:
    """Attribute values come wrapped in messages of their own, times as protobuf timestamps."""
    plain: Frame = {}
    for name, value in vars(cookie).items():
        unwrapped = value.value if isinstance(value, Message) else value
        plain[name] = getattr(unwrapped, "seconds", unwrapped)
    return plain
