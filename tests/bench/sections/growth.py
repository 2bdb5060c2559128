"""What a migration and a page cost where 10,000 migrations have left their records, beside 100: a tenth is live."""

from contextlib import ExitStack

from tests.bench.grown import grown_to
from tests.bench.rows import Row, in_turns

FEW, MANY = 100, 10_000
ROUNDS = 5
MIGRATIONS = 10
PAGES = 100
MOST_TIMES = 1.1


def rows():
    with ExitStack() as stack:
        estates = [stack.enter_context(grown_to(count)) for count in (FEW, MANY)]
        for estate in estates:
            estate.cpu_of_migrations(2)  # what is imported and built once is no part of a migration
        few, many = in_turns(lambda estate: estate.cpu_of_migrations(MIGRATIONS), estates, ROUNDS)
        yield Row(f"CPU of a migration, {MANY:,} in the table", many / few, f"{FEW:,} in the table", MOST_TIMES)
        few, many = in_turns(lambda estate: estate.cpu_of_pages(PAGES), estates, ROUNDS)
        yield Row(f"CPU of a page, {MANY:,} in the table", many / few, f"{FEW:,} in the table", MOST_TIMES)
