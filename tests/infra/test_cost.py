"""The numbers of docs/cost.md, counted on the orchestrator itself."""

import re
from datetime import timedelta

import pytest

from migration.course import steps
from tests.support.stage.play import Play
from tests.support.templates import ROOT

ROW = re.compile(r"^\| (\d+) (minutes|hours) \| (\d+) \| (\d+) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "cost.md").read_text())


def migrate(play, replication):
    """A migration that replicates evenly for so long, and is approved after four hours."""
    begun = []

    def progress():
        begun.append(play.stage.now)
        return min(100, int(100 * ((play.stage.now - begun[0]) / replication)))

    play.azure.progress = progress
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(hours=4))
    play.approve().until("Done")
    return play


def test_the_table_was_found():
    assert len(ROWS) == 4


@pytest.mark.parametrize(("amount", "unit", "looks", "activities"), ROWS)
def test_a_migration_takes_as_many_executions_as_the_table_says(monkeypatch, amount, unit, looks, activities):
    play = migrate(Play(monkeypatch), timedelta(**{unit: int(amount)}))
    assert (play.called(steps.CHECK_REPLICATION.name), len(play.stage.calls)) == (int(looks), int(activities))
    assert int(activities) == 19 + int(looks)
