"""Rare states by name: that a run of many schedules has reached each is evidence that it looked where it hurts."""

from collections.abc import Mapping
from typing import NamedTuple

from tests.chaos import evidence
from tests.chaos.evidence import IsIn
from tests.chaos.playing import Played


class State(NamedTuple):
    """A state, and how a play shows that it was reached."""

    sentence: str
    is_in: IsIn


def reached_in(played: Played) -> list[str]:
    """Return the names of the states that a play has reached."""
    return [name for name, state in STATES.items() if state.is_in(played)]


def never_reached(times: Mapping[str, int]) -> list[str]:
    """Return the names of the states that were reached no times."""
    return [name for name in STATES if not times.get(name)]


_SCAN = evidence.arm("app", "GET", "/virtualMachines$")
_LOOKS = evidence.arm("app", "GET", evidence.IMAGE)
_REBUILT = evidence.arm("others", "PUT", evidence.IMAGE)
_TAGGED = evidence.arm("others", "PATCH", f"{evidence.IMAGE}|/images/[^/]+/providers/Microsoft.Resources/tags/default$")
_CANCELLED = evidence.record(question="cancelled")

STATES: dict[str, State] = {
    name: State(sentence, is_in)
    for name, sentence, is_in in (
        # What Azure did and did not say
        (
            "delete lost",
            "a delete was sent, and its answer lost",
            evidence.fault(method="DELETE", path=evidence.IMAGE, drop="after"),
        ),
        (
            "delete cut off",
            "a delete never arrived",
            evidence.fault(method="DELETE", path=evidence.IMAGE, drop="before"),
        ),
        (
            "delete refused",
            "Azure was busy just at the delete",
            evidence.error(409, method="DELETE", path=evidence.IMAGE),
        ),
        (
            "version lost",
            "a version was begun, and its answer lost",
            evidence.fault(method="PUT", path=evidence.VERSION, drop="after"),
        ),
        (
            "image unseen",
            "an image that is there was not found once",
            evidence.error(404, method="GET", path=evidence.IMAGE),
        ),
        (
            "version unseen",
            "a version that is there was not found once",
            evidence.error(404, method="GET", path=evidence.VERSION),
        ),
        ("throttled", "Azure throttled", evidence.throttled),
        ("hollow", "an answer was empty JSON", evidence.fault(corrupt="hollow")),
        ("no JSON", "an answer was a page of something in between", evidence.fault(corrupt="html")),
        ("hung", "a call got no answer at all", evidence.fault(hang=True)),
        ("users unseen", "Azure failed while users were looked for", evidence.fault(path="/virtualMachines")),
        # Workers
        ("died of the delete", "a worker died of the delete of the source", evidence.died_of("DELETE", evidence.IMAGE)),
        (
            "died of a version",
            "a worker died of making or promoting a version",
            evidence.died_of("PUT", evidence.VERSION),
        ),
        ("died of the record", "a worker died of writing the record", evidence.died_of("PUT", evidence.RECORD)),
        ("died replicating", "a worker died in Replicating", evidence.died_while("Replicating")),
        ("died promoting", "a worker died in Promoting", evidence.died_while("Promoting")),
        ("died deleting", "a worker died in DeletingSource", evidence.died_while("DeletingSource")),
        ("turn lost", "an orchestrator's turn was lost", evidence.noted("turn dropped")),
        ("worker lost the start", "a worker died, and who asked got no answer", evidence.noted("http", status=0)),
        # The hub
        (
            "hub forgot a question",
            "the hub forgot a run that waits for approval",
            evidence.lost_while("AwaitingApproval"),
        ),
        ("hub forgot a copy", "the hub forgot a run that replicates", evidence.lost_while("Replicating")),
        ("hub away", "the hub gave no answer", evidence.noted("hub", answer="none")),
        (
            "hub answer lost",
            "the hub did what was asked, and its answer was lost",
            evidence.noted("hub", answer="lost"),
        ),
        ("terminated", "somebody terminated a live run", evidence.noted("by hand", how="terminate")),
        ("suspended", "somebody suspended a live run", evidence.noted("by hand", how="suspend")),
        ("started by hand", "somebody started an instance past the record", evidence.noted("start by hand")),
        # The records
        ("conflict", "a swap was in conflict", evidence.swaps_in_conflict(1)),
        ("twenty conflicts", "twenty swaps were in conflict", evidence.swaps_in_conflict(20)),
        (
            "written, not told",
            "a record was written, and its answer lost",
            evidence.fault(service="storage", drop="after"),
        ),
        ("records away", "the records could not be reached", evidence.error(503, service="storage")),
        ("table gone", "the table of records was deleted", evidence.noted("table deleted")),
        ("newer record", "a newer release had written the record", evidence.noted("record by hand", format=3)),
        # Decisions
        ("too early", "an approval arrived before its question", evidence.forged_before_question),
        ("decided twice", "a question was decided again after a decision had counted", evidence.decided_twice),
        ("forged", "somebody forged a decision", lambda seen: any(one.forged for one in seen.scene.approvals)),
        (
            "stopped",
            "an approval was taken back before the delete",
            evidence.between(evidence.record(question="approved"), _CANCELLED, evidence.record(stage="ended")),
        ),
        ("cancel between phases", "a cancel came before there was a question", evidence.cancelled_early),
        ("expired", "a question expired", evidence.outcome("ApprovalExpired")),
        ("promotion repeated", "a promotion was sent twice", evidence.promoted_twice),
        ("delete repeated", "a delete was sent in a second attempt", evidence.attempts(2)),
        ("soaked", "a version was in use before the delete was asked about", evidence.noted("record", phase="Soaking")),
        # Others
        (
            "rebuilt in the scan",
            "the image was rebuilt during the scan before its delete",
            evidence.between(_SCAN, _REBUILT, _LOOKS),
        ),
        ("deleted by others", "others deleted an image that is migrated", evidence.outcome("SourceGone")),
        (
            "tagged in the scan",
            "tags changed during the scan before the delete",
            evidence.between(_SCAN, _TAGGED, _LOOKS),
        ),
        ("locked", "a lock kept a source", evidence.outcome("SourceLocked")),
        ("used", "a user kept a source", evidence.outcome("SourceInUse")),
        ("version gone", "a version was deleted under a run", evidence.outcome("VersionNotFound")),
        ("withdrawn", "a wish was taken back before its end", evidence.outcome("RequestWithdrawn")),
        ("region failed", "a region failed", evidence.outcome("ReplicationFailed")),
        # Ways and wishes
        ("event twice", "an event came twice", evidence.twice("event", "id")),
        ("event dropped", "an event never came", evidence.noted("event dropped")),
        ("event again", "an event was not taken, and came again", evidence.noted("event", attempt=1)),
        ("several at once", "of several starts at once one counted", evidence.several_at_once),
        ("two images", "two migrations were under way at once", evidence.two_images),
        ("third run", "an image had a third run", lambda seen: evidence.newest(seen) >= 3),
        ("message lost", "a message reached nobody", evidence.noted("message lost")),
        ("paused", "a start was put off by a pause", evidence.put_off),
    )
}
