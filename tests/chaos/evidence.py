"""How a play shows that something happened in it: predicates over its trace and its last scene.

Each reads what took place, and nothing that was asked for: a fault that met no call is none.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from tests.chaos.playing import Played
from tests.chaos.trace import Event

IMAGE, VERSION = r"/Microsoft\.Compute/images/[^/]+$", r"/versions/[^/]+$"
RECORD = "PartitionKey='image'"
CALLS = {"arm", "table"}


type IsIn = Callable[[Played], bool]


def fault(*, service: str = "arm", method: str = "*", path: str = "", **played: Any) -> Callable[[Played], bool]:
    """A fault of this kind met a call."""

    def is_in(seen: Played) -> bool:
        return any(_is_met(event.facts, service, method, path, played) for event in seen.trace.of("fault"))

    return is_in


def _is_met(facts: dict[str, Any], service: str, method: str, path: str, played: dict[str, Any]) -> bool:
    is_call = facts["service"] == service and method in ("*", facts["method"])
    found = is_call and re.search(path, facts["path"], re.IGNORECASE) is not None
    return found and all(facts["played"].get(name) == value for name, value in played.items())


def error(status: int, *, service: str = "arm", method: str = "*", path: str = "") -> IsIn:
    """A call of this kind was refused like this."""

    def is_in(seen: Played) -> bool:
        met = (one.facts for one in seen.trace.of("fault") if _is_met(one.facts, service, method, path, {}))
        return any((facts["played"].get("error") or {}).get("status") == status for facts in met)

    return is_in


def noted(kind: str, **facts: Any) -> Callable[[Played], bool]:
    """Something of this kind is in the trace, with these facts."""
    return lambda seen: any(_has(event, facts) for event in seen.trace.of(kind))


def _has(event: Event, facts: dict[str, Any]) -> bool:
    return all(event.facts.get(name) == value for name, value in facts.items())


def between(first: Callable[[Event], bool], then: Callable[[Event], bool], end: Callable[[Event], bool]) -> Any:
    """After a first event a second one came, before another that ends it."""

    def is_in(seen: Played) -> bool:
        has_begun = has_come = False
        for event in seen.trace.events:
            if has_come and end(event):
                return True
            if has_begun and end(event):
                has_begun = False
            has_come = has_come or (has_begun and then(event))
            has_begun = has_begun or first(event)
        return False

    return is_in


def arm(by: str, method: str, path: str, *, ok: bool = True) -> Callable[[Event], bool]:
    def is_one(event: Event) -> bool:
        facts = event.facts
        return (
            event.kind == "arm"
            and (facts["by"], facts["method"]) == (by, method)
            and (facts["status"] < 300) == ok
            and re.search(path, facts["path"], re.IGNORECASE) is not None
        )

    return is_one


def record(**facts: Any) -> Callable[[Event], bool]:
    return lambda event: event.kind == "record" and _has(event, facts)


def died_of(method: str, path: str) -> Callable[[Played], bool]:
    """A worker died of a call like this: of the last that it made before."""

    def is_in(seen: Played) -> bool:
        for before, event in pairwise(seen.trace.events):
            facts = before.facts
            is_call = before.kind in {"arm", "table"} and facts["method"] == method
            if event.kind == "dies of" and is_call and re.search(path, facts["path"], re.IGNORECASE):
                return True
        return False

    return is_in


def in_a_row(kind: str, least: int, **facts: Any) -> Callable[[Played], bool]:
    """So many such events came one after another, among those of their kind."""

    def is_in(seen: Played) -> bool:
        row = 0
        for event in seen.trace.of(kind):
            row = row + 1 if _has(event, facts) else 0
            if row >= least:
                return True
        return False

    return is_in


def outcome(code: str) -> Callable[[Played], bool]:
    return noted("record", outcome=code)


def twice(kind: str, *names: str) -> Callable[[Played], bool]:
    """Two events of this kind have the same facts of these names."""

    def is_in(seen: Played) -> bool:
        known = [tuple(str(event.facts.get(name)) for name in names) for event in seen.trace.of(kind)]
        return len(set(known)) < len(known)

    return is_in


def swaps_in_conflict(least: int) -> Callable[[Played], bool]:
    def is_in(seen: Played) -> bool:
        row = 0
        for event in seen.trace.of("table"):
            if event.facts["method"] in {"PUT", "POST"}:
                row = row + 1 if event.facts["status"] in {409, 412} else 0
                if row >= least:
                    return True
        return False

    return is_in


def decided_twice(seen: Played) -> bool:
    """Two decisions of one question, the second after the first counted."""
    known: set[str] = set()
    for one in seen.scene.approvals:
        if one.run_id in known:
            return True
        known |= {one.run_id} if one.accepted else set()
    return False


def several_at_once(seen: Played) -> bool:
    """Starts of one image by HTTP at the very same moment or so, of which one was taken."""
    starts = [(one.source_id, one.answer.get("status")) for one in seen.scene.starts if one.how == "http"]
    return any({202, 409} <= {status for source, status in starts if source == about} for about, _ in starts)


def two_images(seen: Played) -> bool:
    """Two runs were under way at the same time."""
    live: dict[str, bool] = {}
    for event in seen.trace.of("record"):
        live[event.facts["id"]] = event.facts["stage"] == "begun"
        if sum(live.values()) > 1:
            return True
    return False


def newest(seen: Played) -> int:
    return max((event.facts["number"] or 0 for event in seen.trace.of("record")), default=0)


def died_while(phase: str) -> Callable[[Played], bool]:
    def is_in(seen: Played) -> bool:
        now: set[str] = set()
        phases: dict[str, str] = {}
        for event in seen.trace.events:
            if event.kind == "record":
                phases[event.facts["id"]] = event.facts["phase"]
                now = set(phases.values())
            if event.kind == "worker died" and event.facts["doing"] and phase in now:
                return True
        return False

    return is_in


def lost_while(phase: str) -> IsIn:
    """The hub was lost while a run was in this phase."""

    def is_in(seen: Played) -> bool:
        phases: dict[str, str] = {}
        for event in seen.trace.of("record", "hub lost"):
            if event.kind == "record":
                phases[event.facts["id"]] = event.facts["phase"]
            elif phase in phases.values():
                return True
        return False

    return is_in


def throttled(seen: Played) -> bool:
    """Azure throttled several calls in one play."""
    return sum("throttle" in event.facts["played"] for event in seen.trace.of("fault")) >= 3


def forged_before_question(seen: Played) -> bool:
    """A decision came before the run had asked anything."""
    return any(not one.version_id for one in seen.scene.approvals)


def cancelled_early(seen: Played) -> bool:
    """A run was cancelled before it had a question."""
    return any(one.facts["outcome"] == "Cancelled" and not one.facts["question"] for one in seen.trace.of("record"))


def promoted_twice(seen: Played) -> bool:
    """The same version was written twice after it was made."""
    known: dict[str, int] = {}
    for event in seen.trace.of("arm"):
        if arm("app", "PUT", VERSION)(event) or arm("app", "PATCH", VERSION)(event):
            known[event.facts["path"].lower()] = known.get(event.facts["path"].lower(), 0) + 1
    return any(times >= 3 for times in known.values())


def attempts(least: int) -> IsIn:
    """A delete was sent in so many attempts."""
    return lambda seen: any(event.facts["attempts"] >= least for event in seen.trace.of("record"))


def put_off(seen: Played) -> bool:
    """A wish was put off, since starts were paused."""
    return any("kept~" in str(event.facts["path"]) for event in seen.trace.of("table"))
