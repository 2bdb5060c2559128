"""Pages of a plan: whole definitions, every image once, from where the page before ended."""

import pytest

from migration.fleet.forecast import paging
from migration.fleet.forecast.ordering import Group, Sighted, Target
from migration.fleet.forecast.paging import PlaceGoneError, of_owners, page_of
from migration.fleet.member import FleetRow
from tests.support.samples import COMPUTE, make_image, make_request


def group(name, count, owner=""):
    members = []
    for number in range(count):
        source = f"{COMPUTE}/images/{name}-{number}"
        row = FleetRow(request=make_request(sourceImageId=source), owner=owner)
        members.append(Sighted(row, make_image(id=source, name=f"{name}-{number}")))
    return Group(Target("hub", name), members)


def names(groups):
    return [one.row.request.source_image_id.rpartition("/")[2] for each in groups for one in each.members]


def all_pages(groups, top):
    after, found = None, []
    while True:
        page = page_of(groups, after, top)
        found.append(names(page.groups))
        after = page.after
        if after is None:
            return found


GROUPS = [group("a", 2), group("b", 3), group("c", 1)]


@pytest.mark.parametrize(
    ("top", "sizes"), [(1, [2, 3, 1]), (2, [2, 3, 1]), (4, [2, 4]), (5, [5, 1]), (6, [6]), (500, [6])]
)
def test_a_page_has_whole_definitions_and_all_have_every_image_once(top, sizes):
    pages = all_pages(GROUPS, top)
    assert [len(page) for page in pages] == sizes
    assert [name for page in pages for name in page] == names(GROUPS)


def test_a_definition_of_very_many_images_is_cut(monkeypatch):
    monkeypatch.setattr(paging, "LARGEST_GROUP", 4)
    assert [len(page) for page in all_pages([group("a", 1), group("b", 9)], 3)] == [1, 4, 4, 1]


def test_a_page_may_begin_within_a_definition_that_was_not_finished():
    page = page_of(GROUPS, f"{COMPUTE}/IMAGES/B-0", 10)
    assert names(page.groups) == ["b-1", "b-2", "c-0"]


def test_where_an_image_has_gone_the_plan_begins_anew():
    with pytest.raises(PlaceGoneError):
        page_of(GROUPS, f"{COMPUTE}/images/d-0", 10)


def test_a_question_that_means_no_image_has_an_empty_page():
    assert page_of([], None, 10) == ([], None)


def test_owners_regard_no_case():
    groups = [group("a", 2, " Ada "), group("b", 1, "Bob"), group("c", 1)]
    assert names(of_owners(groups, ["ada"])) == ["a-0", "a-1"]
    assert names(of_owners(groups, ["ada", "bob"])) == ["a-0", "a-1", "b-0"]
    assert names(of_owners(groups, [])) == names(groups)
