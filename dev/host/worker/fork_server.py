"""The process that workers are forked from: it has imported what apps import, which is most of what a start takes.

Started by the host only, with its end of a socket; ends when that socket closes. What an app finds is that of a process
of its own: its folder, its settings and none of another worker's modules, for nothing of an app is ever loaded here.
"""

import gc
import importlib
import os
import signal
import socket
import sys
import time
from contextlib import suppress

from dev.host.worker import child, frames
from dev.host.worker.order import HOST_ROOT, Order, receive_order

_IMPORTS = (
    "azure.durable_functions",
    "azure.functions",
    "azure.identity.aio",
    "azure.mgmt.core.policies",
    "opentelemetry.sdk.trace",
    "pydantic_settings",
)


def _orders(host: socket.socket) -> Order | None:
    """Fork a process for each order. Gives it back in that process, and None in this one when the host is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how those ended that tell of a worker
    while order := receive_order(host):
        if os.fork() == 0:
            host.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return order
        order.close()
    return None


def _is_the_worker(order: Order) -> bool:
    """Fork the worker, where the answer is yes; in this process wait, and tell the host its id and how it ended."""
    worker = os.fork()
    if worker == 0:
        return True
    with suppress(OSError):  # the host may be gone
        order.life.sendall(frames.encode({"pid": worker}))
    order.connection.close()  # or the worker would never learn that the host is gone
    code = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    with suppress(OSError):
        order.life.sendall(frames.encode({"code": code}))
    return False


def _become(order: Order) -> None:
    """Folder, environment, output and path are the app's, and nothing of the host's."""
    for target, file in ((sys.stdout, order.output), (sys.stderr, order.errors)):
        os.dup2(file, target.fileno())
    order.life.close()
    os.environ.clear()
    os.environ.update(order.environment)
    time.tzset()
    importlib.reload(sys.modules["aiohttp.connector"])  # it reads which certificates to trust as it is imported
    os.chdir(order.app_dir)
    own = ("", order.app_dir, HOST_ROOT)
    users = [path for path in order.environment.get("PYTHONPATH", "").split(os.pathsep) if path not in own]
    sys.path[:] = list(dict.fromkeys([order.app_dir, *users, *(path for path in sys.path if path not in own)]))


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole process group; the host decides
    for name in _IMPORTS:
        with suppress(ModuleNotFoundError):  # an app without it does not miss it
            importlib.import_module(name)
    gc.freeze()  # or the first collection in a worker would touch, and so copy, all of this memory
    order = _orders(socket.socket(fileno=int(sys.argv[1])))
    if order and _is_the_worker(order):
        _become(order)
        child.main(order.connection, order.app_dir)


if __name__ == "__main__":
    main()
