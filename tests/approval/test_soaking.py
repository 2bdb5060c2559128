"""A soak from outside: two questions, and nothing of the first, by whatever way it comes, answers the second."""

from datetime import UTC, datetime

import pytest

from tests.support.running.app import outcome
from tests.support.running.visitors import Browser, words_of
from tests.support.waiting import eventually

SOAK = "PT3S"


@pytest.fixture
def first(site):
    """The first question of a migration with a short soak."""
    return site.asked(site.app.start(site.azure.seed_image("soaked"), soak=SOAK))


def in_phase(site, migration, phase):
    return eventually(lambda: found if (found := site.migration(migration))["phase"] == phase else None, 60)


def asked_again(site, first, link):
    """The migration once its second question is open, and everyone has its link."""
    second = in_phase(site, first, "AwaitingApproval")
    eventually(lambda: site.link(first) != link, 20)
    return second


def test_an_answer_to_the_first_question_is_none_to_the_second(site, first):
    assert first["allows"] == ["accept", "reject"]
    assert "after a soak of less than a minute" in str(first["plan"]["notes"])
    link, browser = site.link(first), Browser()
    form = browser.form(link, decision="accept")
    page = browser.send(link, form)
    assert page.status_code == 303
    soaking = in_phase(site, first, "Soaking")
    assert (soaking["waitingFor"], soaking["allows"]) == ("soak", [])
    assert datetime.fromisoformat(soaking["soakUntil"]) > datetime.fromisoformat(soaking["decidedAt"])
    answer = site.app.call("POST", first["links"]["askAgain"])
    assert (answer.status_code, answer.json()["code"]) == (409, "Soaking")
    second = asked_again(site, first, link)
    assert (second["allows"], second["soakUntil"], second["decidedAt"]) == (["approve", "reject"], None, None)
    assert second["callback"] != first["callback"]
    # The form once more, the old link, the old token as an event, the same call again: none of it is an answer.
    assert "came too late" in words_of(browser.send(link, form))
    assert "This link is for an earlier question" in browser.open(link).text
    site.raise_opinion(first, decision="approve")
    said = site.opinion(first, decision="approve", run=first["run"])
    for callback in ({}, {"callback": first["callback"]}):
        answer = site.app.call("POST", first["links"]["approval"], said | callback)
        assert (answer.status_code, answer.json()["code"]) == (409, "OtherQuestion")
    eventually(lambda: "an answer was ignored" in str(site.migration(first)["notes"]), 20)
    assert site.migration(first)["phase"] == "AwaitingApproval"
    assert site.azure.exists(first["sourceImageId"])
    answer = site.app.call("POST", first["links"]["approval"], said | {"callback": second["callback"]})
    assert answer.status_code == 202
    assert outcome(site.app.ended(first["id"])) == ("Migrated", "Migrated")
    assert not site.azure.exists(first["sourceImageId"])


def seed_machine(azure, image_or_version):
    """A machine made at this moment."""
    machine = azure.seed_consumer("virtualMachines", image_or_version)

    def made_now(document):
        document["timeCreated"] = datetime.now(UTC).isoformat()

    azure.change(machine, made_now)
    return machine


def test_the_second_page_and_the_checks_tell_what_was_made_since_and_the_delete_is_approved_there(site, first):
    link = site.link(first)
    assert "before the delete is asked about" in words_of(Browser().open(link))
    Browser().decide(link, "accept")
    in_phase(site, first, "Soaking")
    seed_machine(site.azure, first["imageVersionId"])
    asked_again(site, first, link)
    assert site.app.call("GET", first["links"]["checks"]).json()["sinceSoak"]["fromVersion"] == 1
    page = words_of(Browser().open(site.link(first)))
    assert "Since the soak began" in page
    assert any("from the version: 1, from the source: 0" in one["message"] for one in site.team.messages(first["id"]))
    assert "Approved" in Browser().decide(site.link(first), "approve").text
    assert outcome(site.app.ended(first["id"])) == ("Migrated", "Migrated")


def test_a_machine_made_from_the_source_in_the_soak_postpones_the_question(site, first):
    Browser().decide(site.link(first), "accept")
    in_phase(site, first, "Soaking")
    seed_machine(site.azure, first["sourceImageId"])
    postponed = eventually(lambda: found if (found := site.migration(first))["cause"] else None, 30)
    assert (postponed["phase"], postponed["cause"]["code"]) == ("Soaking", "SourceInUse")
    assert "Point what uses it" in postponed["nextAction"]
    assert any("not asked about yet" in title for title in eventually(lambda: site.team.titles("Postponed since"), 20))
    assert "is not asked yet" in Browser().open(site.link(first)).text
    assert site.app.call("POST", first["links"]["cancel"]).status_code == 202
    assert outcome(site.app.ended(first["id"])) == ("Cancelled", "Cancelled")
    assert site.azure.exists(first["sourceImageId"])


def test_a_tag_that_is_changed_in_the_soak_ends_it(site):
    image = site.azure.seed_image("changed")
    first = site.asked(site.app.start(image, soak="P14D"))
    Browser().decide(site.link(first), "accept")
    in_phase(site, first, "Soaking")
    site.azure.update_tags(image, {"migrate-to-gallery-options": "delete-source=never"})
    site.app.raise_event(first["id"], "Approval", '{"look": true}')
    assert outcome(site.app.ended(first["id"])) == ("SourceKept", "KeptByTag")
