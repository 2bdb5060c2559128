"""Faults on request: which of the next calls or operations go wrong, and how. Rules only; `misbehaving` plays them.

A fault is JSON (POST /_emulator/faults). It matches calls on a `service` ("arm" unless it says "storage") by `method`
("*": any) and `path` (a regular expression found anywhere in the path, in any case), or long-running operations by
`operation` (a name from the durations, e.g. "imageVersionCreate"). It passes the first `skip` matches and plays the
next `times` (null: until removed).

What happens, one or more of:
    "error": {"status", "code", "message", "target"?, "headers"?}   refuse the call, or end the operation with it
    "throttle": "compute" | "subscription" | "resource" | "plain"   429 in one of the recorded forms,
    "retryAfterSeconds": n                                          with Retry-After n (as sent), or without
    "delaySeconds": n                                               real seconds before anything else happens, or until
                                                                    it is removed
    "hang": true                                                    no answer until the client goes away
    "drop": "before" | "after"                                      close the connection without, or with the effect
    "corrupt": "truncated" | "empty" | "html" | "hollow"            the right status with a useless body ("hollow": {})
"""

import asyncio
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    PrivateAttr,
    model_validator,
)
from pydantic.alias_generators import to_camel

from dev.emulator.vocabulary.errors import ArmError, ErrorKind
from dev.emulator.wishes.settings import RECORDED_SECONDS
from dev.emulator.wishes.throttling_errors import (
    COMPUTE_REQUESTS_THROTTLED,
    RESOURCE_REQUESTS_THROTTLED,
    SUBSCRIPTION_REQUESTS_THROTTLED,
    THROTTLED_INSIDE,
    TOO_MANY_REQUESTS,
)

_THROTTLES = {
    "compute": COMPUTE_REQUESTS_THROTTLED,
    "subscription": SUBSCRIPTION_REQUESTS_THROTTLED,
    "resource": RESOURCE_REQUESTS_THROTTLED,
    "plain": TOO_MANY_REQUESTS,
}


class _Wish(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class WishedError(_Wish):
    """Any refusal, word for word."""

    status: int = Field(ge=400, le=599)
    code: str
    message: str
    target: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)

    def error(self) -> ArmError:
        kind = ErrorKind(self.status, self.code, "{message}", "{target}" if self.target else None, self.headers)
        return ArmError(kind, message=self.message, target=self.target)


class Fault(_Wish):
    """See the module."""

    service: Literal["arm", "storage"] = "arm"
    method: str = "*"
    path: str = ""
    operation: str | None = None
    skip: NonNegativeInt = 0
    times: PositiveInt | None = 1
    error: WishedError | None = None
    throttle: Literal["compute", "subscription", "resource", "plain"] | None = None
    retry_after_seconds: NonNegativeInt | None = None
    delay_seconds: NonNegativeFloat = 0.0
    hang: bool = False
    drop: Literal["before", "after"] | None = None
    corrupt: Literal["truncated", "empty", "html", "hollow"] | None = None
    id: str = Field(default_factory=lambda: uuid.uuid4().hex[:8])
    _removed: asyncio.Event = PrivateAttr(default_factory=asyncio.Event)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        effects = (self.error, self.throttle, self.delay_seconds, self.hang, self.drop, self.corrupt)
        if not any(effects):
            raise ValueError("a fault needs an effect")
        if self.operation and (self.error is None or sum(map(bool, effects)) > 1):
            raise ValueError("an operation can only end with an error")
        if self.throttle and self.service != "arm":
            raise ValueError("the recorded forms of 429 are Resource Manager's; ask for an error instead")
        if self.operation and self.operation not in RECORDED_SECONDS:
            raise ValueError(f"unknown operation: {self.operation}")
        re.compile(self.path)
        return self

    async def delay(self) -> None:
        """Wait as long as it says; no longer than until it is removed."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._removed.wait(), self.delay_seconds)

    def end(self) -> None:
        """Let the calls go on that it delays."""
        self._removed.set()

    def matches(self, service: str, method: str, path: str) -> bool:
        named = self.service == service and self.method in ("*", method) and self.operation is None
        return named and re.search(self.path, path, re.IGNORECASE) is not None

    def refusal(self, method: str, path: str) -> ArmError | None:
        if self.error:
            return self.error.error()
        if self.throttle is None:
            return None
        advice = self.retry_after_seconds
        return ArmError(
            _THROTTLES[self.throttle],
            details=[{"code": "TooManyRequests", "target": method}] if self.throttle == "compute" else (),
            inner_error=THROTTLED_INSIDE if self.throttle == "compute" else None,
            more_headers={} if advice is None else {"Retry-After": str(advice)},
            subscription=[*path.split("/"), "", "", ""][2],
            operation=f"{method} {path}",
            seconds=advice or 0,
        )

    def document(self) -> dict[str, Any]:
        """What is left of it."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Faults:
    """The faults still to play, in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._delaying: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._waiting))

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def remove(self, fault_id: str | None = None) -> None:
        """One, or all, and what they delay."""
        for fault in self._delaying:
            if fault_id in (None, fault.id):
                fault.end()
        self._delaying = [fault for fault in self._delaying if fault_id not in (None, fault.id)]
        self._waiting = [fault for fault in self._waiting if fault_id not in (None, fault.id)]

    def take(self, method: str, path: str, service: str = "arm") -> Fault | None:
        """The first fault that this call meets."""
        return self._taken([fault for fault in self._waiting if fault.matches(service, method, path)])

    def take_failure(self, operation: str) -> ArmError | None:
        """How an operation of this kind is to end, if not well."""
        fault = self._taken([fault for fault in self._waiting if fault.operation == operation])
        return fault.error.error() if fault and fault.error else None

    def _taken(self, matching: list[Fault]) -> Fault | None:
        for fault in matching:
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.delay_seconds and fault not in self._delaying:
                self._delaying.append(fault)
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
            return fault
        return None
