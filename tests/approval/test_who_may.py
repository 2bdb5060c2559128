"""No named human, no decision: roles, teams and programs are nobody in particular. Nor does whoever asked decide."""

from urllib.parse import quote

import pytest

from tests.support.running.app import outcome
from tests.support.running.azure import running_azure
from tests.support.running.mailboxes import ADA
from tests.support.running.site import running_site
from tests.support.running.visitors import Browser, principal, program

GRACE, EVE = principal("grace@contoso.com"), principal("eve@contoso.com")
RITA = principal("rita@contoso.com", oid="rita-object-id", roles=["ImageApprover"])
OTTO = principal("otto@contoso.com", oid="0b0e-object-id")
WITH_SIGN_IN = {"WEBSITE_AUTH_ENABLED": "true"}
DEMANDED = {**WITH_SIGN_IN, "MIGRATION_REQUIRE_IDENTITY": "true"}


@pytest.fixture(scope="module")
def role_site():
    """Identity is demanded, and one of the links goes to all who have a role."""
    with running_azure() as azure, running_site(azure, team="ImageApprover=", **DEMANDED) as site:
        yield site


@pytest.fixture(scope="module")
def question(role_site):
    """For the tests that decide nothing."""
    return role_site.waiting()


@pytest.fixture(scope="module")
def display_site():
    """A name is enough, and one of the links goes to somebody by the name that people see."""
    with running_azure() as azure, running_site(azure, team="ImageApprover=") as site:
        yield site


def refused(site, migration, identity, code, **said):
    """A decision over the API in somebody's name is refused for this reason, and changes nothing."""
    before = site.migration(migration)
    answer = site.app.call("POST", migration["links"]["approval"], site.opinion(migration, **said), identity=identity)
    assert site.migration(migration) == before
    return (answer.status_code, answer.json().get("code")) == (403, code)


def test_a_link_to_a_role_decides_nothing_before_somebody_has_signed_in(role_site, question):
    link = role_site.team_link(question)
    page = Browser().open(link)
    back = quote(f"/api/{link.partition('/api/')[2]}", safe="")
    assert page.status_code == 403
    assert f"post_login_redirect_uri={back}" in page.text
    assert "<form" not in page.text
    form = Browser(RITA).form(link, decision="approve", approver="ImageApprover")
    for name in ("ImageApprover", ADA, "Rita"):
        assert Browser().send(link, form | {"approver": name}).status_code == 403
    assert role_site.migration(question) == question


def test_who_has_the_role_decides_by_its_link_and_is_named(role_site):
    migration = role_site.waiting()
    page = Browser(RITA).decide(role_site.team_link(migration), "reject", comment="no", approver="ImageApprover")
    assert "<strong>rita@contoso.com</strong> (verified)" in page.text
    approval = role_site.migration(migration)["approval"]
    assert (approval["approver"], approval["verified"]) == ("rita@contoso.com", True)


def test_who_has_not_the_role_does_not_decide_by_its_link(role_site, question):
    page = Browser(EVE).open(role_site.team_link(question))
    assert (page.status_code, "this link was sent to ImageApprover" in page.text) == (403, True)


@pytest.mark.parametrize("says_so", [True, False], ids=["says that it is one", "names no user"])
def test_a_program_is_no_named_human_however_it_is_called_and_whatever_role_it_has(role_site, question, says_so):
    robot = program("a-program", says_so=says_so, roles=["ImageApprover"])
    for decision in ("approve", "accept", "reject"):
        assert refused(role_site, question, robot, "IdentityRequired", decision=decision, approver=ADA)
    for link in (role_site.team_link(question), role_site.link(question)):
        page = Browser(robot).open(link)
        assert (page.status_code, "<form" in page.text) == (403, False)
    assert role_site.migration(question) == question


def test_a_program_cannot_stop_what_people_have_approved(role_site):
    migration = role_site.waiting()
    ada = Browser(principal(ADA))
    with role_site.held_while_promoting(migration):
        ada.decide(role_site.link(migration), "approve")
        stop = ada.form(role_site.link(migration))
        ada.session.headers.update(program("a-program", roles=["ImageApprover"]))
        assert ada.send(role_site.link(migration), stop).status_code == 403
        assert role_site.migration(migration)["outcome"] is None
    assert outcome(role_site.app.ended(migration["id"])) == ("Migrated", "Migrated")


def test_a_link_to_a_role_asks_for_a_name_where_a_name_is_enough(display_site):
    site, migration = display_site, display_site.waiting()
    browser, link = Browser(), display_site.team_link(migration)
    page = browser.open(link)
    assert "Your name" in page.text
    assert "ImageApprover" not in page.text
    assert browser.decide(link, "approve").status_code == 422
    assert "not verified" in browser.decide(link, "reject", approver="Sue", comment="no").text
    approval = site.migration(migration)["approval"]
    assert (approval["approver"], approval["verified"]) == ("Sue", False)


def test_who_asked_first_may_not_approve_after_a_colleague_asked_again(strict_site):
    """Neither in the run that was asked again while it lived, nor in the one that a rejection made of it."""
    site, asked = strict_site, strict_site.start_as(RITA)
    again = site.ask_again(asked, identity=GRACE)
    assert again["run"] == asked["run"]
    assert refused(site, again, RITA, "FourEyes", decision="approve")
    Browser(OTTO).decide(site.team_link(again), "reject", comment="wrong day")
    site.app.ended(asked["id"])
    later = site.ask_again(asked, identity=EVE)
    assert later["before"] == asked["run"]
    for decision in ("approve", "accept", "reject"):
        assert refused(site, later, RITA, "FourEyes", decision=decision)
    page = Browser(RITA).open(site.team_link(later))
    assert (page.status_code, "asked for this migration and cannot decide" in page.text) == (403, True)
    Browser(OTTO).decide(site.team_link(later), "approve")
    ended = site.app.ended(asked["id"])
    assert (outcome(ended), ended["approval"]["approver"]) == (("Migrated", "Migrated"), "otto@contoso.com")


def test_who_asked_again_in_between_may_not_approve_either(strict_site):
    site, asked = strict_site, strict_site.start_as(GRACE)
    for identity in (OTTO, EVE):
        Browser().decide(site.link(asked), "reject", comment="no")
        site.app.ended(asked["id"])
        asked = site.ask_again(asked, identity=identity)
    assert refused(site, asked, OTTO, "FourEyes", decision="approve")
    assert Browser(OTTO).open(site.team_link(asked)).status_code == 403
    Browser().decide(site.link(asked), "approve")
    assert outcome(site.app.ended(asked["id"])) == ("Migrated", "Migrated")


def test_a_link_that_may_not_decide_cannot_stop_what_another_approved(strict_site):
    """The team's link, opened by nobody in particular, by who asked, and by who is no approver."""
    site, migration = strict_site, strict_site.start_as(OTTO)
    link = site.team_link(migration)
    rita = Browser(RITA)
    with site.held_while_promoting(migration):
        rita.decide(link, "approve")
        stop = rita.form(link)
        assert stop["decision"] == "stop"
        for identity in ({}, OTTO, EVE):
            other = Browser(identity)
            assert "<form" not in other.open(link).text
            other.session.cookies.update(rita.session.cookies)
            page = other.send(link, stop)
            assert (page.status_code, "Not allowed to stop it" in page.text) == (403, True)
        assert site.migration(migration)["outcome"] is None
    assert outcome(site.app.ended(migration["id"])) == ("Migrated", "Migrated")
