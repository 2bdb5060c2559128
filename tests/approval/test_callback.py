"""The platform's callback: an event from outside counts with the token of the question, and only with that."""

import json

import pytest
import requests

from tests.support.running.mailboxes import parts_of
from tests.support.running.visitors import Browser
from tests.support.waiting import eventually


def ignored(site, migration):
    return [note for note in site.migration(migration)["notes"] if "ignored" in note]


def everything_in_the_hub(site, migration):
    """All that the holder of the Durable system key can read of a migration: input, status, output, history."""
    url = f"{site.app.host.url}/runtime/webhooks/durabletask/instances/{migration['id']}"
    wanted = {"code": site.app.host.durable_key, "showHistory": "true", "showHistoryOutput": "true"}
    return requests.get(url, params=wanted, timeout=30).text


def test_an_event_with_the_token_counts_and_is_not_verified(site, waiting):
    assert site.raise_opinion(waiting, approver="A pipeline").status_code == 202
    approval = eventually(lambda: site.migration(waiting)["approval"], 10)
    assert (approval["approver"], approval["via"], approval["verified"]) == ("A pipeline", "event", False)
    assert site.migration(waiting)["callback"] is None


@pytest.mark.parametrize("token", [None, "", "x", "\u00e9" * 32])
def test_an_event_without_the_right_token_counts_for_nothing(site, waiting, token):
    site.raise_opinion(waiting, decision="approve", callback=token)
    site.raise_opinion(waiting, decision="approve", callback="the last one")
    assert eventually(lambda: ignored(site, waiting), 10)
    found = site.migration(waiting)
    assert (found["phase"], found["approval"], found["callback"]) == ("AwaitingApproval", None, waiting["callback"])


def test_the_token_of_another_question_counts_for_nothing(site, waiting):
    other = site.waiting()
    site.raise_opinion(waiting, decision="approve", callback=other["callback"])
    assert eventually(lambda: ignored(site, waiting), 10)
    assert [site.migration(one)["approval"] for one in (waiting, other)] == [None, None]


def test_the_token_of_an_earlier_question_counts_for_nothing(site, waiting):
    again = site.ask_again(waiting)
    assert again["callback"] not in {None, waiting["callback"]}
    site.raise_opinion(waiting, decision="approve")
    assert eventually(lambda: ignored(site, waiting), 10)
    assert site.migration(waiting)["approval"] is None
    site.raise_opinion(again)
    assert eventually(lambda: site.migration(waiting)["approval"], 10)["decision"] == "reject"


def test_a_token_with_another_version_counts_for_nothing(site, waiting):
    site.raise_opinion(waiting, decision="approve", imageVersionId=waiting["imageVersionId"].replace("1.0.0", "1.0.1"))
    assert "another image version" in eventually(lambda: ignored(site, waiting), 10)[0]
    assert site.migration(waiting)["approval"] is None


def test_neither_the_token_nor_the_link_is_found_in_state_history_or_status(site, waiting):
    link_token = parts_of(site.link(waiting))[1]
    site.raise_opinion(waiting, callback="wrong")
    assert eventually(lambda: ignored(site, waiting), 10)
    shown = everything_in_the_hub(site, waiting)
    assert waiting["id"] in shown
    listed = site.app.call("GET", "migrations").text + json.dumps(site.audit(waiting))
    for secret in (waiting["callback"], link_token):
        assert secret not in shown + listed
    Browser().decide(site.link(waiting), "reject", comment="no")
    site.app.ended(waiting["id"])
    assert waiting["callback"] not in everything_in_the_hub(site, waiting)


def test_the_token_is_in_the_api_and_in_no_notification(site, waiting):
    told = site.team.messages(waiting["imageVersionId"])[0]["message"]
    assert waiting["callback"]
    assert waiting["callback"] not in told
