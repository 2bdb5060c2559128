"""Sign-in, the list of approvers and four eyes: who may decide, the same over page, API and callback."""

from urllib.parse import quote

import pytest

from tests.support.running.app import outcome
from tests.support.running.mailboxes import ADA
from tests.support.running.visitors import Browser, principal
from tests.support.waiting import eventually

ADA_SIGNED_IN = principal(ADA, oid="ada-object-id")
EVE = principal("eve@contoso.com", oid="eve-object-id")
ROLE = principal("rita@contoso.com", oid="rita-object-id", roles=["ImageApprover"])
BY_ID = principal("otto@contoso.com", oid="0B0E-object-id")


@pytest.fixture(scope="module")
def question(strict_site):
    return strict_site.waiting()


def test_the_signed_in_person_the_link_was_sent_to_decides(strict_site):
    migration = strict_site.waiting()
    page = Browser(ADA_SIGNED_IN).decide(strict_site.link(migration), "reject", comment="no")
    assert f"<strong>{ADA}</strong> (verified)" in page.text


def test_a_personal_link_is_identity_enough(strict_site):
    migration = strict_site.waiting()
    Browser().decide(strict_site.link(migration), "reject", comment="no", approver="Mallory")
    approval = strict_site.migration(migration)["approval"]
    assert (approval["approver"], approval["byLink"], approval["verified"]) == (ADA, True, False)


def test_the_wrong_person_is_told_whose_link_it_is_and_cannot_decide(strict_site, question):
    link, eve = strict_site.link(question), Browser(EVE)
    page = eve.open(link)
    assert page.status_code == 403
    assert f"this link was sent to {ADA}, and you are signed in as eve@contoso.com" in page.text
    assert "<form" not in page.text
    form = Browser(ADA_SIGNED_IN).form(link, decision="approve")
    assert eve.send(link, form).status_code == 403
    ada = Browser()
    stolen = ada.form(link, decision="approve")
    ada.session.headers.update(EVE)
    assert ada.send(link, stolen).status_code == 403
    assert strict_site.migration(question) == question


def test_a_team_link_asks_for_sign_in(strict_site, question):
    link = strict_site.team_link(question)
    page = Browser().open(link)
    back = quote(f"/api/{link.partition('/api/')[2]}", safe="")
    assert page.status_code == 403
    assert f'<a href="/.auth/login/aad?post_login_redirect_uri={back}">Sign in to decide</a>' in page.text
    assert "<form" not in page.text


@pytest.mark.parametrize("identity", [ROLE, BY_ID, ADA_SIGNED_IN], ids=["app role", "object id", "user name"])
def test_an_approver_is_known_by_role_object_id_or_user_name(strict_site, identity):
    migration = strict_site.waiting()
    page = Browser(identity).decide(strict_site.team_link(migration), "reject", comment="no")
    assert "(verified)" in page.text
    assert strict_site.migration(migration)["approval"]["verified"] is True


def test_somebody_who_is_no_approver_is_told_so_over_page_and_api(strict_site, question):
    page = Browser(EVE).open(strict_site.team_link(question))
    assert (page.status_code, "is not one of MIGRATION_APPROVERS" in page.text) == (403, True)
    body = strict_site.opinion(question, approver=ADA)
    answer = strict_site.app.call("POST", question["links"]["approval"], body, identity=EVE)
    assert (answer.status_code, answer.json()["code"]) == (403, "NotAnApprover")
    assert strict_site.migration(question) == question


def test_a_key_and_a_name_are_not_enough(strict_site, question):
    answer = strict_site.app.call("POST", question["links"]["approval"], strict_site.opinion(question, approver=ADA))
    assert (answer.status_code, answer.json()["code"]) == (403, "IdentityRequired")


def test_the_callback_token_is_no_identity(strict_site):
    migration = strict_site.waiting()
    assert strict_site.raise_opinion(migration, decision="approve", approver=ADA).status_code == 202
    (note,) = eventually(lambda: [n for n in strict_site.migration(migration)["notes"] if "ignored" in n], 10)
    assert "only a signed-in user" in note
    refused = [entry for entry in strict_site.audit(migration) if entry["event"] == "answer refused"]
    assert [(entry["by"], entry["via"]) for entry in refused] == [("unknown", "event")]
    assert strict_site.migration(migration)["approval"] is None
    Browser().decide(strict_site.link(migration), "approve")
    assert outcome(strict_site.app.ended(migration["id"])) == ("Migrated", "Migrated")


def test_a_token_that_could_not_count_is_not_sent_to_anybody(strict_site, question):
    for box in (strict_site.ada, strict_site.team):
        assert [one for one in box.messages() if question["callback"] in one["message"]] == []


def test_whoever_asked_for_the_migration_cannot_approve_it(strict_site):
    migration = strict_site.start_as(ADA_SIGNED_IN)
    page = Browser(ADA_SIGNED_IN).open(strict_site.team_link(migration))
    assert (page.status_code, "asked for this migration and cannot decide" in page.text) == (403, True)
    assert Browser().open(strict_site.link(migration)).status_code == 403
    body = strict_site.opinion(migration, decision="approve")
    answer = strict_site.app.call("POST", migration["links"]["approval"], body, identity=ADA_SIGNED_IN)
    assert (answer.status_code, answer.json()["code"]) == (403, "FourEyes")
    answer = strict_site.app.call("POST", migration["links"]["approval"], body, identity=ROLE)
    assert answer.status_code == 202
    ended = strict_site.app.ended(migration["id"])
    assert ended["approval"]["approver"] == "rita@contoso.com"
    assert (ended["approval"]["via"], ended["approval"]["verified"]) == ("api", True)


def test_an_identity_that_makes_no_sense_is_none(strict_site, question):
    for header in ("", "!", "bnVsbA==", "e30=", "eyJjbGFpbXMiOiBbMV19", "eyJjbGFpbXMiOiB7fX0="):
        page = Browser({"X-MS-CLIENT-PRINCIPAL": header}).open(strict_site.team_link(question))
        assert (page.status_code, "Sign in to decide" in page.text) == (403, True)
