"""`make bench`: what the app costs, as one table of ratios and counts of one run, which docs/performance.md keeps.

Not among the tests: it takes minutes. `make bench ONLY="lists calls"` measures these sections, and leaves the document.
"""

import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from tests.bench import sections
from tests.bench.rows import table

DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- bench -->\n", "<!-- end of bench -->\n"


def main(names):
    """Print the table; 1 where a row is over its bar."""
    known = [module.name for module in iter_modules(sections.__path__)]
    if unknown := set(names) - set(known):
        sys.exit(f"no section {', '.join(sorted(unknown))}: there are {', '.join(known)}")
    rows = [row for name in names or known for row in _section(name)]
    print(f"\n{table(rows)}", end="")
    if not names:
        _write(table(rows))
    return int(any(row.is_over for row in rows))


def _section(name):
    section = import_module(f"{sections.__name__}.{name}")
    print(f"{name}: {section.__doc__.splitlines()[0]}", file=sys.stderr)
    for row in section.rows():
        print("  " + "  ".join(filter(None, row.cells)), file=sys.stderr, flush=True)
        yield row


def _write(told):
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    DOCUMENT.write_text(f"{before}{BEGIN}{told}{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
