"""Registers every activity under its name: parse the input, run the step, dump the answer."""

from collections.abc import Awaitable, Callable

import azure.durable_functions as df

from activities.answering import answered
from activities.check_replication import check_replication
from activities.confirm_delete import confirm_delete
from activities.create_image_version import create_image_version
from activities.delete_source_image import delete_source_image
from activities.ensure_gallery import ensure_gallery
from activities.ensure_image_definition import ensure_image_definition
from activities.follow_operation import follow_operation
from activities.look_at_question import look_at_question
from activities.look_for_news import look_for_news
from activities.note_progress import note_progress
from activities.open_question import open_question
from activities.plan_migration import plan_migration
from activities.promote_image_version import promote_image_version
from activities.record_outcome import record_outcome
from activities.send_notification import send_notification
from activities.verify_image_version import verify_image_version
from migration import names
from migration.approval.verdict import Look, Reference
from migration.asking.start import MigrationStart
from migration.course.notice import Notice
from migration.course.state import MigrationState
from migration.resources.operation import Operation
from migration.resources.replication import ReplicationQuery
from migration.values.record import Record
from telemetry.tracing import activity_span, tell_answer

blueprint = df.Blueprint()


def register[Input: Record](name: str, takes: type[Input], step: Callable[[Input], Awaitable[Record | None]]) -> None:
    """Register one step under the name that stored histories know it by."""

    async def activity(payload: dict) -> dict:  # type: ignore[type-arg]  # the worker's indexer takes bare types only
        with activity_span(name, payload) as span:
            answer = await answered(step(takes.model_validate(payload)))
            tell_answer(span, answer)
            return answer

    activity.__name__ = name
    blueprint.activity_trigger(input_name="payload", activity=name)(activity)


register(names.PLAN_MIGRATION, MigrationStart, plan_migration)
register(names.ENSURE_GALLERY, MigrationState, ensure_gallery)
register(names.ENSURE_IMAGE_DEFINITION, MigrationState, ensure_image_definition)
register(names.CREATE_IMAGE_VERSION, MigrationState, create_image_version)
register(names.CHECK_REPLICATION, ReplicationQuery, check_replication)
register(names.VERIFY_IMAGE_VERSION, MigrationState, verify_image_version)
register(names.SEND_NOTIFICATION, Notice, send_notification)
register(names.OPEN_QUESTION, MigrationState, open_question)
register(names.LOOK_AT_QUESTION, Look, look_at_question)
register(names.PROMOTE_IMAGE_VERSION, Reference, promote_image_version)
register(names.DELETE_SOURCE_IMAGE, Reference, delete_source_image)
register(names.CONFIRM_DELETE, Reference, confirm_delete)
register(names.FOLLOW_OPERATION, Operation, follow_operation)
register(names.RECORD_OUTCOME, MigrationState, record_outcome)
register(names.NOTE_PROGRESS, MigrationState, note_progress)
register(names.LOOK_FOR_NEWS, MigrationState, look_for_news)
