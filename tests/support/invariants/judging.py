"""All invariants, and what of a scene breaks them."""

from tests.support.invariants.invariant import Invariant, Violation
from tests.support.invariants.scene import Scene

INVARIANTS: tuple[Invariant, ...] = ()


def violations(scene: Scene, *, at_end: bool) -> list[Violation]:
    """Return every breach; `at_end` says that nothing is under way any more, and that nothing more will come."""
    return [
        Violation(one.name, one.sentence, found)
        for one in INVARIANTS
        if at_end or not one.at_end
        for found in one.find(scene)
    ]
