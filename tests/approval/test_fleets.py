"""A fleet of images in the running app, approved as one: each is decided, promoted and deleted by itself."""

import re

import pytest

from tests.support.running.app import outcome
from tests.support.running.azure import running_azure
from tests.support.running.fleets import asking_fleet
from tests.support.running.mailboxes import ADA
from tests.support.running.site import running_site
from tests.support.running.system_key import keep_house
from tests.support.running.visitors import Browser
from tests.support.waiting import eventually

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


IMAGES = 12


@pytest.fixture(scope="module")
def patient_site():
    """An app whose fleets are looked at often even where they only wait."""
    with running_azure() as azure, running_site(azure, MIGRATION_POLL_INTERVAL_MAX="PT1S") as site:
        yield site


def test_a_fleet_that_is_begun_asks_and_ends_by_one_message_each(patient_site):
    """Each receiver is told twice of all of its images, and never of one of them."""
    site = patient_site
    images = [site.azure.seed_image("fleet") for _ in range(IMAGES)]
    order = {
        "name": "shop",
        "terms": {"approval": "fleet"},
        "rows": [{"request": {"sourceImageId": one}} for one in images],
    }
    fleet = site.app.call("POST", "fleets", order).json()

    def look():
        return site.app.call("GET", f"fleets/{fleet['id']}").json()

    eventually(lambda: look()["counts"].get("asked") == IMAGES, 120)
    (asks,) = eventually(site.ada.messages, 60)
    assert asks["title"] == f"Approve the migration of {IMAGES} images of the fleet shop?"
    link = re.search(r"https?://\S+/api/fleet-approvals/[\w-]+\?token=[\w-]+", asks["message"])[0]
    browser, address = Browser(), link.partition("?")[0]
    assert browser.open(link).status_code == 303
    page = browser.open(address).text
    form = [("csrf", CSRF.search(page)[1]), ("decision", "approve"), ("number", str(IMAGES)), ("comment", "booted")]
    answer = browser.send(address, [*form, *(("shown", one) for one in SHOWN.findall(page))])
    assert f"{IMAGES} of {IMAGES} images approved" in answer.text
    eventually(lambda: look()["overAt"], 120)
    assert look()["counts"] == {"migrated": IMAGES}
    assert [site.azure.exists(one) for one in images] == [False] * IMAGES
    eventually(lambda: len(site.ada.messages()) > 1, 60)
    keep_house(site.app, site.azure)
    told = [box.titles("") for box in (site.ada, site.team)]
    ended = f"The migration of the fleet shop ended: {IMAGES} migrated"
    assert [titles[1:] for titles in told] == [[ended], [ended]]
    assert f"/api/fleets/{fleet['id']}/results" in site.team.messages()[-1]["message"]
    assert [row for row in site.azure.rows("image") if '"owed": []' not in row["document0"]] == []
