"""A page of a list of 100,000 migrations beside the same page of one of 1,000."""

import time
from contextlib import ExitStack
from functools import partial

from tests.bench.estates import FEW, MANY, Estate
from tests.bench.rows import Row, in_turns

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


def rows():
    with ExitStack() as stack:
        estates = [stack.enter_context(Estate.of(count)) for count in (FEW, MANY)]
        for name, path in PAGES.items():
            small, large = in_turns(partial(_seconds, path), estates, ROUNDS)
            yield Row(f"list of {MANY:,}: {name}", large / small, f"list of {FEW:,}", MOST)


def _seconds(path, estate):
    began = time.perf_counter()
    estate.page(path)
    return time.perf_counter() - began
