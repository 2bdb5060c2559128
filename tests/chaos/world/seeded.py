"""What a process takes from its surroundings, from a seed instead: the time, ids, tokens, samples."""

import base64
import importlib
import pkgutil
import random
import secrets
import sys
import uuid
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

import pytest

from notifying.services import service_at

# Rooms of the app, the engine and the emulated Azure: whoever of them looks at the time looks at the world's.
ROOMS = (
    *("activities", "arm", "hub", "migration", "notifying", "orchestrators", "records", "steering", "telemetry"),
    *("triggers", "web", "dev.emulator", "dev.host", "durabletask", "azure.durable_functions"),
)


_NOBODY = uuid.UUID(int=0)
LATE = ("azure.mgmt.compute.aio", "azure.data.tables.aio", "azure.identity.aio")  # imported by the app on first use


def complete_process() -> None:
    """Import whatever the app imports late: it is there for every world of a process, or for none."""
    for name in LATE:
        importlib.import_module(name)
    service_at("json://mail.example.net/nobody")  # apprise reads its plug-ins
    for room in ROOMS[: ROOMS.index("dev.emulator")]:
        package = importlib.import_module(room)
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            importlib.import_module(found.name)


def take_from_seed(patch: pytest.MonkeyPatch, numbers: random.Random, now: Callable[[], datetime]) -> None:
    """Until `patch` is undone, nothing of these rooms differs from one process to the next."""
    patch.setattr(uuid, "uuid4", lambda: uuid.UUID(bytes=numbers.randbytes(16), version=4))
    patch.setattr(uuid, "uuid1", lambda *_: _NOBODY)  # of requests, which nobody reads; the real one is slow
    patch.setattr(secrets, "token_bytes", lambda length=32: numbers.randbytes(length))
    patch.setattr(secrets, "token_hex", lambda length=32: numbers.randbytes(length).hex())
    patch.setattr(secrets, "token_urlsafe", lambda length=32: _urlsafe(numbers.randbytes(length)))
    patch.setattr(random, "sample", numbers.sample)
    for module in list(sys.modules.values()):
        if _is_of_rooms(getattr(module, "__name__", "")) and vars(module).get("datetime") is datetime:
            patch.setattr(module, "datetime", _time_of(now))


def _is_of_rooms(name: str) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in ROOMS)


def _urlsafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _time_of(now: Callable[[], datetime]) -> type[datetime]:
    class _Either(type(datetime)):  # type: ignore[misc]  # the kind of all classes, which is what it is
        def __instancecheck__(cls, one: Any) -> bool:
            return isinstance(one, datetime)

    class WorldTime(datetime, metaclass=_Either):
        """The class of all times, but for what it takes for now; what it makes are plain ones."""

        def __new__(cls, *parts: Any, **more: Any) -> datetime:  # type: ignore[misc]  # a plain time is what is made
            return datetime(*parts, **more)  # noqa: DTZ001 - whoever calls it says of which zone

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # of a class that makes others
            return now().astimezone(tz)

    return WorldTime
