"""Whoever decides is told whether the version becomes `latest`, and what they were told is what happens."""

import pytest

from tests.support.running.app import outcome
from tests.support.running.visitors import Browser

BECOMES, STAYS = "It becomes eligible as latest", "It does not become eligible as latest, because"


def become_latest(site, migration):
    """Somebody publishes a version of unknown age beside the one that is asked about; gives back its id."""
    return site.azure.seed_version(migration["imageVersionId"].rpartition("/versions/")[0], "7.0.0")


def is_latest(site, migration):
    version = site.azure.control.resource(migration["imageVersionId"])
    return version["properties"]["publishingProfile"]["excludeFromLatest"] is False


@pytest.mark.parametrize(("decision", "ended"), [("approve", "Migrated"), ("accept", "Accepted")])
def test_what_is_latest_since_the_page_was_opened_is_shown_before_anybody_decides(site, waiting, decision, ended):
    browser, link = Browser(), site.link(waiting)
    assert BECOMES in browser.open(link).text
    form = browser.form(link, decision=decision)
    become_latest(site, waiting)
    again = browser.send(link, form)
    assert again.status_code == 409
    assert "since you opened this page: whether a version of a newer image is latest" in again.text
    assert (BECOMES in again.text, STAYS in again.text, "version 7.0.0" in again.text) == (False, True, True)
    assert site.migration(waiting)["approval"] is None
    assert browser.decide(link, decision).status_code == 200
    told = site.app.ended(waiting["id"])
    assert told["outcome"]["code"] == ended
    assert "stays excluded from latest" in told["outcome"]["reason"]
    assert not is_latest(site, waiting)


def test_whoever_was_told_that_it_becomes_latest_is_asked_again_where_it_does_not(site, waiting):
    link = site.link(waiting)
    with site.held_while_promoting(waiting):
        assert Browser().decide(link, "approve").status_code == 200
        become_latest(site, waiting)
    ended = site.app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", "LatestChanged")
    assert site.azure.exists(waiting["sourceImageId"])
    assert not is_latest(site, waiting)
    again = site.ask_again(waiting)
    page = Browser().decide(site.link(again), "approve")
    assert page.status_code == 200
    assert outcome(site.app.ended(waiting["id"])) == ("Migrated", "Migrated")
    assert not is_latest(site, waiting)


def test_whoever_was_told_that_it_stays_out_is_asked_again_where_it_would_not(site, waiting):
    theirs = become_latest(site, waiting)
    with site.held_while_promoting(waiting):
        assert Browser().decide(site.link(waiting), "approve").status_code == 200
        site.azure.control.delete_resource(theirs)
    ended = site.app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", "LatestChanged")
    assert not is_latest(site, waiting)


def test_whoever_decides_unseen_is_not_asked_again(site, waiting):
    """They were told nothing of `latest`, and want the source gone: it is in the reason how it ended."""
    become_latest(site, waiting)
    site.app.approve(waiting)
    ended = site.app.ended(waiting["id"])
    assert outcome(ended) == ("Migrated", "Migrated")
    assert "stays excluded from latest" in ended["outcome"]["reason"]
    assert not is_latest(site, waiting)
