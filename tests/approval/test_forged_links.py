"""A link is what we signed, letter for letter, for one migration, one question and one person."""

import random
import string
from urllib.parse import quote

import pytest
from migration.asking.signing import LINK_PURPOSE, ApprovalLink, LinkInvalidError, Signer

from migration.asking.settings import Settings
from tests.approval.site import ADA, KEY, PREVIOUS_KEY, Browser, parts_of

ALPHABET = string.ascii_letters + string.digits + "-_.=~%+/ \n\u00e9"
MANY = 10_000
SIGNER = Signer(Settings(signing_key=KEY), LINK_PURPOSE)


def tokens():
    link = ApprovalLink(migration_id="migrate-web-0123456789", question="the-secret-id-of-a-question", approver=ADA)
    changes = (
        {},
        {"approver": None},
        {"approver": "eve"},
        {"question": "another-question"},
        {"migration_id": "migrate-db-0123456789"},
    )
    return [SIGNER.sign(link.model_copy(update=change)) for change in changes]


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
        lambda token, at: token.rpartition(".")[0] + "." + chance.choice(valid).rpartition(".")[2],
    )
    while True:
        token = chance.choice(valid)
        forged = chance.choice(ways)(token, chance.randrange(len(token)))
        if forged not in valid:
            yield forged


def test_none_of_ten_thousand_mutations_is_accepted():
    valid, accepted = tokens(), []
    for _, forged in zip(range(MANY), mutations(valid), strict=False):
        try:
            SIGNER.read(forged, ApprovalLink)
        except LinkInvalidError:
            continue
        accepted.append(forged)
    assert accepted == []


def test_every_respelling_of_the_last_letter_of_a_signature_is_refused():
    for token in tokens():
        for letter in set(ALPHABET) - {token[-1]}:
            with pytest.raises(LinkInvalidError):
                SIGNER.read(token[:-1] + letter, ApprovalLink)


def test_mutations_get_a_clear_page_over_http(site, waiting):
    address, token = parts_of(site.link(waiting))
    valid = [token, parts_of(site.team_link(waiting))[1]]
    browser = Browser()
    for _, forged in zip(range(200), mutations(valid), strict=False):
        link = f"{address}?token={quote(forged, safe='')}"
        for answer in (browser.open(link), browser.send(link, {"decision": "approve"})):
            assert (answer.status_code, "This link is not valid" in answer.text) == (404, True), forged
    assert site.migration(waiting) == waiting


def test_what_else_the_app_signs_is_no_link(site, waiting):
    address, token = parts_of(site.link(waiting))
    content = SIGNER.read(token, ApprovalLink)
    start = Signer(Settings(signing_key=KEY), "start").sign(content)
    csrf = Browser().form(site.link(waiting))["csrf"]
    for other in (start, csrf, waiting["callback"], content.question):
        assert Browser().open(f"{address}?token={other}").status_code == 404


def test_the_address_of_a_page_opens_nothing_without_its_token(site, waiting):
    address, token = parts_of(site.link(waiting))
    form = Browser().form(site.link(waiting), decision="approve")
    for link in (address, f"{address}?token=", f"{address}?other={token}", f"{address}/{token}"):
        assert Browser().session.get(link, timeout=30).status_code == 404
        assert Browser().session.post(link, form, timeout=30).status_code == 404
    assert site.migration(waiting) == waiting


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"migration_id": "migrate-nobody-0123456789"}, 404, "not valid"),
        ({"migration_id": "../../admin"}, 404, "not valid"),
        ({"question": "another-question"}, 410, "earlier question"),
        ({"question": ""}, 410, "earlier question"),
    ],
)
def test_a_true_link_to_something_else_is_refused(site, waiting, change, status, said):
    link = site.signed(site.link(waiting), **change)
    form = Browser().form(site.link(waiting), decision="approve")
    assert refused(Browser().open(link), status, said)
    assert refused(Browser().send(link, form), status, said)
    assert site.migration(waiting) == waiting


def refused(answer, status, said):
    return (answer.status_code, said in answer.text) == (status, True)


def test_a_link_to_a_migration_that_has_no_record_says_so(site, waiting):
    address, _ = parts_of(site.link(waiting))
    nobody = "migrate-nobody-0123456789"
    _, token = parts_of(site.signed(site.link(waiting), migration_id=nobody))
    answer = Browser().open(f"{address.replace(waiting['id'], nobody)}?token={token}")
    assert refused(answer, 404, "no longer known")


def test_a_link_to_another_migration_decides_nothing_here(site, waiting):
    other = site.waiting()
    here, there = site.link(waiting), site.link(other)
    crossed = f"{parts_of(there)[0]}?token={parts_of(here)[1]}"
    assert refused(Browser().open(crossed), 404, "not valid")
    swapped = site.signed(here, migration_id=other["id"]).replace(waiting["id"], other["id"])
    assert refused(Browser().open(swapped), 410, "earlier question")
    assert [site.migration(one)["approval"] for one in (waiting, other)] == [None, None]


def test_links_signed_before_the_key_was_changed_still_work_and_those_of_a_retired_key_do_not(site, waiting):
    assert (
        Browser().open(site.signed(site.link(waiting), key="a-retired-key-of-these-tests-0123456789")).status_code
        == 404
    )
    page = Browser().decide(site.signed(site.link(waiting), key=PREVIOUS_KEY), "reject", comment="no")
    assert "Rejected" in page.text
    assert site.migration(waiting)["approval"]["approver"] == ADA
