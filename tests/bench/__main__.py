"""`make bench`: what must not grow with the number of migrations, measured side by side in one run, and printed.

Not among the tests: it takes a minute, and times say little on a machine that does other things.
"""

import sys
import time
from contextlib import ExitStack
from statistics import median

from tests.bench.estates import FEW, MANY, Estate

ROUNDS = 15
MOST = 2.0  # times as long as in the small estate
PAGES = {
    "first page": "migrations?top=100",
    "page from the middle": "migrations?top=100&after={middle}",
    "page of one outcome": "migrations?top=100&outcome=Migrated",
    "page of one subscription": "migrations?top=100&subscription={subscription}",
    "page of a text": "migrations?top=100&text=web-",
    "page of what is live": "migrations?top=100&phase=AwaitingApproval",
}


def main() -> int:
    """Print a line for each kind of page; 1 where one takes too long."""
    with ExitStack() as stack:
        small, large = (stack.enter_context(Estate.of(count)) for count in (FEW, MANY))
        print(f"{'a page of 100 out of':<28}{small.count:>10,}{large.count:>10,}    ratio")
        ratios = [_measured(name, path, small, large) for name, path in PAGES.items()]
    print(f"the bar is {MOST:.1f}, that of the slowest {max(ratios):.2f}")
    return int(max(ratios) > MOST)


def _measured(name: str, path: str, *estates: Estate) -> float:
    """Ask the estates in turns, so that whatever else the machine does meets both."""
    seconds: list[list[float]] = [[] for _ in estates]
    for _ in range(ROUNDS):
        for taken, estate in zip(seconds, estates, strict=True):
            began = time.perf_counter()
            estate.page(path)
            taken.append(time.perf_counter() - began)
    small, large = (median(taken) for taken in seconds)
    print(f"{name:<28}{small * 1000:>7.0f} ms{large * 1000:>7.0f} ms    {large / small:.2f}", flush=True)
    return large / small


if __name__ == "__main__":
    sys.exit(main())
