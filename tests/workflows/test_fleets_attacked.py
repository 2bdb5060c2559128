"""Fleets that somebody or something works against: images of which Azure says nothing."""

from typing import Any

import pytest

from arm.transport.errors import ArmUnavailableError
from migration.fleet.moving import FleetMove
from migration.values.ids import instance_id_for
from tests.support.stage.fleets import FleetPlay, fleet_on_stage, id_of
from tests.support.stage.many import MINUTE


@pytest.fixture
def play():
    with fleet_on_stage() as play:
        yield play.configure(poll_interval="PT1M", max_in_flight="50")


def test_an_image_of_which_azure_gives_no_answer_stops_no_other(play: FleetPlay):
    rows = play.add_images(4)

    def get_image(image_id: str) -> Any:
        if image_id == id_of(0):
            raise ArmUnavailableError("InternalServerError", "no answer")
        return play.many.sources.get(image_id)

    play.azure.answers["get_image"] = get_image
    play.begin(rows)
    play.stage.advance(30 * MINUTE)
    assert play.counts == {"waiting": 1, "kept": 3}
    del play.azure.answers["get_image"]
    play.until_over()
    assert play.counts == {"kept": 4}


def test_whoever_had_an_image_tried_again_has_asked_for_its_run(play: FleetPlay):
    """With four eyes, somebody had it tried again, and approved it: nobody knew that they had asked."""
    rows = play.add_images(2)
    image = play.many.sources.pop(id_of(0))
    play.begin(rows).until_over()
    play.many.sources[image.id] = image
    play.steer(FleetMove.RETRY, by="Bob")
    play.until_over()
    asked = [[one.name for one in play.records.run(instance_id_for(id_of(n))).requesters] for n in (0, 1)]
    assert asked == [["Ada", "Bob"], ["Ada"]]
