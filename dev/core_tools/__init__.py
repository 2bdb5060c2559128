"""The app in Azure Functions Core Tools (`func`), Microsoft's local host, with Azurite as storage. Never shipped."""

from dev.core_tools.func import FuncHost, FuncStartError, running_func
from dev.core_tools.tools import ToolMissingError

__all__ = ["FuncHost", "FuncStartError", "ToolMissingError", "running_func"]
