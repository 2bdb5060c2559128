"""Calling the engine's gRPC methods from the same process: what a refused call becomes."""

from typing import NoReturn, cast

import grpc


class EngineRefusedError(Exception):
    """The engine refused a call, as gRPC would have refused it with this status code."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__(details)
        self.code = code


class _DirectCall:
    """The part of a call's context that the engine uses; nothing came over a wire: there is no deadline."""

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        raise EngineRefusedError(code, details)

    def time_remaining(self) -> None:
        return None


DIRECT_CALL = cast("grpc.ServicerContext", _DirectCall())
