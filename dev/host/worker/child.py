"""The child process: loads a Functions app with the production worker library and runs its invocations.

It ends when the host's socket closes, so that it never outlives the host, even one that was killed.
"""

import asyncio
import contextvars
import json
import logging
import os
import socket
import sys
import threading
from typing import Any

import azure_functions_runtime as runtime  # type: ignore[import-untyped]  # it brings no types

from dev.host.worker import frames
from dev.host.worker.messages import Message, Protos, StatusResult, typed_data_from_json, typed_data_to_json

_CHATTY_LOGGERS = ("azure.functions", "azure.durable_functions", "azure.core", "azure.identity", "durabletask")
_HTTP_STREAMING_CAPABILITY = "HttpUri"
_log = logging.getLogger("host.worker")


class Worker:
    """Answers the host's frames, each invocation in a task of its own."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, app_dir: str) -> None:
        runtime.start_threadpool_executor()
        self._send(await _load(app_dir))
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._receive, args=(loop,), daemon=True).start()
        await asyncio.Event().wait()

    def _receive(self, loop: asyncio.AbstractEventLoop) -> None:
        """Runs in its own thread: an app that blocks the event loop must still die with the host."""
        while (frame := frames.receive(self._connection)) is not None:
            loop.call_soon_threadsafe(self._start, frame)
        os._exit(0)

    def _start(self, frame: frames.Frame) -> None:
        task = asyncio.create_task(self._invoke(frame), context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _invoke(self, frame: frames.Frame) -> None:
        response = await runtime.invocation_request(_invocation(frame))
        if response.result.status == StatusResult.Success:
            outputs = {output.name: typed_data_to_json(output.data) for output in response.output_data}
            value = typed_data_to_json(response.return_value)
            self._send({"id": frame["id"], "ok": True, "value": value, "outputs": outputs})
        else:
            error = response.result.exception
            _log.error("Executed '%s' (Failed, Id=%s)\n%s", frame["name"], frame["id"], error.stack_trace)
            self._send({"id": frame["id"], "ok": False, "error": error.message, "stack": error.stack_trace})

    def _send(self, frame: frames.Frame) -> None:
        self._connection.sendall(frames.encode(frame))


async def _load(app_dir: str) -> frames.Frame:
    """Load the app and describe its functions, or say with the app's own traceback why that failed."""
    init = Message(capabilities={}, function_app_directory=app_dir)
    response = await runtime.worker_init_request(_request("worker_init_request", init))
    if response.result.status != StatusResult.Success:
        error = response.result.exception
        return {"ok": False, "error": error.message, "stack": error.stack_trace}
    if _HTTP_STREAMING_CAPABILITY in response.capabilities:
        return {"ok": False, "error": "HTTP streaming is not supported by this host", "stack": ""}
    metadata = (await runtime.functions_metadata_request(None)).function_metadata_results
    if not metadata:
        return {"ok": False, "error": f"No function_app.py with functions found in {app_dir}", "stack": ""}
    for function in metadata:
        load = Message(function_id=function.function_id, metadata=function)
        await runtime.function_load_request(_request("function_load_request", load))
    return {"ok": True, "functions": [_describe(function) for function in metadata]}


def _describe(function: Message) -> frames.Frame:
    return {
        "id": function.function_id,
        "name": function.name,
        "bindings": [json.loads(binding) for binding in function.raw_bindings],
    }


def _invocation(frame: frames.Frame) -> Message:
    invocation = Message(
        invocation_id=frame["id"],
        function_id=frame["function"],
        input_data=[
            Protos.ParameterBinding(name=name, data=typed_data_from_json(value))
            for name, value in frame["inputs"].items()
        ],
        trigger_metadata={name: typed_data_from_json(value) for name, value in frame["metadata"].items()},
        trace_context=Message(trace_parent=frame["trace_parent"], trace_state="", attributes={}),
        retry_context=Message(retry_count=0, max_retry_count=0),
    )
    return _request("invocation_request", invocation)


def _request(kind: str, content: Message) -> Message:
    properties: dict[str, Any] = {"host": "127.0.0.1", "protos": Protos()}
    return Message(request=Message(**{kind: content}), properties=properties)


def main(connection: socket.socket, app_dir: str) -> None:
    logging.basicConfig(
        level=logging.INFO, format="[%(asctime)s] %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    for name in _CHATTY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    asyncio.run(Worker(connection).run(app_dir))
