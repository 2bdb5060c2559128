"""Somebody deletes the table of records while a question is open: nothing is deleted, all ways in say the same, and a
new migration starts without a restart.
"""

import pytest

from migration.record.image_record import NO_RECORD
from tests.support.running.app import outcome
from tests.support.running.azure import running_azure
from tests.support.running.site import running_site
from tests.support.running.visitors import Browser, words_of


@pytest.fixture
def own():
    """A site whose table may go: the question's instance is never woken by the clock."""
    with running_azure() as azure, running_site(azure) as site:
        yield site


def test_a_table_deleted_while_a_question_is_open_deletes_nothing_and_a_new_start_works_without_a_restart(own):
    waiting = own.waiting()
    link, form = own.link(waiting), Browser().form(own.link(waiting), decision="approve")
    own.azure.control.settings(deletedTableHeldSeconds=10**6)
    own.azure.delete_table()
    asked = own.app.call("GET", waiting["links"]["self"])
    assert (asked.status_code, asked.json()["title"]) == (503, "The records are unavailable")
    own.azure.control.settings(deletedTableHeldSeconds=0)
    said = told(own, waiting)
    assert len(set(said.values())) == 1, said
    assert said["look"][1] == NO_RECORD.code
    page = Browser().open(link)
    assert NO_RECORD.message in words_of(page)
    assert Browser().send(link, form).status_code == 404
    stranger = Browser().open(link.partition("?")[0] + "?token=guessed")
    assert (page.status_code, words_of(page)) == (stranger.status_code, words_of(stranger))
    assert own.raise_opinion(waiting, decision="approve", approver="Ada").status_code == 202
    assert own.azure.exists(waiting["sourceImageId"])

    begun = own.app.call("POST", "migrations", {"sourceImageId": waiting["sourceImageId"]})
    assert begun.status_code == 202, begun.text
    again = own.asked(begun.json()["id"])
    assert (again["run"], again["imageVersionId"]) == (begun.json()["run"], waiting["imageVersionId"])
    own.app.approve(again)
    assert outcome(own.app.ended(again["id"])) == ("Migrated", "Migrated")


def test_a_new_start_does_not_wait_for_the_instance_of_a_run_that_lost_its_record(own):
    """The instance waits for an answer, and would look at the record six hours later."""
    waiting = own.waiting()
    own.azure.delete_table()
    begun = own.app.call("POST", "migrations", {"sourceImageId": waiting["sourceImageId"]})
    assert begun.status_code == 202, begun.text
    assert own.app.waiting(begun.json()["id"])["run"] == begun.json()["run"]
    assert own.azure.exists(waiting["sourceImageId"])


def told(site, migration):
    """What each call says of it: status, code, words and next step."""
    own, opinion = f"migrations/{migration['id']}", site.opinion(migration, decision="approve")
    answers = {
        "look": site.app.call("GET", own),
        "audit": site.app.call("GET", f"{own}/audit"),
        "checks": site.app.call("GET", f"{own}/checks"),
        "approve": site.app.call("POST", f"{own}/approval", opinion),
        "ask again": site.app.call("POST", f"{own}/ask-again"),
        "cancel": site.app.call("POST", f"{own}/cancel"),
    }
    bodies = {name: answer.json() for name, answer in answers.items()}
    return {name: (body["status"], body["code"], body["detail"], body["nextAction"]) for name, body in bodies.items()}
