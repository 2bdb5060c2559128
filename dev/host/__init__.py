"""The local Functions host: runs any azure-functions-durable 2.x app folder on this machine. Never shipped.

From the bottom up, each importing from those before it only: `engine` keeps the state of orchestrations, `worker` runs
the app's code, `settings` reads host.json, `front` is HTTP as such, `triggers` set functions off, `durable_api` manages
instances over HTTP, `stage` plays orchestrators without a host, `running` puts all together.
"""

from dev.host.engine.limits import Limits
from dev.host.running.in_thread import RunningHost, running_host
from dev.host.worker.process import AppLoadError

__all__ = ["AppLoadError", "Limits", "RunningHost", "running_host"]
