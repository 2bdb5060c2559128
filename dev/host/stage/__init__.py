"""Orchestrators without a host: played on virtual time, and replayed from stored histories, for tests of workflows.

Only the engine and the worker library run here; no process, no HTTP, no functions but those given.
"""

from dev.host.stage.cast import StageFunctionUnknownError, StageInstance, StageInstanceUnknownError, StageStuckError
from dev.host.stage.stage import Stage

__all__ = ["Stage", "StageFunctionUnknownError", "StageInstance", "StageInstanceUnknownError", "StageStuckError"]
