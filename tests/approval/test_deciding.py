"""Three decisions, each with an outcome of its own, on the page and over the API; and the page is what counts."""

import pytest

from tests.support.running.app import outcome
from tests.support.running.mailboxes import ADA
from tests.support.running.visitors import Browser


@pytest.fixture(scope="module")
def question(site):
    """One question for the tests that decide nothing."""
    return site.waiting()


def is_latest(site, migration):
    version = site.azure.control.resource(migration["imageVersionId"])
    return version["properties"]["publishingProfile"]["excludeFromLatest"] is False


def decided(site, migration, **said):
    return site.app.call("POST", migration["links"]["approval"], site.opinion(migration, **said))


def kept(site):
    """A migration whose source is kept whatever is decided."""
    return site.accept_only(site.waiting())


def test_a_version_accepted_on_the_page_is_promoted_and_its_source_kept(site, waiting):
    assert not is_latest(site, waiting)
    link = site.link(waiting)
    page = Browser().decide(link, "accept")
    assert (page.status_code, "Accepted" in page.text, "is deleted" in page.text) == (200, True, False)
    ended = site.app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", "Accepted")
    assert (ended["approval"]["decision"], ended["approval"]["approver"]) == ("accept", ADA)
    assert is_latest(site, waiting)
    assert site.azure.exists(waiting["sourceImageId"])
    closing = Browser().open(link).text
    for words in ("Accepted, and done", "Accepted by", "The source image is kept"):
        assert words in closing
    assert "deleted" not in closing


def test_a_version_accepted_over_the_api_is_promoted_and_its_source_kept(site, waiting):
    answer = decided(site, waiting, decision="accept", approver="Grace")
    assert answer.status_code == 202
    assert (answer.json()["decision"], answer.json()["run"], "note" in answer.json()) == (
        "accept",
        waiting["run"],
        False,
    )
    ended = site.app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", "Accepted")
    assert "Grace" in ended["outcome"]["reason"]
    assert is_latest(site, waiting)
    assert site.azure.exists(waiting["sourceImageId"])
    events = [entry["event"] for entry in site.audit(waiting)]
    assert "accepted" in events
    assert "promise checked" not in events
    assert any("was accepted" in title for title in site.team.titles(waiting["imageVersionId"]))


def test_an_event_with_the_token_may_accept(site, waiting):
    assert site.raise_opinion(waiting, decision="accept", approver="A pipeline").status_code == 202
    assert outcome(site.app.ended(waiting["id"])) == ("SourceKept", "Accepted")
    assert site.azure.exists(waiting["sourceImageId"])


def test_an_accepted_version_is_not_told_as_one_whose_source_goes_while_it_is_carried_out(site, waiting):
    link = site.link(waiting)
    with site.held_while_promoting(waiting):
        page = Browser().decide(link, "accept")
        assert "The source image is not deleted" in page.text
        assert "the source image is deleted" not in page.text
        assert "<form" not in page.text
        assert site.migration(waiting)["allows"] == []
    assert outcome(site.app.ended(waiting["id"])) == ("SourceKept", "Accepted")


def test_an_accepted_version_that_was_stopped_or_lost_is_told_as_that_and_of_no_delete(site):
    stopped, lost = site.waiting(), site.waiting()
    for migration in (stopped, lost):
        site.hold_while_promoting(migration)
        Browser().decide(site.link(migration), "accept")
    assert site.app.call("POST", stopped["links"]["cancel"]).status_code == 202
    site.azure.control.delete_resource(lost["imageVersionId"])
    assert outcome(site.app.ended(stopped["id"])) == ("Cancelled", "Cancelled")
    assert site.app.ended(lost["id"])["outcome"]["kind"] == "SourceKept"
    site.azure.control.remove_faults()
    told = {name: Browser().open(site.link(one)).text for name, one in (("stopped", stopped), ("lost", lost))}
    assert "It was accepted, and stopped before that was done" in told["stopped"]
    assert "Accepted, but the migration did not complete" in told["lost"]
    for page in told.values():
        assert "delete" not in page.partition("<main>")[2]
        assert "Approved" not in page


