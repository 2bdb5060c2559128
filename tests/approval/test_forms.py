"""A decision comes from our page, in the browser it was shown in, for the question it was shown for; or not at all."""

import pytest

from tests.support.running.visitors import Browser


@pytest.fixture(scope="module")
def question(site):
    return site.waiting()


def refused(answer):
    return answer.status_code == 403 and "Please open the page again" in answer.text


def test_a_form_without_the_cookie_is_refused(site, question):
    link = site.link(question)
    form = Browser().form(link, decision="approve")
    assert refused(Browser().send(link, form))
    assert site.migration(question)["approval"] is None


def test_a_form_with_anothers_cookie_is_refused(site, question):
    link, mine, theirs = site.link(question), Browser(), Browser()
    form = mine.form(link, decision="approve")
    theirs.open(link)
    assert refused(theirs.send(link, form))
    assert site.migration(question)["approval"] is None


def test_a_form_of_another_migration_is_refused(site, question):
    browser = Browser()
    other = site.waiting()
    form = browser.form(site.link(other), decision="approve")
    assert refused(browser.send(site.link(question), form))
    assert site.migration(question)["approval"] is None


@pytest.mark.parametrize("change", [{"csrf": ""}, {"csrf": "x.y"}, {"csrf": None}])
def test_a_form_with_no_or_a_made_up_value_is_refused(site, question, change):
    browser, link = Browser(), site.link(question)
    assert refused(browser.send(link, browser.form(link, decision="approve") | change))


def test_a_form_of_an_earlier_question_is_refused(site):
    migration = site.waiting()
    browser = Browser()
    old = site.link(migration)
    form = browser.form(old, decision="approve")
    Browser().decide(old, "reject", comment="later")
    site.app.ended(migration["id"])
    site.ask_again(migration)
    assert refused(browser.send(site.link(migration), form))
    assert site.migration(migration)["approval"] is None


def test_a_form_that_makes_no_sense_is_refused(site, question):
    browser, link = Browser(), site.link(question)
    browser.open(link)
    huge = browser.send(link, {"comment": "c" * 140_000})
    assert (huge.status_code, "too much text" in huge.text) == (413, True)
    for body in (b"\xff\xfe\x00", b"a&" * 500, b"", b"{}"):
        assert browser.send(link, body).status_code in {400, 403}
    crooked = Browser({"Cookie": 'approval="\\777; ;=;'})
    assert refused(crooked.send(link, {"csrf": "x", "decision": "approve"}))
    assert site.migration(question)["approval"] is None


def test_a_form_that_says_nothing_of_what_was_seen_is_asked_again(site, question):
    browser, link = Browser(), site.link(question)
    for seen in ("", "0-0-0-0", "nonsense"):
        answer = browser.send(link, browser.form(link, decision="approve", seen=seen))
        assert (answer.status_code, "Something has changed" in answer.text) == (409, True)
    assert site.migration(question)["approval"] is None


def test_a_reason_of_the_greatest_length_fits_and_a_longer_one_is_told(site):
    migration = site.waiting()
    browser, link = Browser(), site.link(migration)
    assert browser.decide(link, "reject", comment="\U0001f4a5" * 1025).status_code == 422
    assert "Rejected" in browser.decide(link, "reject", comment="\U0001f4a5" * 1024).text


def test_two_tabs_of_one_browser_do_not_disturb_each_other(site):
    first, second = site.waiting(), site.waiting()
    browser = Browser()
    form = browser.form(site.link(first), decision="reject", comment="one")
    browser.open(site.link(second))
    assert browser.send(site.link(first), form).status_code == 303


def test_the_cookie_is_for_this_page_only_and_out_of_scripts_reach(site, question):
    cookie = Browser().open(site.link(question)).headers["Set-Cookie"].lower()
    for attribute in ("path=/api/approvals", "httponly", "samesite=lax"):
        assert attribute in cookie
