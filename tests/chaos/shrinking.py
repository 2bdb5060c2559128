"""Makes a schedule that fails as short as it goes: what is left fails by the same invariant (delta debugging)."""

from collections.abc import Callable, Sequence

from tests.chaos.happenings.happening import Happening

MOST_TRIES = 80


def shrunk(schedule: Sequence[Happening], fails: Callable[[Sequence[Happening]], bool]) -> list[Happening]:
    """Leave out ever smaller parts of a schedule for as long as it `fails` without them, which it does as it is."""
    left, tries = list(schedule), 0
    size = max(1, len(left) // 2)
    while True:
        begin, smaller = 0, False
        while begin < len(left) and tries < MOST_TRIES:
            without = left[:begin] + left[begin + size :]
            tries += 1
            if without and fails(without):
                left, smaller = without, True
            else:
                begin += size
        if tries >= MOST_TRIES or (size == 1 and not smaller):
            return left
        size = size if smaller and size == 1 else max(1, size // 2)
