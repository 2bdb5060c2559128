"""Registers every activity under its name: parse the input, do the step if it is admitted, dump the answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import azure.durable_functions as df

from activities.admitting import Step, StepInput, Turn, When, admitted
from activities.cancel_run import CancelInput, cancel_run
from activities.check_replication import check_replication
from activities.confirm_delete import ConfirmInput, confirm_delete
from activities.create_image_version import create_image_version
from activities.delete_source_image import delete_source_image
from activities.deliver_notifications import Image, deliver_notifications
from activities.ensure_gallery import ensure_gallery
from activities.ensure_image_definition import ensure_image_definition
from activities.look_at_question import LookInput, look_at_question
from activities.look_for_news import look_for_news
from activities.open_question import open_question
from activities.plan_migration import plan_migration
from activities.promote_image_version import promote_image_version
from activities.record_outcome import RecordInput, record_outcome
from activities.send_notifications import send_notifications
from hub.durable_hub import DurableHub
from hub.task_hub import TaskHub
from migration import names
from migration.values.record import Record
from telemetry.tracing import activity_span, tell_answer

blueprint = df.Blueprint()

type StepWithHub[Input: StepInput] = Callable[[Turn[Input], TaskHub], Awaitable[Record | None]]


def register[Input: StepInput](name: str, step: Step[Input], takes: type[Input], when: When = When.IN_PHASE) -> None:
    """Register one step under the name that stored histories know it by."""

    async def activity(payload: dict) -> dict:  # type: ignore[type-arg]  # the worker's indexer takes bare types only
        return await _taken(name, payload, step, takes, when)

    activity.__name__ = name
    blueprint.activity_trigger(input_name="payload", activity=name)(activity)


def register_with_hub[Input: StepInput](name: str, step: StepWithHub[Input], takes: type[Input], when: When) -> None:
    """Register one that starts or wakes another orchestration."""

    async def activity(payload: dict, client: df.DurableFunctionsClient) -> dict:  # type: ignore[type-arg]  # as above
        return await _taken(name, payload, lambda turn: step(turn, DurableHub(client)), takes, when)

    activity.__name__ = name
    blueprint.durable_client_input(client_name="client")(
        blueprint.activity_trigger(input_name="payload", activity=name)(activity)
    )


def register_delivery() -> None:
    """Register the one that is no step of a run."""

    async def activity(payload: dict) -> dict:  # type: ignore[type-arg]  # as above
        with activity_span(names.DELIVER_NOTIFICATIONS, payload):
            return (await deliver_notifications(Image.model_validate(payload))).dump()

    activity.__name__ = names.DELIVER_NOTIFICATIONS
    blueprint.activity_trigger(input_name="payload", activity=names.DELIVER_NOTIFICATIONS)(activity)


async def _taken[Input: StepInput](
    name: str, payload: dict[str, Any], step: Step[Input], takes: type[Input], when: When
) -> dict[str, Any]:
    with activity_span(name, payload) as span:
        answer = (await admitted(takes.model_validate(payload), step, when)).dump()
        tell_answer(span, answer)
        return answer


register(names.PLAN_MIGRATION, plan_migration, StepInput)
register(names.ENSURE_GALLERY, ensure_gallery, StepInput)
register(names.ENSURE_IMAGE_DEFINITION, ensure_image_definition, StepInput)
register(names.CREATE_IMAGE_VERSION, create_image_version, StepInput)
register(names.CHECK_REPLICATION, check_replication, StepInput)
register(names.OPEN_QUESTION, open_question, StepInput)
register(names.LOOK_AT_QUESTION, look_at_question, LookInput)
register(names.PROMOTE_IMAGE_VERSION, promote_image_version, StepInput)
register(names.DELETE_SOURCE_IMAGE, delete_source_image, StepInput)
register(names.CONFIRM_DELETE, confirm_delete, ConfirmInput)
register(names.CANCEL_RUN, cancel_run, CancelInput, When.ANY)
register(names.RECORD_OUTCOME, record_outcome, RecordInput, When.ENDING)
register(names.LOOK_FOR_NEWS, look_for_news, StepInput, When.ENDED)
register_with_hub(names.SEND_NOTIFICATIONS, send_notifications, StepInput, When.ANY)
register_delivery()
