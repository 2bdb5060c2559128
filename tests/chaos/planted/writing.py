"""What is written to Azure, and what is made of its answers."""

from typing import Any

from arm.transport.client import compute
from arm.transport.errors import ArmRefusedError, ArmUnavailableError
from migration.record.question import Stage
from migration.values.ids import IMAGE_VERSION, ResourceId
from migration.values.outcome import OutcomeKind
from tests.chaos.planted.safeguard import Change, Safeguard


def _eligible(version_id: str, body: dict[str, Any]) -> tuple[Any, ...]:
    properties = body["properties"]
    profile = properties["publishingProfile"] | {"excludeFromLatest": False}
    return (version_id, body | {"properties": properties | {"publishingProfile": profile}})


def _not_sent(said: Any, *_: Any) -> Any:
    if not isinstance(said, ArmUnavailableError):
        return said
    return ArmRefusedError("NotSent", "the delete was not sent")


def _gone_at_once(_said: Any, _turn: Any, refusal: Any) -> Any:
    return refusal


def _deleted(said: Any, _source: str, _question: Any, _deletion: Any, _operation: Any, _now: Any) -> Any:
    return said.changed(end=Stage.DELETED, code="Migrated", message="the source image was deleted after approval")


def _cleaned_up(said: Any, turn: Any, outcome: Any) -> Any:
    """Have a version of a failed migration deleted."""
    version_id = turn.run.image_version_id
    if outcome.kind is not OutcomeKind.FAILED or version_id is None:
        return said
    return _delete(version_id)


async def _delete(version_id: str) -> list[str]:
    target = ResourceId.parse(version_id, IMAGE_VERSION)
    await compute(target.subscription).gallery_image_versions.begin_delete(target.resource_group, *target.names)
    return []


WRITING = (
    Safeguard("a new version is out of latest", (Change("arm.resources.versions:_write_version", given=_eligible),)),
    Safeguard("an update keeps every region", (Change("arm.resources.versions:_merged", lambda said, *_: said[:1]),)),
    Safeguard(
        "a version that was begun is used again",
        (Change("migration.plan.destination.numbering:is_ours", lambda _said, *_: False),),
    ),
    Safeguard(
        "no version is deleted, whatever became of it", (Change("activities.record_outcome:_tag_version", _cleaned_up),)
    ),
    Safeguard(
        "a delete without an answer may have happened", (Change("arm.resources.images:start_delete", _not_sent),)
    ),
    Safeguard(
        "what became of a delete is read from the image",
        (Change("activities.confirm_delete:_look_after_delete", _deleted),),
    ),
    Safeguard(
        "one 404 proves nothing",
        (
            Change("arm.surveys.absence:is_gone", lambda _said, _id: True),
            Change("activities.admitting:Turn.proved", _gone_at_once),
        ),
    ),
    Safeguard(
        "an only copy is marked",
        (Change("migration.course.recording:_what_became_of_source", lambda _said, outcome: outcome.source.value),),
    ),
)
