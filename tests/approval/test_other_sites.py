"""A page of another site can send a form with its visitor's session, or with a key that leaked. Nothing comes of it."""

import json

import pytest

from tests.support.running.app import approval, outcome
from tests.support.running.visitors import Browser

ELSEWHERE = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "another site that hides": {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    "a sister of our host": {"Sec-Fetch-Site": "same-site", "Origin": "https://other.azurewebsites.net"},
    "a browser that says no more": {"Sec-Fetch-Site": "cross-site"},
    "an old browser": {"Origin": "https://evil.example"},
    "an old browser in a frame": {"Origin": "null"},
    "a host that begins like ours": {"Origin": "http://127.0.0.1.evil.example"},
    "another port": {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"},
    "no address at all": {"Origin": "http://[", "Sec-Fetch-Site": "same-origin"},
    "words of no meaning": {"Sec-Fetch-Site": "sideways"},
}
FORMS = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "")
from_elsewhere = pytest.mark.parametrize("headers", ELSEWHERE.values(), ids=ELSEWHERE)


@pytest.fixture(scope="module")
def question(site):
    """One question for the tests that decide nothing."""
    return site.waiting()


def said(answer):
    assert "Nothing was done" in answer.text, answer.text
    return answer.status_code


@from_elsewhere
def test_a_form_of_another_site_decides_nothing_on_the_page(site, question, headers):
    browser, link = Browser(), site.link(question)
    form = browser.form(link, decision="approve")
    assert said(browser.send(link, form, headers=headers)) == 403
    assert site.migration(question) == question


@from_elsewhere
def test_a_page_of_another_site_with_a_key_decides_starts_cancels_and_asks_again_nothing(site, question, headers):
    image = site.azure.seed_image("untouched")
    bodies = {
        question["links"]["approval"]: approval(question),
        question["links"]["cancel"]: {"reason": "x"},
        question["links"]["askAgain"]: {},
        "migrations": {"sourceImageId": image},
        "sweep": {},
        "pause": {"paused": True},
    }
    for path, body in bodies.items():
        answer = site.app.send(path, json.dumps(body), {"Content-Type": "application/json", **headers})
        assert said(answer) == 403, path
    assert site.migration(question) == question
    assert site.app.find(image) is None


@pytest.mark.parametrize("form", FORMS)
def test_a_body_that_does_not_say_that_it_is_json_does_nothing_though_it_is(site, question, form):
    image = site.azure.seed_image("untouched")
    bodies = {
        question["links"]["approval"]: approval(question),
        question["links"]["cancel"]: {"reason": "x"},
        "migrations": {"sourceImageId": image},
        "migrations/plan": {"sourceImageId": image},
    }
    for path, body in bodies.items():
        answer = site.app.send(path, json.dumps(body), {"Content-Type": form})
        assert (answer.status_code, answer.json()["title"]) == (415, "Not JSON"), path
    assert site.migration(question) == question
    assert site.app.find(image) is None


def test_a_body_that_is_no_json_is_told_as_that_where_it_does_not_say_what_it_is(site, question):
    for body in (b"", b"{", b"decision=approve", b"\xff"):
        answer = site.app.send(question["links"]["approval"], body, {"Content-Type": ""})
        assert (answer.status_code, answer.json()["title"]) == (400, "Malformed JSON")
    assert site.migration(question) == question


@pytest.mark.parametrize(
    "form", ["application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json"]
)
def test_a_body_that_says_that_it_is_json_counts_however_it_says_so(site, form):
    migration = site.waiting()
    body = json.dumps(site.opinion(migration))
    assert site.app.send(migration["links"]["approval"], body, {"Content-Type": form}).status_code == 202


@pytest.mark.parametrize("origin", ["null", None, "own"])
def test_what_browsers_send_from_our_own_page_counts(site, origin):
    """The page tells no site where its visitors come from, so that browsers say no more of it than "null"."""
    migration = site.waiting()
    browser, link = Browser(), site.link(migration)
    form = browser.form(link, decision="reject", comment="no")
    own = link.partition("/api/")[0] if origin == "own" else origin
    headers = {"Sec-Fetch-Site": "same-origin"} | ({"Origin": own} if own else {})
    assert browser.send(link, form, headers=headers).status_code == 303
    assert outcome(site.app.ended(migration["id"])) == ("SourceKept", "Rejected")


@from_elsewhere
def test_a_form_of_another_site_does_not_stop_what_was_approved(site, held, headers):
    migration, browser = held
    link = site.link(migration)
    assert said(browser.send(link, browser.form(link), headers=headers)) == 403
    assert site.migration(migration)["outcome"] is None


@pytest.fixture(scope="module")
def held(site):
    """An approved migration that is held before its delete, and the browser in which it was approved."""
    migration, browser = site.waiting(), Browser()
    with site.held_while_promoting(migration):
        browser.decide(site.link(migration), "approve")
        yield migration, browser
    assert outcome(site.app.ended(migration["id"])) == ("Migrated", "Migrated")
