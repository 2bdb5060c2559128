"""A fleet of images in the running app, approved as one: each is decided, promoted and deleted by itself."""

import re

import pytest

from tests.support.running.app import outcome
from tests.support.running.fleets import asking_fleet
from tests.support.running.mailboxes import ADA
from tests.support.running.visitors import Browser

SHOWN = re.compile(r'name="shown" value="([^"]+)"')
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def questions(site, fleet):
    answer = site.app.call("GET", f"fleets/{fleet.id}/questions")
    assert answer.status_code == 200, answer.text
    return answer.json()


def decided(site, fleet, told, **changes):
    said = {
        "decision": "approve",
        "approver": "Ada Lovelace",
        "count": told["counts"]["approve"],
        "questions": [one["shown"] for one in told["questions"]],
    }
    return site.app.call("POST", f"fleets/{fleet.id}/approval", said | changes)


def test_a_fleet_approved_over_the_api_deletes_each_source_but_those_left_out(site):
    fleet = asking_fleet(site, 3, 1)
    told = questions(site, fleet)
    assert (told["asking"], told["counts"]) == (3, {"approve": 3, "accept": 3, "reject": 3})
    left = fleet.migrations[1]
    answer = decided(site, fleet, told, count=2, leaveOut=[left["sourceImageId"]])
    assert (answer.status_code, answer.json()["decided"]) == (202, 2)
    for migration in (fleet.migrations[0], fleet.migrations[2]):
        assert outcome(site.app.ended(migration["id"])) == ("Migrated", "Migrated")
        assert not site.azure.exists(migration["sourceImageId"])
    assert site.app.migration(left["id"])["phase"] == "AwaitingApproval"
    assert site.azure.exists(left["sourceImageId"])
    again = decided(site, fleet, told, count=2, leaveOut=[left["sourceImageId"]])
    assert (again.status_code, again.json()["decided"]) == (202, 2)
    assert site.azure.exists(left["sourceImageId"])


def test_a_fleet_is_decided_on_its_page_by_the_person_of_the_link(site):
    fleet = asking_fleet(site, 2, 2)
    browser, link = Browser(), fleet.link()
    followed = browser.open(link)
    address = f"{link.partition('?')[0]}"
    assert (followed.status_code, followed.headers["Location"]) == (303, f"./{fleet.id}")
    page = browser.open(address).text
    form = [("csrf", CSRF.search(page)[1]), ("decision", "accept"), ("number", "2"), ("comment", "")]
    answer = browser.send(address, [*form, *(("shown", one) for one in SHOWN.findall(page))])
    assert "2 of 2 images accepted" in answer.text
    for number, migration in enumerate(fleet.migrations, 1):
        assert outcome(site.app.ended(migration["id"])) == ("SourceKept", "Accepted")
        assert fleet.approval(number)["approver"] == ADA
        assert site.azure.exists(migration["sourceImageId"])


def test_what_changed_after_it_was_shown_and_what_was_asked_anew_is_not_decided(site):
    fleet = asking_fleet(site, 3, 3)
    told = questions(site, fleet)
    locked, anew, free = fleet.migrations
    lock = site.azure.lock(locked["sourceImageId"])
    fleet.ask_anew(2)
    answer = decided(site, fleet, told)
    results = {one["sourceImageId"]: one["code"] for one in answer.json()["results"]}
    assert answer.status_code == 202
    assert results == {
        locked["sourceImageId"]: "FactsChanged",
        anew["sourceImageId"]: "OtherQuestion",
        free["sourceImageId"]: None,
    }
    assert outcome(site.app.ended(free["id"])) == ("Migrated", "Migrated")
    for kept in (locked, anew):
        assert site.azure.exists(kept["sourceImageId"])
        assert site.app.migration(kept["id"])["approval"] is None
    assert [one["number"] for one in questions(site, fleet)["questions"]] == [1, 2]
    site.azure.unlock(lock)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_forged_count_decides_nothing(site, count):
    fleet = asking_fleet(site, 2, 4 + count)
    answer = decided(site, fleet, questions(site, fleet), count=count)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "OtherCount")
    assert [site.app.migration(one["id"])["approval"] for one in fleet.migrations] == [None, None]


def test_the_questions_of_another_fleet_decide_nothing_in_this_one(site):
    mine, theirs = asking_fleet(site, 1, 10), asking_fleet(site, 1, 11)
    told = questions(site, theirs)
    answer = decided(site, mine, told)
    assert (answer.status_code, answer.json()["code"]) == (409, "NothingDecided")
    unknown = site.app.call("POST", f"fleets/fleet-{'f' * 32}/approval", {})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "NoFleet")
    for fleet in (mine, theirs):
        assert site.app.migration(fleet.migrations[0]["id"])["approval"] is None
