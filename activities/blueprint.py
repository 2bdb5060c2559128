"""Registers every activity under its name: parse the input, do the step if it is admitted, dump the answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import azure.durable_functions as df

from activities.admitting import Step, Turn, When, admitted
from activities.advance_fleet import advance_fleet
from activities.cancel_run import cancel_run
from activities.check_replication import check_replication
from activities.confirm_delete import confirm_delete
from activities.create_image_version import create_image_version
from activities.delete_source_image import delete_source_image
from activities.deliver_notifications import deliver_notifications
from activities.ensure_gallery import ensure_gallery
from activities.ensure_image_definition import ensure_image_definition
from activities.look_at_question import look_at_question
from activities.look_at_soak import look_at_soak
from activities.look_for_news import look_for_news
from activities.open_question import open_question
from activities.plan_migration import plan_migration
from activities.promote_image_version import promote_image_version
from activities.record_outcome import record_outcome
from activities.send_notifications import send_notifications
from hub.durable_hub import DurableHub
from hub.task_hub import TaskHub
from migration.course import steps
from migration.course.standing import Answer
from migration.course.steps import Activity, StepInput
from migration.values.value import Value
from telemetry.tracing import activity_span, tell_answer

blueprint = df.Blueprint()

type StepWithHub[Input: StepInput] = Callable[[Turn[Input], TaskHub], Awaitable[Value | None]]


def register[Input: StepInput](
    activity: Activity[Input, Answer], step: Step[Input], when: When = When.IN_PHASE
) -> None:
    """Register one step under the name that stored histories know it by."""

    async def take(payload: dict) -> dict:  # type: ignore[type-arg]  # the worker's indexer takes bare types only
        return await _taken(activity, payload, step, when)

    take.__name__ = activity.name
    blueprint.activity_trigger(input_name="payload", activity=activity.name)(take)


def register_with_hub[Input: StepInput](
    activity: Activity[Input, Answer], step: StepWithHub[Input], when: When = When.IN_PHASE
) -> None:
    """Register one that starts or wakes another orchestration."""

    async def take(payload: dict, client: df.DurableFunctionsClient) -> dict:  # type: ignore[type-arg]  # as above
        return await _taken(activity, payload, lambda turn: step(turn, DurableHub(client)), when)

    take.__name__ = activity.name
    blueprint.durable_client_input(client_name="client")(
        blueprint.activity_trigger(input_name="payload", activity=activity.name)(take)
    )


def register_delivery() -> None:
    """Register the one that is no step of a run."""
    activity = steps.DELIVER_NOTIFICATIONS

    async def take(payload: dict) -> dict:  # type: ignore[type-arg]  # as above
        with activity_span(activity.name, payload):
            return (await deliver_notifications(activity.takes.model_validate(payload))).dump()

    take.__name__ = activity.name
    blueprint.activity_trigger(input_name="payload", activity=activity.name)(take)


def register_fleet() -> None:
    """Register the one that is a step of many runs: it starts them."""
    activity = steps.ADVANCE_FLEET

    async def take(payload: dict, client: df.DurableFunctionsClient) -> dict:  # type: ignore[type-arg]  # as above
        with activity_span(activity.name, {"migrationId": payload["fleet"]}):
            return (await advance_fleet(activity.takes.model_validate(payload), DurableHub(client))).dump()

    take.__name__ = activity.name
    blueprint.durable_client_input(client_name="client")(
        blueprint.activity_trigger(input_name="payload", activity=activity.name)(take)
    )


async def _taken[Input: StepInput](
    activity: Activity[Input, Answer], payload: dict[str, Any], step: Step[Input], when: When
) -> dict[str, Any]:
    with activity_span(activity.name, payload) as span:
        answer = (await admitted(activity.takes.model_validate(payload), step, when)).dump()
        tell_answer(span, answer)
        return answer


register(steps.PLAN_MIGRATION, plan_migration)
register(steps.ENSURE_GALLERY, ensure_gallery)
register(steps.ENSURE_IMAGE_DEFINITION, ensure_image_definition)
register_with_hub(steps.CREATE_IMAGE_VERSION, create_image_version)
register(steps.CHECK_REPLICATION, check_replication)
register(steps.OPEN_QUESTION, open_question)
register(steps.LOOK_AT_QUESTION, look_at_question)
register(steps.PROMOTE_IMAGE_VERSION, promote_image_version)
register(steps.DELETE_SOURCE_IMAGE, delete_source_image)
register(steps.CONFIRM_DELETE, confirm_delete)
register(steps.LOOK_AT_SOAK, look_at_soak)
register(steps.CANCEL_RUN, cancel_run, When.ANY)
register(steps.RECORD_OUTCOME, record_outcome, When.ENDING)
register(steps.LOOK_FOR_NEWS, look_for_news, When.ENDED)
register_with_hub(steps.SEND_NOTIFICATIONS, send_notifications, When.ANY)
register_delivery()
register_fleet()
