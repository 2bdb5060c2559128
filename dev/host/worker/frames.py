"""Frames between the host and its worker: four bytes of length, then JSON in which bytes travel as base64."""

import asyncio
import base64
import json
import socket
import struct
from typing import Any

Frame = dict[str, Any]
LENGTH = struct.Struct("!I")


def encode(frame: Frame) -> bytes:
    body = json.dumps(frame, default=_wrap_bytes).encode()
    return LENGTH.pack(len(body)) + body


def decode(body: bytes) -> Frame:
    frame: Frame = json.loads(body, object_hook=_unwrap_bytes)
    return frame


def receive(connection: socket.socket) -> Frame | None:
    """Wait for the next frame; None when the other side is gone."""
    header = receive_exactly(connection, LENGTH.size)
    if header is None:
        return None
    body = receive_exactly(connection, LENGTH.unpack(header)[0])
    return None if body is None else decode(body)


async def next_frame(reader: asyncio.StreamReader) -> Frame | None:
    """As `receive`, on an event loop."""
    try:
        (size,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
        return decode(await reader.readexactly(size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def receive_exactly(connection: socket.socket, size: int) -> bytes | None:
    received = bytearray()
    while len(received) < size:
        chunk = connection.recv(min(size - len(received), 1 << 20))
        if not chunk:
            return None
        received += chunk
    return bytes(received)


def _wrap_bytes(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError(f"{type(value).__name__} cannot travel between host and worker")


def _unwrap_bytes(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["$bytes"]) if value.keys() == {"$bytes"} else value
