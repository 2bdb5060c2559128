"""What asking an app came to, in lines for people, and what that means for whoever ran it."""

from __future__ import annotations

from typing import NamedTuple

WORDS = {True: "yes", False: "NO", None: "not asked"}
WELL, NOT_WELL, NOT_KNOWN = 0, 1, 2  # exit codes


class Finding(NamedTuple):
    """What one question came to. `is_good` is None where it could not be asked.

    `is_outside` is one whose answer hangs on more than the app and what was deployed with it: a mailbox, or how long
    Azure takes to put a role in force.
    """

    question: str
    is_good: bool | None
    seen: str
    is_outside: bool = False


def table(found: list[Finding]) -> str:
    """Return a line for each: the answer, the question, and what was seen."""
    width = max([len(one.question) for one in found], default=0)
    lines = [f"{WORDS[one.is_good]:9}  {one.question:{width}}  {one.seen}" for one in found]
    unasked = sum(one.is_good is None for one in found)
    if unasked:
        lines.append(f"{unasked} of {len(found)} questions could not be asked: whether all is well is not known")
    return "\n".join(lines)


def exit_code(found: list[Finding]) -> int:
    """0 where all is well, 1 after a no, 2 where something could not be asked."""
    if any(one.is_good is False for one in found):
        return NOT_WELL
    return NOT_KNOWN if any(one.is_good is None for one in found) else WELL


def breaks_a_deployment(one: Finding) -> bool:
    """Tell whether what was deployed is not well; what could not be asked, or hangs on others, says nothing of it."""
    return one.is_good is False and not one.is_outside
