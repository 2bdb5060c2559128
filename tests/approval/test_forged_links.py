"""A link is what was sent, letter for letter: a token of which the record knows the digest, for one question."""

import random
import string
from urllib.parse import quote

import pytest

from migration.approval.link import digest_of, new_token
from tests.support.running.mailboxes import parts_of
from tests.support.running.visitors import Browser

ALPHABET = string.ascii_letters + string.digits + "-_.=~%+/ \n\u00e9"
MANY = 10_000


def mutations(valid, seed=4):
    """Tokens that look like valid ones: changed, cut, stretched, swapped, re-joined, respelt. Never a valid one."""
    chance = random.Random(seed)
    ways = (
        lambda token, at: token[:at] + chance.choice(ALPHABET) + token[at + 1 :],
        lambda token, at: token[:at] + token[at + 1 :],
        lambda token, at: token[:at] + chance.choice(ALPHABET) + token[at:],
        lambda token, at: token[:at] + token[at:].swapcase(),
        lambda token, at: token[:at] + chance.choice(valid)[at:],
        lambda token, at: token[:at] + token[at : at + 2][::-1] + token[at + 2 :],
        lambda token, at: token[:-1] + chance.choice(ALPHABET),
        lambda token, at: token + chance.choice(("=", "==", ".", "A", "\n", token)),
    )
    while True:
        token = chance.choice(valid)
        forged = chance.choice(ways)(token, chance.randrange(len(token)))
        if forged not in valid:
            yield forged


def refused(answer, status, said):
    return (answer.status_code, said in answer.text) == (status, True)


def test_none_of_ten_thousand_mutations_is_a_link_of_the_record(site, waiting):
    valid = [parts_of(link)[1] for link in (site.link(waiting), site.team_link(waiting))]
    known = {link["token"] for link in site.links_on_record(waiting)}
    assert {digest_of(token) for token in valid} <= known
    accepted = [forged for _, forged in zip(range(MANY), mutations(valid), strict=False) if digest_of(forged) in known]
    assert accepted == []


def test_every_respelling_of_the_last_letter_of_a_token_is_refused(site, waiting):
    address, token = parts_of(site.link(waiting))
    browser = Browser()
    for letter in sorted(set(ALPHABET) - {token[-1]}):
        link = f"{address}?token={quote(token[:-1] + letter, safe='')}"
        assert refused(browser.open(link), 404, "This link is not valid"), letter


def test_mutations_get_a_clear_page_over_http(site, waiting):
    address, token = parts_of(site.link(waiting))
    valid = [token, parts_of(site.team_link(waiting))[1]]
    browser = Browser()
    for _, forged in zip(range(200), mutations(valid), strict=False):
        link = f"{address}?token={quote(forged, safe='')}"
        for answer in (browser.open(link), browser.send(link, {"decision": "approve"})):
            assert refused(answer, 404, "This link is not valid"), forged
    assert site.migration(waiting) == waiting


def test_what_the_record_the_api_and_the_page_show_is_no_link(site, waiting):
    address, _ = parts_of(site.link(waiting))
    run = site.azure.record(waiting["id"])["run"]
    digests = [link[name] for link in run["links"] for name in ("token", "receiver")]
    others = [run["id"], run["question"]["id"], waiting["callback"], Browser().form(site.link(waiting))["csrf"]]
    for other in (*digests, *others, new_token()):
        link = f"{address}?token={other}"
        assert refused(Browser().open(link), 404, "not valid"), other
        assert refused(Browser().send(link, {"decision": "approve"}), 404, "not valid"), other
    assert site.migration(waiting) == waiting


def test_the_address_of_a_page_opens_nothing_without_its_token(site, waiting):
    address, token = parts_of(site.link(waiting))
    form = Browser().form(site.link(waiting), decision="approve")
    for link in (address, f"{address}?token=", f"{address}?other={token}", f"{address}/{token}"):
        assert Browser().session.get(link, timeout=30).status_code == 404
        assert Browser().session.post(link, form, timeout=30).status_code == 404
    assert site.migration(waiting) == waiting


@pytest.mark.parametrize("nobody", [f"migrate-nobody-{'0' * 32}", "admin", "..%2F..%2Fadmin", "migrate-nobody-x"])
def test_a_true_token_at_the_address_of_nothing_is_refused(site, waiting, nobody):
    link = site.link(waiting).replace(waiting["id"], nobody)
    form = Browser().form(site.link(waiting), decision="approve")
    assert refused(Browser().open(link), 404, "not valid")
    assert refused(Browser().send(link, form), 404, "not valid")
    assert site.migration(waiting) == waiting


def test_a_link_to_a_question_that_is_not_asked_any_more_decides_nothing(site, waiting):
    browser, link = Browser(), site.link(waiting)
    form = browser.form(link, decision="approve")
    site.change_link(waiting, link, question="another-question")
    assert refused(browser.open(link), 410, "earlier question")
    assert refused(browser.send(link, form), 410, "earlier question")
    assert site.migration(waiting) == waiting


def test_a_link_that_was_sent_with_no_question_decides_nothing(site, waiting):
    browser, link = Browser(), site.link(waiting)
    form = browser.form(link, decision="approve")
    site.change_link(waiting, link, question="")
    for answer in (browser.open(link), browser.send(link, form)):
        assert (answer.status_code, "A decision is waited for" in answer.text) == (200, True)
    assert site.migration(waiting) == waiting


def test_a_link_to_another_migration_decides_nothing_here(site, waiting):
    other = site.waiting()
    here, there = site.link(waiting), site.link(other)
    crossed = f"{parts_of(there)[0]}?token={parts_of(here)[1]}"
    form = Browser().form(there, decision="approve")
    assert refused(Browser().open(crossed), 404, "not valid")
    assert refused(Browser().send(crossed, form), 404, "not valid")
    assert [site.migration(one)["approval"] for one in (waiting, other)] == [None, None]


def test_a_link_of_an_earlier_release_says_so_and_decides_nothing(site, waiting):
    address, token = parts_of(site.link(waiting))
    old = f"{address.replace(waiting['id'], 'migrate-asked-0123456789')}?token={token}"
    for answer in (Browser().open(old), Browser().open(old, "POST"), Browser().send(old, {"decision": "approve"})):
        assert refused(answer, 410, "of an earlier release")
    assert "newer message" in Browser().open(old).text
    assert site.migration(waiting) == waiting
