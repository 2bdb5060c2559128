"""A decision takes something that only a person enters: a form sent as it stands decides nothing."""

import re

import pytest

from tests.support.running.app import outcome
from tests.support.running.mailboxes import ADA
from tests.support.running.visitors import Browser, principal, words_of

ADA_SIGNED_IN = principal(ADA, oid="ada")
DECISIONS = ("approve", "accept", "reject")


def name_of(migration):
    return migration["sourceImageId"].rpartition("/")[2]


@pytest.fixture(scope="module")
def question(site):
    return site.waiting()


@pytest.fixture(scope="module")
def strict_question(strict_site):
    return strict_site.waiting()


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("link_of", ["link", "team_link"])
def test_a_form_sent_as_it_stands_decides_nothing(site, question, link_of, decision):
    """One POST of a link of one's own deleted an image, and nobody had read anything."""
    link, browser = getattr(site, link_of)(question), Browser()
    assert browser.send(link, browser.form_as_it_stands(link, decision)).status_code == 422
    assert site.migration(question) == question


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("link_of", ["link", "team_link"])
def test_nor_does_that_of_somebody_who_is_signed_in(strict_site, strict_question, link_of, decision):
    link, browser = getattr(strict_site, link_of)(strict_question), Browser(ADA_SIGNED_IN)
    assert browser.send(link, browser.form_as_it_stands(link, decision)).status_code == 422
    assert strict_site.migration(strict_question) == strict_question


@pytest.mark.parametrize("typed", ["", "  ", "yes", "{name}x", "x{name}", "{NAME}", "{id}"])
def test_a_delete_is_approved_by_the_images_name_alone(site, question, typed):
    name = name_of(question)
    said = typed.format(name=name, NAME=name.upper(), id=question["sourceImageId"])
    page = Browser().decide(site.link(question), "approve", image=said)
    assert (page.status_code, f"Type {name}, as it is written here" in page.text) == (422, True)
    assert 'id="approve-image" name="image"' in page.text
    assert re.findall('name="image"[^>]* value="([^"]*)"', page.text) == [""], "not even filled in again"
    assert site.migration(question) == question


def test_blanks_around_the_name_do_not_matter_and_what_was_said_is_kept(site, waiting):
    Browser().decide(site.link(waiting), "approve", image=f" {name_of(waiting)}\t", comment="Booted it twice.")
    ended = site.app.ended(waiting["id"])
    assert outcome(ended) == ("Migrated", "Migrated")
    assert ended["approval"]["comment"] == "Booted it twice."


def test_an_approval_that_meets_an_obstacle_decides_nothing_and_is_told_what_stands_against_it(site, waiting):
    """It was used up: the version was promoted, the source kept, and somebody with a key had to ask again."""
    site.azure.update_tags(waiting["sourceImageId"], {"migrate-to-gallery-options": "delete-source=never"})
    browser, link, name = Browser(), site.link(waiting), name_of(waiting)
    shown = browser.open(link)
    for said in ("cannot be deleted now", "says delete-source=never", "Take that off the tag", "Look again"):
        assert said in words_of(shown)
    for _ in range(2):
        page = browser.decide(link, "approve", image=name)
        assert (page.status_code, "cannot be deleted now" in page.text) == (409, True)
    assert site.migration(waiting)["approval"] is None
    assert "Accepted" in browser.decide(link, "accept", comment="Good.").text
    assert outcome(site.app.ended(waiting["id"])) == ("SourceKept", "Accepted")
    assert site.azure.exists(waiting["sourceImageId"])


def test_a_version_that_is_gone_can_only_be_rejected(site, waiting):
    site.azure.control.delete_resource(waiting["imageVersionId"])
    browser, link = Browser(), site.link(waiting)
    page = browser.open(link)
    assert f"The new version of {name_of(waiting)} is gone" in page.text
    for untrue in ("az vm create", "eligible as latest", "Yes, accept", "Yes, delete", "the new version stays"):
        assert untrue not in page.text
    for decision in ("approve", "accept"):
        assert browser.decide(link, decision, image=name_of(waiting)).status_code == 409
    assert site.migration(waiting)["approval"] is None
    assert "Rejected" in browser.decide(link, "reject", comment="It is gone.").text


def test_the_same_answer_of_the_same_person_is_not_too_late(site, waiting):
    """Whoever pressed twice read that their decision does not count, and that another one came first: their own."""
    browser, link = Browser(), site.team_link(waiting)
    form = browser.form(link, decision="reject", approver="Sue", comment="no")
    for _ in range(2):
        assert browser.send(link, form).status_code == 303
    for other in ({"approver": "Bob"}, {"decision": "accept"}):
        late = browser.send(link, form | other)
        assert (late.status_code, "came too late" in late.text) == (409, True)


def test_whoever_comes_second_is_given_the_button_that_stops_the_delete(site, waiting):
    browser, link = Browser(), site.team_link(waiting)
    form = browser.form(link, decision="reject", approver="Sue", comment="It does not boot.")
    with site.held_while_promoting(waiting):
        Browser().decide(site.link(waiting), "approve")
        late = browser.send(link, form)
        assert late.status_code == 409
        assert "Stop, and keep the source image" in late.text
        stop = form | {"decision": "stop"}
        for _ in range(2):  # twice is not too late, either
            assert browser.send(link, stop).status_code == 303
    assert outcome(site.app.ended(waiting["id"])) == ("Cancelled", "Cancelled")
    assert site.azure.exists(waiting["sourceImageId"])
