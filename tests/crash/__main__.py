"""`make crash`: every step of a migration, at every moment, for every way to start; and what is lost as a whole.

Not among the tests: it takes some ten minutes on two cores. `python -m tests.crash tag http` takes only these ways; of
what is lost as a whole, it is asked over HTTP.
"""

import sys

from tests.crash.cells import MOMENTS, STARTS, every_cell, host_cells
from tests.crash.losses import LOSSES, NAMED, lose
from tests.crash.matrix import running_matrix


def main(starts) -> int:
    """Print a line for each place, and what differed or was broken; 1 where anything was that has no name."""
    with running_matrix() as matrix:
        cells = [*every_cell(starts), *host_cells(starts)]
        print(f"{len(cells)} migrations, in each of which something dies once", flush=True)
        ends = matrix.run(cells)
        _print(ends, starts)
        lost = [lose(matrix, what, phase) for what, phase in LOSSES if "http" in starts]
        for one in lost:
            print(f"| {one.cell} | {one.outcome} | {one.differs or 'same end in Azure'} |", flush=True)
        for what, why in NAMED.items() if lost else ():
            print(f"{what}: {why}")
        broken = {str(one) for one in matrix.broken}
        wrong = [one for one in ends if one.differs or one.crashes_left] + [one for one in lost if one.differs]
        for said in [*(f"{one.cell}: {one.outcome}: {one.differs or 'nothing died'}" for one in wrong), *broken]:
            print(said)
        print(f"{len(ends) + len(lost)} ends, {len(wrong)} that differ, {len(broken)} violations")
        return int(bool(wrong or broken))


def _print(ends, starts):
    """A row for each place, a column for each way to start, in each the moments."""
    known = {(*_place(one.cell), one.cell.start, one.cell.moment): one for one in ends}
    print(f"| who dies | at | {' | '.join(starts)} |")
    print("|---|---|" + "---|" * len(starts))
    for place in dict.fromkeys(_place(one.cell) for one in ends):
        shown = [_moments(known, place, start) for start in starts]
        print(f"| {place[0]} | {place[1]} | {' | '.join(shown)} |", flush=True)


def _place(cell):
    return ("the host" if cell.host else "the worker"), f"`{cell.function}`{f' in {cell.phase}' if cell.phase else ''}"


def _moments(known, place, start):
    found = [(moment, known[*place, start, moment]) for moment in MOMENTS if (*place, start, moment) in known]
    if not found:
        return "not on its way"
    alike = [moment for moment, end in found if not end.differs and not end.crashes_left]
    if len(alike) == len(found):
        return f"same ({', '.join(alike)})"
    return "; ".join(f"{moment}: {end.differs or 'nothing died'}" for moment, end in found if moment not in alike)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(STARTS)))
