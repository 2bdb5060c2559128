"""What a run waits for has its patience, also where another step of the same phase goes well in between."""

from datetime import timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmUnavailableError
from tests.support.stage.play import Play


@pytest.mark.parametrize("where", ["start_definition", "get_version"])
def test_an_azure_that_stays_away_ends_every_phase_in_time(play: Play, where: str):
    """The gallery was there, or the version promoted, at the begin of every execution: that took the cause away."""
    away_since: list[Any] = []

    def away(*_: Any, **__: Any) -> Any:
        away_since.append(play.stage.now)
        raise ArmUnavailableError("Away", "away")

    play.configure(patience="PT30M")
    if where == "get_version":
        play.start().until("AwaitingApproval")
        play.azure.progress_then = 50
        play.approve()
    play.azure.answers[where] = away
    if where == "start_definition":
        play.start()
    play.stage.advance(timedelta(hours=2))
    assert play.outcome[1] == "AzureUnavailable"
    assert away_since[-1] - away_since[0] < timedelta(hours=1)
