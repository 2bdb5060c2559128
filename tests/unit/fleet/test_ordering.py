"""The order in which the images of a fleet are taken: of one definition the oldest first."""

from datetime import timedelta

import pytest

from migration.fleet.forecast.ordering import Sighted, after_a_younger, in_groups, numbers_in, waved
from migration.fleet.member import FleetRow
from tests.support.samples import COMPUTE, DEFAULTS, NOW, make_image, make_request


def sighted(name, age=None, **row):
    source = f"{COMPUTE}/images/{name}"
    fields = {"sourceImageId": source}
    fields |= {key: row.pop(key) for key in ("imageDefinition", "gallery") if key in row}
    made = NOW - timedelta(days=age) if age is not None else None
    image = make_image(id=source, name=name, created_at=made)
    return Sighted(FleetRow(request=make_request(**fields), **row), image)


def names(groups):
    return [[one.row.request.source_image_id.rpartition("/")[2] for one in group.members] for group in groups]


def test_the_oldest_image_of_a_definition_comes_first_whatever_its_name():
    found = [sighted(f"web-{number}", age, imageDefinition="web") for number, age in ((1, 5), (2, 30), (3, 10))]
    assert names(in_groups(found, DEFAULTS)) == [["web-2", "web-3", "web-1"]]


def test_where_the_age_is_not_known_of_all_the_numbers_in_the_names_count():
    found = [sighted(name, age, imageDefinition="web") for name, age in (("web-10", 1), ("web-9", None), ("web-2", 9))]
    assert names(in_groups(found, DEFAULTS)) == [["web-2", "web-9", "web-10"]]


def test_an_image_that_is_left_out_need_not_have_an_age():
    found = [sighted("web-1", 1, imageDefinition="web"), sighted("web-2", 9, imageDefinition="web")]
    out = sighted("web-3", None, imageDefinition="web", left_out=True)
    assert names(in_groups([*found, out], DEFAULTS))[0][-2:] == ["web-2", "web-1"]


def test_images_of_different_definitions_galleries_and_subscriptions_do_not_mix():
    elsewhere = sighted("other", 1, imageDefinition="web", gallery="elsewhere")
    found = [sighted("web", 1), sighted("Web_2", 2, imageDefinition="WEB"), sighted("db", 3), elsewhere]
    assert names(in_groups(found, DEFAULTS)) == [["db"], ["Web_2", "web"], ["other"]]


def test_waves_are_as_large_as_asked():
    groups = waved(in_groups([sighted(f"a{number:02}", 1) for number in range(7)], DEFAULTS), 3)
    assert [one.row.wave for group in groups for one in group.members] == [1, 1, 1, 2, 2, 2, 3]


def test_an_earlier_wave_comes_first_and_an_older_image_in_a_later_one_is_told():
    young, old = sighted("young", 1, imageDefinition="web"), sighted("old", 9, imageDefinition="web", wave=2)
    [group] = in_groups([old, young], DEFAULTS)
    assert names([group]) == [["young", "old"]]
    assert after_a_younger(group.members) == {f"{COMPUTE}/images/old"}
    assert after_a_younger(group.members[::-1]) == set()


@pytest.mark.parametrize(("name", "numbers"), [("web-2024-01-31", (2024, 1, 31)), ("web", ()), ("v2-web-007", (2, 7))])
def test_numbers_of_a_name(name, numbers):
    assert numbers_in(name) == numbers
