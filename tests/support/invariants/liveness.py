"""That nothing stands still for good, and that whoever wished something is answered."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from tests.support.invariants.reading import TAG, is_complete, part, state_of, text
from tests.support.invariants.scene import Json, Scene, Start, Told

SEEN_AFTER = timedelta(seconds=10)  # what a tag is for a shorter while, no event tells of in time
LATE = timedelta(hours=1)  # a look is due up to so long after what is waited for
_UNTIL = {"approval": "expiresAt", "soak": "soakUntil"}


def no_migration_is_stuck(scene: Scene) -> Iterator[str]:
    """In the end every migration has ended, or says what it waits for and until when, which is not over."""
    for told in scene.told:
        if told.detail is not None and not part(told.detail, "outcome") and (why := _why_stuck(scene, told.detail)):
            yield f"{told.source_id} is {told.detail.get('phase')}: {why}"


def an_ended_migration_is_done(scene: Scene) -> Iterator[str]:
    """In the end whatever has an outcome is over: it was written down, and nothing waits to be done for it."""
    for told in scene.told:
        run = part(scene.records.get(told.source_id.lower(), {}), "run")
        if part(told.detail, "outcome") and run.get("id") == told.run_id and run.get("stage") not in {None, "ended"}:
            yield f"{told.source_id} ended {text(told.detail, 'outcome', 'kind')}, and is still {run['stage']}"


def no_wish_is_lost(scene: Scene) -> Iterator[str]:
    """Whoever wished for a migration has a run, a refusal that says why, or a reason that is shown."""
    for start in scene.starts:
        if start.how == "tag":
            if (last := _last_tag(scene, start)) is start and not scene.records_lost and not _is_answered(scene, last):
                yield f"the tag on {start.source_id} of {start.at} has no answer"
        elif why := _ill_answered(scene, start):
            yield f"{start.how} of {start.source_id} at {start.at}: {why}"


def _why_stuck(scene: Scene, detail: Json) -> str | None:
    waits, cause = detail.get("waitingFor"), part(detail, "cause")
    if waits == "replication":
        version = scene.azure.get(str(detail.get("imageVersionId")).lower(), {})
        is_changing = state_of(version) in {"Creating", "Updating"}
        is_copied = not version or is_complete(version)  # a region that is added later does not hold up the version
        return "it waits for a version that is complete" if is_copied and not is_changing else None
    until = detail.get(_UNTIL[waits]) if waits in _UNTIL else cause.get("until")
    if not until:
        return f"it waits for {waits or 'nothing that it says'}, and does not say until when"
    return None if scene.now < datetime.fromisoformat(until) + LATE else f"it waits for {waits} until {until}, long ago"


def _last_tag(scene: Scene, start: Start) -> Start:
    return [one for one in scene.starts if one.how == "tag" and one.source_id.lower() == start.source_id.lower()][-1]


def _is_answered(scene: Scene, start: Start) -> bool:
    """Tell whether a tag was answered: by a run since, one that had not ended then, or an end that is on the image.

    Where the image or its tag is gone, or the tag is what it was before, nothing is wished any more that was not
    answered, or that anybody had time to see; where it was told why it was not taken up, that is an answer. An image of
    which the app was not asked is not judged.
    """
    image = scene.azure.get(start.source_id.lower())
    has_tag = image is not None and any(str(name).lower() == TAG for name in part(image, "tags"))
    if not has_tag or start.answer.get("reason"):
        return True
    same = [one for one in scene.starts if one.how == "tag" and one.source_id.lower() == start.source_id.lower()]
    before = [one for one, then in pairwise(same) if then.at - one.at >= SEEN_AFTER]
    told = [one for one in scene.told if one.source_id.lower() == start.source_id.lower()]
    is_repeated = bool(before) and before[-1].request == start.request
    return is_repeated or not told or any(_is_since(one, start) for one in told if one.detail)


def _is_since(told: Told, start: Start) -> bool:
    assert told.detail is not None
    moments = [told.detail["createdAt"], told.detail["updatedAt"]]
    return any(datetime.fromisoformat(one) >= start.at for one in moments)


def _ill_answered(scene: Scene, start: Start) -> str | None:
    status, body = start.answer.get("status"), part(start.answer, "body")
    if status is None or status in {200, 404, 503, 429}:
        return None  # nobody was told that it was taken up
    if 400 <= status < 500:
        return None if body.get("detail") and (body.get("code") or body.get("errors")) else f"{status} without a reason"
    if status >= 500:
        is_told_why = bool(body.get("errors"))  # of wrong settings, which are no fault of whoever asks
        return None if is_told_why or _is_made_again(scene, start) else f"answered {status}, and never made again"
    return None if scene.records_lost or _is_known(scene, start) else "it was taken up, and its run is nowhere"


def _is_made_again(scene: Scene, start: Start) -> bool:
    """Tell whether who got an error has asked again, and was answered."""
    same = [one for one in scene.starts if (one.source_id.lower(), one.how) == (start.source_id.lower(), start.how)]
    return any(one.at > start.at and (one.answer.get("status") or 500) < 500 for one in same)


def _is_known(scene: Scene, start: Start) -> bool:
    run = text(start.answer, "body", "run")
    told = [one for one in scene.told if one.source_id.lower() == start.source_id.lower()]
    if not run or not any(one.audit or one.detail for one in told):
        return True  # the sweep says of no run which it is; where the app was not asked, nothing is known
    known = {text(one.detail, "run") for one in told if one.detail} | {one.run_id for one in told}
    known |= {each.get("run") for one in told for each in part(one.audit, "earlier") or []}
    return run in known
