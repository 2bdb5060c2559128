"""Which images of a fleet are started next: by wave, window and definition; and when it is over."""

from datetime import timedelta
from typing import Any

import pytest

from migration.asking.request import MigrationRequest
from migration.fleet.advancing import HEARD_AFTER, InFleet, next_step
from migration.fleet.fleet import Fleet, FleetStage, FleetTerms, WaveStart
from migration.fleet.member import Member, MemberStage
from tests.support.samples import NOW, SOURCE

# How an image stands: w(aiting), o(n its way), q(uestion asked), e(nded), p(assed), l(eft out).
STAGES = {"w": MemberStage.WAITING, "l": MemberStage.WAITING, "p": MemberStage.PASSED}
DAY = timedelta(days=1)


def images(*waves: str, definitions: str = "", version: str | None = None) -> list[InFleet]:
    """One letter an image, a text a wave; `definitions` has a letter for each, in their order."""
    found = []
    for wave, letters in enumerate(waves, 1):
        for letter in letters:
            number = len(found) + 1
            named: dict[str, Any] = (
                {"image_definition": definitions[number - 1], "version": version} if definitions else {}
            )
            request = MigrationRequest(source_image_id=f"{SOURCE}{number}", **named)
            stage = STAGES.get(letter, MemberStage.STARTED)
            member = Member(request=request, wave=wave, left_out=letter == "l", number=number, stage=stage)
            found.append(InFleet(member, is_past=letter not in "wo", has_ended=letter == "e"))
    return found


def fleet(window: int = 3, stage: FleetStage = FleetStage.RUNNING, starts: dict[int, Any] | None = None) -> Fleet:
    terms = FleetTerms(window=window, wave_starts=[WaveStart(wave=wave, at=at) for wave, at in (starts or {}).items()])
    return Fleet(id="fleet-1", terms=terms, size=1, requested_by="Ada", created_at=NOW, stage=stage, at=NOW)


def started(found: list[InFleet], most: int = 50, **of_fleet: Any) -> list[int]:
    return [member.number for member in next_step(fleet(**of_fleet), found, NOW, most=most).start]


@pytest.mark.parametrize(
    ("waves", "numbers"),
    [
        (["wwwww"], [1, 2, 3]),
        (["oowww"], [3]),
        (["ooow"], []),
        (["oooow"], []),  # the window was made smaller
        (["qqqqqww"], [6, 7]),  # whoever is asked takes up no room
        (["eplww"], [4, 5]),
        (["ww", "ww"], [1, 2]),
        (["oq", "ww"], []),
        (["qepl", "wwww"], [5, 6, 7]),
        (["q", "e", "ww"], [3, 4]),
        (["qw", "ow"], [2]),  # a retry, while a later wave is under way
        (["qo", "ow"], []),
        (["l", "l", "w"], [3]),
        (["eee"], []),
    ],
)
def test_a_wave_begins_when_the_last_is_through_and_never_more_than_the_window_is_on_its_way(waves, numbers):
    assert started(images(*waves)) == numbers


@pytest.mark.parametrize(
    ("letters", "definitions", "numbers"),
    [
        ("wwww", "aabb", [1, 3]),
        ("owww", "aabb", [3]),
        ("qwww", "aabb", [2, 3]),
        ("ewww", "abab", [2, 3]),
        ("wwww", "aAaA", [1]),
        ("pwww", "aaaa", [2]),
        ("lwww", "aaaa", [2]),
    ],
)
def test_of_one_definition_one_image_is_on_its_way_at_a_time_in_the_order_of_the_rows(letters, definitions, numbers):
    assert started(images(letters, definitions=definitions)) == numbers


def test_images_whose_numbers_are_asked_for_go_side_by_side():
    assert started(images("wwww", definitions="aaaa", version="1.0.0")) == [1, 2, 3]
    assert started(images("wwww", definitions="aaaa", version="auto")) == [1]


def test_the_gallery_that_a_request_leaves_to_the_settings_is_that_of_another_that_names_it():
    found = images("ww", definitions="aa")
    named = found[1].member.request.changed(gallery="contoso_gallery")
    found[1] = found[1]._replace(member=found[1].member.changed(request=named))
    default = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/Contoso_Gallery"
    step = next_step(fleet(), found, NOW, most=9, default_gallery=default)
    assert [one.number for one in step.start] == [1]


def test_two_images_whose_names_give_the_same_definition_are_not_made_side_by_side():
    found = images("ww")
    for at, name in enumerate(("web_1", "web-1")):
        request = MigrationRequest(source_image_id=SOURCE.rpartition("/")[0] + f"/{name}")
        found[at] = found[at]._replace(member=found[at].member.changed(request=request))
    assert started(found) == [1]


def test_no_more_are_started_by_one_look_than_it_may_and_the_next_comes_at_once():
    step = next_step(fleet(window=9), images("wwwww"), NOW, most=2)
    assert ([one.number for one in step.start], step.more) == ([1, 2], True)
    step = next_step(fleet(window=9), images("ww"), NOW, most=2)
    assert (len(step.start), step.more) == (2, False)
    step = next_step(fleet(window=2), images("wwww"), NOW, most=2)
    assert (len(step.start), step.more) == (2, False)


def test_a_wave_waits_for_its_date_and_for_the_wave_before_it():
    found = images("q", "w")
    step = next_step(fleet(starts={2: NOW + DAY}), found, NOW, most=9)
    assert (step.start, step.opens_at) == ([], NOW + DAY)
    assert started(found, starts={2: NOW}) == [2]
    assert started(images("o", "w"), starts={2: NOW - DAY}) == []
    assert started(images("w", "w"), starts={1: NOW + DAY}) == []


@pytest.mark.parametrize("stage", sorted(set(FleetStage) - {FleetStage.RUNNING}))
def test_a_fleet_that_does_not_run_starts_nothing(stage: FleetStage):
    assert started(images("qw"), stage=stage) == []


@pytest.mark.parametrize(
    ("letters", "stage", "over"),
    [
        ("epl", "running", True),
        ("eq", "running", False),
        ("eo", "running", False),
        ("ew", "running", False),
        ("ew", "paused", False),
        ("ep", "paused", True),
        ("ew", "cancelled", True),
        ("eow", "cancelled", False),
        ("eqw", "cancelled", False),
        ("ll", "running", True),
    ],
)
def test_a_fleet_is_over_when_nothing_of_it_can_happen_any_more(letters: str, stage: str, over: bool):
    assert next_step(fleet(stage=FleetStage(stage)), images(letters), NOW + HEARD_AFTER, most=9).is_over is over


def test_a_cancelled_fleet_is_not_over_before_it_is_seen_whether_an_image_was_just_being_started():
    step = next_step(fleet(stage=FleetStage.CANCELLED), images("ew"), NOW, most=9)
    assert (step.is_over, step.start, step.opens_at) == (False, [], NOW + HEARD_AFTER)
    assert next_step(fleet(stage=FleetStage.CANCELLED), images("el"), NOW, most=9).is_over
