"""The local Functions host: runs any azure-functions-durable 2.x app folder on this machine. Never shipped."""

from dev.host.limits import Limits
from dev.host.running import RunningHost, running_host
from dev.host.worker_process import AppLoadError

__all__ = ["AppLoadError", "Limits", "RunningHost", "running_host"]
