"""Turns what a step returns, or how Azure refused it, into the `Answer` that crosses the durable boundary."""

from collections.abc import Awaitable
from typing import Any

from arm.errors import ArmNotFoundError, ArmRefusedError, ArmThrottledError
from migration.asking.settings import SettingsInvalidError
from migration.values.answer import Answer, Later, Refusal
from migration.values.record import Record
from records.errors import RecordsMissingError

PARENT_NOT_FOUND = "ParentResourceNotFound"
SOON_SECONDS = 2.0


async def answered(step: Awaitable[Record | None]) -> dict[str, Any]:
    """Await a step. Throttling becomes a wait, a refusal of Azure's a refusal, and so do app settings it cannot use."""
    return (await _answer(step)).dump()


async def _answer(step: Awaitable[Record | None]) -> Answer:
    try:
        value = await step
    except ArmThrottledError as error:
        return Answer(later=Later(seconds=error.retry_after_seconds, reason=error.code))
    except ArmNotFoundError as error:
        if error.code == PARENT_NOT_FOUND:  # normal for a while after the parent was created
            return Answer(later=Later(seconds=SOON_SECONDS, reason=error.code))
        return Answer(refusal=Refusal(code=error.code, message=error.message))
    except ArmRefusedError as error:
        return Answer(refusal=Refusal(code=error.code, message=error.message))
    except RecordsMissingError as error:
        return Answer(refusal=Refusal(code="RecordsMissing", message=str(error)))
    except SettingsInvalidError as error:
        return Answer(refusal=Refusal(code="SettingsInvalid", message=str(error)))
    match value:
        case None:
            return Answer()
        case Later():
            return Answer(later=value)
        case Refusal():
            return Answer(refusal=value)
        case _:
            return Answer(value=value.dump())
