"""Approving a fleet in a real browser: with and without scripts, by keyboard, on a phone, by the rules of axe."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.running.app import outcome
from tests.support.running.fleets import asking_fleet
from tests.support.running.mailboxes import ADA

PHONE = {"width": 360, "height": 740}


def heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(text))


def decide(page, decision, number, comment=""):
    page.get_by_role("radio", name=re.compile(f"^{decision}")).check()
    page.get_by_label("Comment").fill(comment)
    page.get_by_label("Number of images").fill(str(number))
    page.get_by_role("button", name="Decide about these images").click()


def axe(page, rules):
    page.evaluate(rules)
    return page.evaluate("axe.run()")["violations"]


@pytest.fixture(scope="module")
def fleet(site):
    """A fleet about which nothing is decided, one of whose images is locked."""
    fleet = asking_fleet(site, 3, 20, name="web servers of the shop")
    site.azure.lock(fleet.migrations[1]["sourceImageId"])
    return fleet


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_fleet_is_looked_at_and_decided_but_for_what_is_left_out(site, new_page, scripts):
    fleet = asking_fleet(site, 3, 21 + scripts)
    page = new_page(java_script_enabled=scripts)
    page.goto(fleet.link())
    assert "token" not in page.url
    heading(page, "Approve the migration of 3 images")
    expect(page.get_by_role("heading", name="All checks of all 3 images are met")).to_be_visible()
    expect(page.get_by_text(f"You decide as {ADA}")).to_be_visible()
    left = fleet.migrations[1]
    name = left["sourceImageId"].rpartition("/")[2]
    page.get_by_role("checkbox", name=f"Leave out {name}").check()
    decide(page, "Approve", 3)
    expect(page.get_by_role("alert")).to_contain_text("This would decide about 2 images")
    expect(page.get_by_role("checkbox", name=f"Leave out {name}")).to_be_checked()
    page.get_by_label("Number of images").fill("2")
    page.get_by_role("button", name="Decide about these images").click()
    heading(page, "2 of 2 images approved")
    for migration in (fleet.migrations[0], fleet.migrations[2]):
        assert outcome(site.app.ended(migration["id"])) == ("Migrated", "Migrated")
    assert site.azure.exists(left["sourceImageId"])
    page.get_by_role("link", name="Look at what still asks").click()
    heading(page, "Approve the migration of 1 image")


def test_an_image_that_changed_under_the_page_is_told_as_not_decided(site, new_page):
    fleet = asking_fleet(site, 2, 24)
    page = new_page()
    page.goto(fleet.link())
    locked = fleet.migrations[0]["sourceImageId"]
    lock = site.azure.lock(locked)
    decide(page, "Approve", 2)
    heading(page, "1 of 2 images approved")
    row = page.get_by_role("row", name=re.compile(locked.rpartition("/")[2]))
    expect(row).to_contain_text("Not decided.")
    expect(row).to_contain_text("has changed since you were shown it")
    assert site.azure.exists(locked)
    site.azure.unlock(lock)


def test_what_stands_against_an_image_is_seen_first(fleet, page):
    page.goto(fleet.link())
    expect(page.get_by_role("heading", name="1 image of 3 needs your attention")).to_be_visible()
    first = page.get_by_role("row").nth(1)
    expect(first).to_contain_text(fleet.migrations[1]["sourceImageId"].rpartition("/")[2])
    expect(first).to_contain_text("Locked by")
    expect(first).to_contain_text("Nothing: it cannot be approved now, and is kept")
    expect(page.get_by_text("possible for 2 of the 3 shown: 2 source images are deleted for good.")).to_be_visible()


def test_the_keyboard_alone_is_enough(site, new_page):
    fleet = asking_fleet(site, 2, 25)
    page = new_page()
    page.goto(fleet.link())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to your decision")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name=re.compile("^Reject"))).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("They do not boot.")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Decide about these images")).to_be_focused()
    page.keyboard.press("Enter")
    heading(page, "2 of 2 images rejected")
    assert fleet.approval()["comment"] == "They do not boot."


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["desktop", "phone"])
def test_the_page_breaks_no_rule_of_axe_and_needs_no_scrolling_aside(fleet, new_page, axe_rules, scheme, size):
    page = new_page(viewport=size, color_scheme=scheme, bypass_csp=True)
    page.goto(fleet.team_link)
    assert axe(page, axe_rules) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_label("Number of images").fill("7")
    page.get_by_role("radio", name=re.compile("^Keep both")).check()
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_role("button", name="Decide about these images").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was decided yet")
    assert axe(page, axe_rules) == []
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("Number of images")).to_be_focused()
    page.get_by_label("Number of images").fill("3")


def test_the_list_of_results_breaks_no_rule_of_axe(site, new_page, axe_rules):
    fleet = asking_fleet(site, 2, 26)
    page = new_page(viewport=PHONE, bypass_csp=True)
    page.goto(fleet.link())
    lock = site.azure.lock(fleet.migrations[0]["sourceImageId"])
    decide(page, "Approve", 2)
    heading(page, "1 of 2 images approved")
    assert axe(page, axe_rules) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    site.azure.unlock(lock)
