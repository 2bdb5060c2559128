"""A link is what we signed, letter for letter, for one migration, version, round and person."""

import random
import string
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from migration.links import LINK_PURPOSE, PROOF_PURPOSE, ApprovalLink, LinkInvalidError, Signer
from migration.settings import Settings
from tests.approval.site import ADA, KEY, PREVIOUS_KEY, Browser

ALPHABET = string.ascii_letters + string.digits + "-_.=~%+/ \n\u00e9"
MANY = 10_000
SIGNER = Signer(Settings(signing_key=KEY), LINK_PURPOSE)


def tokens():
    link = ApprovalLink(
        migration_id="migrate-web-0123456789",
        image_version_id="/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/d/versions/1.0.0",
        round=1,
        approver=ADA,
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    )
    changes = ({}, {"approver": None}, {"approver": "eve"}, {"round": 2}, {"migration_id": "migrate-db-0123456789"})
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
    base, _, token = site.link(waiting).rpartition("/")
    valid = [token, site.team_link(waiting).rpartition("/")[2]]
    browser = Browser()
    for _, forged in zip(range(200), mutations(valid), strict=False):
        if quote(forged, safe="").strip(".") in {"", *valid}:
            continue
        answer = browser.session.get(f"{base}/{quote(forged, safe='')}", timeout=30)
        assert answer.status_code == 404
        assert "This link is not valid" in answer.text or "<main" not in answer.text  # what is no path
        posted = browser.session.post(f"{base}/{quote(forged, safe='')}", {"decision": "approve"}, timeout=30)
        assert posted.status_code == 404
    assert site.migration(waiting) == waiting


def test_a_proof_or_a_form_value_is_no_link(site, waiting):
    content = SIGNER.read(site.link(waiting).rpartition("/")[2], ApprovalLink)
    token = Signer(Settings(signing_key=KEY), PROOF_PURPOSE).sign(content)
    base = site.link(waiting).rpartition("/")[0]
    csrf = Browser().form(site.link(waiting))["csrf"]
    for other in (token, csrf):
        assert Browser().open(f"{base}/{other}").status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"migration_id": "migrate-nobody-0123456789"}, 404, "no longer known"),
        ({"migration_id": "../../admin"}, 404, "no longer known"),
        ({"image_version_id": "/subscriptions/another/version"}, 410, "Nothing to decide"),
        ({"round": 2}, 410, "earlier question"),
        ({"round": 0}, 410, "earlier question"),
        ({"expires_at": datetime.now(UTC) - timedelta(seconds=1)}, 410, "expired"),
    ],
)
def test_a_true_link_to_something_else_is_refused(site, waiting, change, status, said):
    link = site.signed(site.link(waiting), **change)
    form = Browser().form(site.link(waiting), decision="approve")
    for answer in (Browser().open(link), Browser().send(link, form)):
        assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert site.migration(waiting) == waiting


def test_a_link_to_another_migration_decides_nothing_here(site, waiting):
    other = site.waiting()
    swapped = site.signed(site.link(waiting), migration_id=other["id"])
    assert Browser().open(swapped).status_code == 410
    assert [site.migration(one)["approval"] for one in (waiting, other)] == [None, None]


def test_links_signed_before_the_key_was_changed_still_work_and_those_of_a_retired_key_do_not(site, waiting):
    assert Browser().open(site.signed(site.link(waiting), key="a-retired-key")).status_code == 404
    page = Browser().decide(site.signed(site.link(waiting), key=PREVIOUS_KEY), "reject", comment="no")
    assert "Rejected" in page.text
    assert site.migration(waiting)["approval"]["approver"] == ADA
