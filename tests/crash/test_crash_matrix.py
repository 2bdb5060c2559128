"""A worker that dies at any step of a migration costs nothing but time: Azure ends as it does undisturbed.

Many migrations run in one app at once, and a worker's death meets all of them; each has one step of its own at which
it happens. `make crash` runs every step at every moment for every way to start; here are those of a tag, and more.
"""

import pytest

from migration.names import MIGRATE_IMAGE, TELL_PEOPLE
from tests.crash.cells import MOMENTS, PHASES, STARTS, Cell, every_cell, host_cells
from tests.crash.losses import HUB, TABLE, lose
from tests.crash.matrix import running_matrix
from tests.support.steps import OF_AN_IMAGE

OF_A_TAG = [cell for cell in every_cell(["tag"], ["before,after"]) if cell.function != MIGRATE_IMAGE]
BY_START = [Cell(start, function, "after") for start, function in STARTS.items() if start != "tag"]
PHASES_HERE = ("Creating", "AwaitingApproval", "DeletingSource")
IN_A_PHASE = [Cell("http", MIGRATE_IMAGE, "after", phase) for phase in PHASES_HERE]
HOSTS = [cell for cell in host_cells(["http"], ["before"]) if cell.phase in {"Replicating", "DeletingSource"}]
CELLS = [*OF_A_TAG, *BY_START, *IN_A_PHASE, *HOSTS]


@pytest.fixture(scope="module")
def matrix():
    with running_matrix() as running:
        yield running


@pytest.fixture(scope="module")
def ends(matrix):
    return {one.cell: one for one in matrix.run(CELLS)}


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_what_died_on_the_way_ends_as_what_did_not(ends, cell):
    assert ends[cell].crashes_left == 0, "nothing died"
    assert ends[cell].differs == ""
    assert ends[cell].outcome == {"cancelled": "Cancelled/Cancelled"}.get(cell.story, "Migrated/Migrated")


@pytest.mark.parametrize(
    ("what", "phase", "first"),
    [
        (HUB, "AwaitingApproval", "Cancelled/Terminated"),
        (HUB, "DeletingSource", "Cancelled/Terminated"),
        (TABLE, "AwaitingApproval", "no record"),
        (TABLE, "DeletingSource", "no record"),
    ],
)
def test_what_is_lost_as_a_whole_keeps_the_source_until_it_is_asked_for_again(matrix, ends, what, phase, first):
    ended = lose(matrix, what, phase)
    assert ended.outcome == f"{first}, then Migrated/Migrated"
    assert ended.differs == ""


def test_every_invariant_held_at_every_look_and_in_the_end(matrix, ends):
    assert [str(one) for one in matrix.broken] == []
    assert matrix.pages > len(CELLS) // 2


def test_the_matrix_has_every_step_of_the_app():
    cells = every_cell()
    assert {cell.function for cell in cells} >= {*OF_AN_IMAGE, MIGRATE_IMAGE, TELL_PEOPLE}
    moments = {(cell.start, cell.moment) for cell in cells}
    assert moments == {(start, moment) for start in STARTS for moment in MOMENTS}
    assert {cell.phase for cell in cells} - {""} == set(PHASES)
