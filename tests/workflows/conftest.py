"""A theatre for the orchestrator: the real engine on virtual time, the app's own activities, and a cardboard Azure."""

from collections.abc import Iterator

import pytest

from tests.support.stage.play import Play, on_stage


@pytest.fixture
def play() -> Iterator[Play]:
    with on_stage() as play:
        yield play
