"""How long a soak is, in one vocabulary for tag, request and setting."""

from datetime import timedelta
from typing import Any

import pytest

from migration.asking.settings import Settings
from migration.asking.tags import request_from_tags
from migration.values.problems import RequestInvalidError
from tests.support.samples import SOURCE, make_request, make_settings

TAGS = {"migrate-to-gallery": "default"}
LONGEST = timedelta(days=90)
WRONG = ["14", "14 days", "P91D", "-P1D", "P", "soon", ""]


@pytest.mark.parametrize(
    ("said", "soak"),
    [
        ("P14D", timedelta(days=14)),
        ("PT0S", timedelta(0)),
        ("p2dT12h", timedelta(days=2, hours=12)),
        ("P90D", timedelta(days=90)),
    ],
)
def test_tag_request_and_setting_speak_of_it_alike(said: str, soak: timedelta):
    tagged = request_from_tags(SOURCE, TAGS | {"migrate-to-gallery-options": f"soak={said}"}, "migrate-to-gallery")
    assert tagged is not None
    assert (tagged.soak, make_request(soak=said).soak, make_settings(soak=said).soak) == (soak, soak, soak)


@pytest.mark.parametrize("said", [*WRONG, 14, 14.0, True, ["P14D"], {"days": 14}], ids=str)
def test_what_is_no_iso_duration_of_at_most_ninety_days_is_refused(said: Any):
    """Fourteen would have been as many seconds."""
    with pytest.raises(RequestInvalidError) as refused:
        make_request(soak=said)
    assert [problem.field for problem in refused.value.problems] == ["soak"]


@pytest.mark.parametrize("said", [one for one in WRONG if one])
def test_a_setting_that_is_none_is_refused(said: str):
    with pytest.raises(ValueError, match="soak"):
        make_settings(soak=said)


def test_there_is_none_unless_it_is_asked_for():
    assert (Settings.model_construct().soak, make_request().soak) == (timedelta(0), None)


def test_it_is_stored_as_it_is_written():
    assert make_request(soak="P14D").dump()["soak"] == "P14D"
