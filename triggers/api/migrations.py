"""The HTTP API of migrations: start, dry run, list, look."""

from typing import Any

import azure.durable_functions as df
import azure.functions as func

from arm.resources.images import get_image
from arm.transport.errors import ArmRefusedError
from hub.durable_hub import DurableHub
from migration.asking.reading import settings
from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings, nobody_told
from migration.asking.start import MigrationStart
from migration.course.starting import start_by_request
from migration.plan.plan import Plan
from migration.record.asked import asked_of
from migration.resources.copy_identity import CopyIdentity
from migration.resources.image import ManagedImage
from migration.telling.answers import Accepted, MigrationInFull, MigrationShown, PlanShown
from migration.telling.status import Status
from migration.users.kinds import blocking
from migration.values.answer import Refusal
from migration.values.ids import is_earlier_instance_id
from migration.values.problems import Problem, RequestInvalidError
from migration.values.words.capitals import capitalised
from records.errors import RecordsMissingError
from records.index import Filter, every
from records.store import Held, hold
from steering.gathering.planning import draw_up_plan
from steering.gathering.remaining import find_end_now
from steering.gathering.users import with_users
from steering.runs.beginning import begin, is_under_way
from triggers.answering.calls import Call
from triggers.answering.identity import requester
from triggers.answering.responding import HttpProblemError, json_response, read_json, refuse_paused
from triggers.api.viewing import api_address, links, view
from triggers.finding.migrations import find_migration, status_now

blueprint = df.Blueprint()

START = Call(
    "POST",
    "migrations",
    "Starts a migration of an image.",
    body=MigrationRequest,
    gives=Accepted,
    status=202,
    refuses=(409,),
)
PLAN = Call(
    "POST",
    "migrations/plan",
    "Plans a migration, and starts nothing.",
    body=MigrationRequest,
    gives=PlanShown,
    refuses=(409,),
)
LOOK = Call(
    "GET", "migrations/{id}", "Tells of one migration, with its plan.", gives=MigrationInFull, refuses=(404, 409)
)


@blueprint.route(START.path, methods=START.methods)
@blueprint.durable_client_input(client_name="client")
async def start_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await START.answer(req, _start_migration(req, client))


async def _start_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202 with the migration's own links; 409 with the run that lives, where one does; 422 with what stands against it.

    What may pass is no problem of the request: the migration waits for it.
    """
    request = MigrationRequest.parse(read_json(req))
    image = await _image_to_migrate(request)
    current = settings()
    start = start_by_request(request, image, requester(req), current)
    own = links(start.id, api_address(req))
    held = await hold(start.id)
    plan = None if is_under_way(held) else await _planned_now(start, held, current, image)
    run = await begin(DurableHub(client), start, held, current, plan=plan)
    if isinstance(run, Refusal):
        refuse_paused(run)
        lives = held.run.id if held.run else None
        detail = f"{capitalised(run.message)}."
        raise HttpProblemError(409, "Already migrating", detail, migration=own.own, run=lives, code=run.code)
    notes = plan.notes if plan else nobody_told(current)
    return json_response(Accepted(id=start.id, run=run.id, links=own, notes=notes).dump(), 202, {"Location": own.own})


async def _planned_now(start: MigrationStart, held: Held, current: Settings, image: ManagedImage) -> Plan | None:
    """Return the plan, None where it has to wait; raises RequestInvalidError for what the sender can mend."""
    result = await draw_up_plan(start, current, held.copies, image)
    if any(problem.lasts for problem in result.problems):
        raise RequestInvalidError(result.problems)
    return result.plan


async def _image_to_migrate(request: MigrationRequest) -> ManagedImage:
    """Return the image; that it may not be read, or makes no sense, is a problem of its id as well."""
    try:
        image = await get_image(request.source_image_id)
    except ArmRefusedError as error:
        raise RequestInvalidError([Problem(field="sourceImageId", code=error.code, message=error.message)]) from error
    if image is None:
        message = f"there is no managed image {request.source_image_id}"
        raise RequestInvalidError([Problem(field="sourceImageId", code="NotFound", message=message)])
    return image


@blueprint.route(PLAN.path, methods=PLAN.methods)
async def plan_only(req: func.HttpRequest) -> func.HttpResponse:
    return await PLAN.answer(req, _plan(req))


async def _plan(req: func.HttpRequest) -> func.HttpResponse:
    """200 with the plan, 422 with every problem. Writes nothing and starts nothing."""
    request = MigrationRequest.parse(read_json(req))
    image = await _image_to_migrate(request)
    current = settings()
    start = start_by_request(request, image, requester(req), current)
    result = await draw_up_plan(start, current, await _copies(start.id), image)
    if result.plan is None:
        raise RequestInvalidError(result.problems)
    plan = await with_users(result.plan, blocking(current.block_on))
    return json_response(PlanShown.model_validate(plan.__dict__).dump())


async def _copies(migration_id: str) -> list[CopyIdentity]:
    """Return the versions that the record knows; a plan is also for who has not set up a storage account yet."""
    try:
        return (await hold(migration_id)).copies
    except RecordsMissingError:
        return []


@blueprint.route(LOOK.path, methods=LOOK.methods)
@blueprint.durable_client_input(client_name="client")
async def get_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await LOOK.answer(req, _get(req, client))


async def _get(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """One migration, with its plan and, while it is asked, the token that lets an event from outside count.

    Of one that has ended, what is told of its source is true now: a clean-up may have taken it since.
    """
    migration_id = req.route_params["id"]
    if is_earlier_instance_id(migration_id):
        return await _of_the_release_before(req, migration_id)
    found = await find_migration(req)
    asked = asked_of(found.id, found.run)
    callback = asked.question.callback if asked and asked.is_open else None
    run, another = found.run, None
    if run.outcome is not None:
        end = await find_end_now(run, run.outcome)
        run, another = run.changed(outcome=end.outcome), end.another
    status = await status_now(DurableHub(client), found.id, Status.of(found.record, run))
    shown = view(found.id, status, api_address(req), another=another)
    return json_response(_in_full(shown, run.plan, callback))


def _in_full(shown: MigrationShown, plan: Plan | None = None, callback: str | None = None) -> dict[str, Any]:
    return MigrationInFull(**shown.__dict__, plan=plan, callback=callback).dump()


async def _of_the_release_before(req: func.HttpRequest, migration_id: str) -> func.HttpResponse:
    """What the list remembers of a migration that ended with an earlier release."""
    async for row in every(Filter(id=migration_id)):
        return json_response(_in_full(view(row.id, row.status, api_address(req))))
    raise HttpProblemError(404, "Not found", f"There is no migration '{migration_id}'.")
