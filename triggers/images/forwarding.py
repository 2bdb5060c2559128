"""Where an image went, by the id that pipelines and templates still name: also long after it was deleted."""

import azure.durable_functions as df
import azure.functions as func

from arm.resources.images import get_image
from arm.resources.versions import get_version
from arm.transport.errors import ArmError
from migration.record.image_record import ImageRecord
from migration.record.run import Run
from migration.resources.copy_identity import CopyIdentity, replaced
from migration.telling.moved import MovedTo, has_moved
from migration.telling.status import is_still
from migration.values.ids import IMAGE_VERSION, MANAGED_IMAGE, ResourceId, instance_id_for, same_id
from migration.values.lengths import LONGEST_ID
from migration.values.outcome import SourceSeen
from migration.values.problems import Problem, RequestInvalidError
from records.runs import runs_before
from records.store import load
from triggers.answering.calls import Call
from triggers.answering.parameters import Parameter
from triggers.answering.responding import HttpProblemError, json_response
from triggers.api.viewing import api_address, links

blueprint = df.Blueprint()
RUNS_AT_ONCE = 10


def _image_id(text: str) -> str:
    if len(text) > LONGEST_ID:
        raise ValueError(f"it has more than {LONGEST_ID} characters")
    return str(ResourceId.parse(text, MANAGED_IMAGE))


_ID = Parameter("id", "the resource id of the managed image", _image_id, {"type": "string", "maxLength": LONGEST_ID})
MOVED_TO = Call(
    "GET",
    "images/moved-to",
    "Tells which version and definition a managed image went to, also after it was deleted.",
    query=(_ID,),
    gives=MovedTo,
    refuses=(404, 409),
)


@blueprint.route(MOVED_TO.path, methods=MOVED_TO.methods)
async def get_moved_to(req: func.HttpRequest) -> func.HttpResponse:
    return await MOVED_TO.answer(req, _moved_to(req))


async def _moved_to(req: func.HttpRequest) -> func.HttpResponse:
    """200 with the latest version that may be used in the image's place; 404 where there is none, with the reason."""
    image_id = MOVED_TO.given(req)["id"]
    if image_id is None:
        raise RequestInvalidError([Problem(field="id", code="Missing", message="name the managed image by its id")])
    record = await load(instance_id_for(image_id))
    known = record is not None and same_id(record.source_image_id, image_id)
    moved = await _moved(record) if record is not None and known else None
    if record is None or moved is None:
        raise HttpProblemError(404, "Not moved", _why_not(record if known else None), code="NotMoved")
    return json_response((await _shown(record, moved, api_address(req))).dump())


async def _moved(record: ImageRecord) -> Run | None:
    """Return the latest run of an image that made a version to use in its place."""
    runs = [record.run] if record.run else []
    while runs:
        found = next((run for run in runs if has_moved(run)), None)
        if found is not None:
            return found
        runs = await runs_before(record.migration_id, runs[-1].number, RUNS_AT_ONCE)
    return None


def _why_not(record: ImageRecord | None) -> str:
    if record is None or record.run is None:
        return "This app knows of no migration of this image."
    if record.run.is_live:
        return f"Its migration is under way, in phase {record.run.phase}: no version may be used in its place yet."
    return "None of its migrations has made a version that was approved or accepted."


async def _shown(record: ImageRecord, run: Run, address: str) -> MovedTo:
    version_id = run.image_version_id or ""
    source, another = await _source_seen(record.source_image_id, run)
    return MovedTo(
        source_image_id=record.source_image_id,
        image_definition_id=str(ResourceId.parse(version_id, IMAGE_VERSION).parent),
        image_version_id=version_id,
        source=source,
        image_version=await _version_seen(version_id, _copied(record, run)),
        of_earlier_image=another,
        outcome=run.outcome,
        ended_at=run.ended_at,
        links=links(record.migration_id, address),
    )


async def _source_seen(image_id: str, run: Run) -> tuple[SourceSeen, bool | None]:
    """Say whether the source is there, and whether its name is another image's; nothing follows from one look."""
    try:
        image = await get_image(image_id)
    except ArmError:
        return SourceSeen.UNKNOWN, None
    if image is None:
        return SourceSeen.GONE, False
    is_another = not is_still(image, run.outcome, run.source_content)
    return SourceSeen.GONE if is_another else SourceSeen.THERE, is_another


def _copied(record: ImageRecord, run: Run) -> CopyIdentity | None:
    """Return what tells the version of a run from another of its number; None where an old record does not know."""
    own = [one for one in record.copies if same_id(one.image_version_id, run.version_id)]
    return run.question.copied if run.question else run.copied or (own[-1] if own else None)


async def _version_seen(version_id: str, copied: CopyIdentity | None) -> SourceSeen:
    try:
        version = await get_version(version_id)
    except ArmError:
        return SourceSeen.UNKNOWN
    if version is None:
        return SourceSeen.GONE
    if copied is None:
        return SourceSeen.THERE
    if version.published_at is None:
        return SourceSeen.UNKNOWN
    return SourceSeen.THERE if replaced(version, copied) is None else SourceSeen.GONE