def test_a_question_says_which_decisions_it_allows_while_it_is_open(site, waiting):
    assert waiting["allows"] == ["approve", "accept", "reject"]
    migration = kept(site)
    assert migration["allows"] == ["accept", "reject"]
    decided(site, migration)
    assert site.app.ended(migration["id"])["allows"] == []


def test_an_approval_where_only_accepting_is_allowed_counts_as_that_and_the_answer_says_so(site):
    migration = kept(site)
    answer = decided(site, migration, decision="approve")
    assert (answer.status_code, answer.json()["decision"]) == (202, "accept")
    assert "the source kept" in answer.json()["note"]
    ended = site.app.ended(migration["id"])
    assert (ended["approval"]["decision"], ended["outcome"]["kind"]) == ("accept", "SourceKept")
    assert site.azure.exists(migration["sourceImageId"])


def test_a_decision_that_no_question_knows_is_told_as_wrong(site, waiting):
    for decision in ("keep", "Approve", "", None, "stop"):
        assert decided(site, waiting, decision=decision).status_code == 422
    assert site.migration(waiting) == waiting


def test_a_question_closed_by_never_on_the_image_still_deletes_nothing(site, waiting):
    """Approving was allowed when it was asked; the lock is set afterwards, and nothing but its removal opens it."""
    site.azure.update_tags(waiting["sourceImageId"], {"migrate-to-gallery-options": "delete-source=never"})
    assert decided(site, waiting, decision="approve").status_code == 202
    assert site.app.ended(waiting["id"])["outcome"]["kind"] == "SourceKept"
    assert site.azure.exists(waiting["sourceImageId"])


@pytest.mark.parametrize("nobody", ["the app", "The App", " THE APP ", "unknown"])
def test_nobody_can_decide_in_the_name_by_which_the_audit_calls_the_app(site, question, nobody):
    answer = decided(site, question, decision="approve", approver=nobody)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "approver")
    site.raise_opinion(question, decision="approve", approver=nobody)
    page = Browser().decide(site.team_link(question), "approve", approver=nobody)
    assert (page.status_code, "Nothing was decided yet" in page.text) == (422, True)
    assert site.migration(question)["approval"] is None


@pytest.mark.parametrize("decision", ["approve", "accept", "reject"])
def test_a_page_with_another_meaning_of_the_checks_decides_nothing_and_is_asked_anew(site, question, decision):
    browser, link = Browser(), site.link(question)
    form = browser.form(link, decision=decision, comment="no")
    meaning, _, facts = form["seen"].partition(".")
    page = browser.send(link, form | {"seen": f"{meaning[::-1]}.{facts}"})
    assert page.status_code == 409
    assert "Something has changed since you opened this page: what is checked." in page.text
    assert f'name="seen" value="{form["seen"]}"' in page.text
    assert site.migration(question)["approval"] is None


def test_answers_that_hold_a_token_are_kept_by_nobody(site, waiting):
    paths = ("migrations", f"migrations/{waiting['id']}", f"migrations/{waiting['id']}/audit", "migrations/nobody")
    answers = [site.app.call("GET", path) for path in paths]
    assert waiting["callback"] in answers[1].text
    answers += [decided(site, waiting, decision="perhaps"), decided(site, waiting), decided(site, waiting)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 404, 422, 202, 409]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_a_cancel_with_the_id_of_an_earlier_run_leaves_the_present_one_alone(site, waiting):
    decided(site, waiting)
    site.app.ended(waiting["id"])
    again = site.ask_again(waiting)
    late = site.app.call("POST", again["links"]["cancel"], {"run": waiting["run"], "reason": "late"})
    assert late.status_code == 409
    assert site.migration(again) == again
    assert site.app.call("POST", again["links"]["cancel"], {"run": again["run"]}).status_code == 202
    assert outcome(site.app.ended(again["id"])) == ("Cancelled", "Cancelled")


def test_a_decision_that_names_an_earlier_run_decides_nothing_about_the_present_one(site, waiting):
    """The version is the same one: its id does not tell one question about it from another."""
    decided(site, waiting)
    site.app.ended(waiting["id"])
    again = site.ask_again(waiting)
    late = decided(site, again, decision="approve", run=waiting["run"])
    assert late.status_code == 409, late.text
    assert site.migration(again) == again
    assert decided(site, again, run=again["run"]).status_code == 202
