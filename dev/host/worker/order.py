"""What the host orders of its fork server, and how that travels: JSON, and open files beside it."""

import json
import os
import socket
from pathlib import Path
from typing import NamedTuple

from dev.host.worker import frames

HOST_ROOT = str(Path(__file__).resolve().parents[3])


class Order(NamedTuple):
    """A worker to be started: its folder and whole environment, and the files it shall have."""

    app_dir: str
    environment: dict[str, str]
    connection: socket.socket
    life: socket.socket
    output: int
    errors: int

    def close(self) -> None:
        self.connection.close()
        self.life.close()
        os.close(self.output)
        os.close(self.errors)


def send_order(server: socket.socket, order: Order) -> None:
    body = json.dumps([order.app_dir, order.environment]).encode()
    files = [order.connection.fileno(), order.life.fileno(), order.output, order.errors]
    socket.send_fds(server, [frames.LENGTH.pack(len(body))], files)
    server.sendall(body)


def receive_order(host: socket.socket) -> Order | None:
    header, files, _, _ = socket.recv_fds(host, frames.LENGTH.size, 4)
    if not header:
        return None
    app_dir, environment = json.loads(frames.receive_exactly(host, frames.LENGTH.unpack(header)[0]) or b"")
    connection, life, output, errors = files
    return Order(app_dir, environment, socket.socket(fileno=connection), socket.socket(fileno=life), output, errors)
