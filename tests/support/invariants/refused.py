"""That a plan that was refused, or only asked for, has written nothing."""

from collections.abc import Iterator
from datetime import datetime

from tests.support.invariants.reading import is_about, part, text, writes_of_app
from tests.support.invariants.scene import Scene, Write

_TAGS = "/providers/microsoft.resources/tags/default"


def a_refused_plan_writes_nothing(scene: Scene) -> Iterator[str]:
    """A run that was refused has written nothing, but for the reason on the tags of an image that was tagged."""
    for told in scene.told:
        if text(told.detail, "outcome", "kind") != "Refused" or told.detail is None:
            continue
        since = datetime.fromisoformat(told.detail["createdAt"])
        wrote = [one for one in _about(scene, told.source_id) if one.at >= since]
        source = told.source_id.lower()
        yield from (f"{told.source_id} was refused, and {_named(one)}" for one in wrote if one.path != source + _TAGS)


def who_was_refused_caused_nothing(scene: Scene) -> Iterator[str]:
    """An image of which every wish was refused at once, or for which only a plan was asked, bears no trace of it."""
    for source in sorted({one.source_id.lower() for one in scene.starts}):
        statuses = [_status(one.answer, one.how) for one in scene.starts if one.source_id.lower() == source]
        if all(status in {"refused", "asked"} for status in statuses):
            yield from (f"{source} was never taken up, and {_named(one)}" for one in _about(scene, source))


def _status(answer: dict[str, object] | object, how: str) -> str:
    status = part(answer, "status") or 0
    if how == "plan":
        return "asked"
    return "refused" if how == "http" and 400 <= status < 500 and status not in {409, 429} else "taken up"


def _about(scene: Scene, source_id: str) -> list[Write]:
    """Return the accepted writes of the app on an image, or on what it made for it."""
    key = source_id.lower()
    return [
        one
        for one in writes_of_app(scene)
        if one.is_accepted and (one.path == key or one.path.startswith(f"{key}/") or is_about(one.body or {}, key))
    ]


def _named(write: Write) -> str:
    return f"{write.method} {write.path} was sent at {write.at}"
