"""What is taken back counts no more: a receiver who is off the settings, an approver, a rule that has become stricter.

The app is started again with other settings, on the same Azure and the same record, and with a new task hub.
"""

from contextlib import contextmanager

import pytest

from tests.support.running.app import approval, outcome
from tests.support.running.azure import running_azure
from tests.support.running.mailboxes import ADA, running_mailboxes
from tests.support.running.site import running_site
from tests.support.running.visitors import Browser, principal
from tests.support.waiting import eventually

ADA_HERSELF = principal(ADA)
SIGN_IN = {"WEBSITE_AUTH_ENABLED": "true"}
TAKEN_BACK = "This link has been taken back"


@pytest.fixture
def started():
    """Starts the app, one at a time, on one Azure and with the same mailboxes."""
    with running_azure() as azure, running_mailboxes() as mailboxes:

        @contextmanager
        def start(**settings):
            with running_site(azure, mailboxes=mailboxes, **settings) as site:
                yield site

        yield start


def without_ada(site):
    return {"MIGRATION_NOTIFY": f"{site.team.address}?format=markdown"}


def said(page, status, words):
    return (page.status_code, words in page.text) == (status, True)


def test_a_link_stops_when_its_receiver_is_taken_off_the_settings_and_the_others_go_on(started):
    with started() as site:
        waiting, closed = site.waiting(), site.waiting()
        old, link, team_link = site.link(closed), site.link(waiting), site.team_link(waiting)
        Browser().decide(old, "reject", comment="not this one")
        site.app.ended(closed["id"])
        browser = Browser()
        form = browser.form(link, decision="approve")
    with started(**without_ada(site)) as site:
        site.resume(waiting)
        site.app.waiting(waiting["id"])
        for page in (Browser().open(site.here(link)), browser.send(site.here(link), form)):
            assert said(page, 403, TAKEN_BACK)
        assert site.migration(waiting)["approval"] is None
        assert said(Browser().open(site.here(old)), 200, "not this one")
        page = Browser().decide(site.here(team_link), "approve", approver="Sue")
        assert said(page, 200, "Approved")
        assert outcome(site.app.ended(waiting["id"])) == ("Migrated", "Migrated")
        assert said(Browser().open(site.here(link)), 200, "Approved, and done")


def test_who_is_moved_to_the_escalation_keeps_the_link_and_who_takes_over_an_address_does_not(started):
    with started() as site:
        waiting = site.waiting()
        link, team_link = site.link(waiting), site.team_link(waiting)
    moved = {
        "MIGRATION_NOTIFY": f"eve@contoso.com={site.team.address}?format=markdown",
        "MIGRATION_ESCALATE": f"{ADA}={site.ada.address}",
    }
    with started(**moved) as site:
        site.resume(waiting)
        site.app.waiting(waiting["id"])
        assert said(Browser().open(site.here(link)), 200, "Your decision")
        assert said(Browser().open(site.here(team_link)), 403, TAKEN_BACK)


def test_a_question_whose_migration_was_stopped_from_outside_says_so_and_decides_nothing(started):
    with started() as site:
        waiting = site.waiting()
        link, browser = site.link(waiting), Browser()
        form = browser.form(link, decision="approve")
    with started(**without_ada(site)) as site:
        assert said(Browser().open(site.here(link)), 403, TAKEN_BACK)
    with started() as site:
        page = Browser().open(site.here(link))
        assert said(page, 410, "stopped from outside")
        assert "<form" not in page.text
        late = browser.send(site.here(link), form)
        assert said(late, 410, "stopped from outside")
        answer = site.app.call("POST", f"migrations/{waiting['id']}/approval", approval(waiting))
        assert (answer.status_code, answer.json()["code"]) == (409, "MigrationEnded")
        told = site.migration(waiting)
        assert (told["stopped"], told["outcome"], told["allows"], told["approval"]) == (True, None, [], None)
        assert any("stopped from outside" in note for note in told["notes"])
        assert site.azure.exists(waiting["sourceImageId"])


def test_a_link_that_was_taken_back_cannot_stop_what_is_being_carried_out(started):
    with started() as site:
        approved = site.waiting()
        link, team_link, browser = site.link(approved), site.team_link(approved), Browser()
        site.hold_while_promoting(approved)
        browser.decide(link, "approve")
        stop = browser.form(link)
        assert stop["decision"] == "stop"
    with started(**without_ada(site)) as site:
        assert "<form" not in browser.open(site.here(link)).text
        assert said(browser.send(site.here(link), stop), 403, "Not allowed to stop it")
        assert site.migration(approved)["outcome"] is None
        site.azure.control.remove_faults()
        site.resume(approved)
        assert outcome(site.app.ended(approved["id"])) == ("Migrated", "Migrated")
        assert said(Browser().open(site.here(team_link)), 200, "Approved, and done")


STRICTER = {
    "as before": ({}, "Migrated"),
    "four eyes, and it was she who asked": ({"MIGRATION_FOUR_EYES": "true"}, "FourEyes"),
    "she is no approver any more": ({"MIGRATION_APPROVERS": "otto@contoso.com"}, "NotAnApprover"),
    "the source is to be kept": ({"MIGRATION_DELETE_SOURCE": "never"}, "DeletionLocked"),
}


def hold(site, migration, phase):
    """Keep an approval from being carried out: Azure does not promote, or does not say what protects the source."""
    if phase == "Promoting":
        site.hold_while_promoting(migration)
        return
    throttled = {"throttle": "compute", "retryAfterSeconds": 1, "times": None}
    site.azure.control.add_fault(method="GET", path=f"{migration['sourceImageId']}/providers/.*locks", **throttled)


@pytest.mark.parametrize("phase", ["Promoting", "DeletingSource"])
@pytest.mark.parametrize(("settings", "code"), STRICTER.values(), ids=STRICTER)
def test_an_approval_obeys_the_rules_of_the_moment_of_the_delete(started, phase, settings, code):
    with started(started_by=ADA_HERSELF, **SIGN_IN) as site:
        waiting = site.start_as(ADA_HERSELF)
        hold(site, waiting, phase)
        site.app.call("POST", waiting["links"]["approval"], approval(waiting), identity=ADA_HERSELF)
        eventually(lambda: site.azure.record(waiting["id"])["run"]["phase"] == phase, 20)
    with started(**SIGN_IN, **settings) as site:
        site.azure.control.remove_faults()
        site.resume(waiting)
        ended = site.app.ended(waiting["id"])
        is_kept = code != "Migrated"
        assert ended["outcome"]["kind"] == ("SourceKept" if is_kept else "Migrated")
        assert ended["outcome"]["code"] == code
        assert site.azure.exists(waiting["sourceImageId"]) is is_kept


def test_a_name_nobody_verified_counts_no_more_once_identity_is_demanded(started):
    with started() as site:
        waiting = site.waiting()
        site.hold_while_promoting(waiting)
        site.app.approve(waiting)
    with started(**SIGN_IN, MIGRATION_REQUIRE_IDENTITY="true") as site:
        site.azure.control.remove_faults()
        site.resume(waiting)
        assert outcome(site.app.ended(waiting["id"])) == ("SourceKept", "IdentityRequired")
        assert site.azure.exists(waiting["sourceImageId"])
