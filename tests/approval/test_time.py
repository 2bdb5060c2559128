"""Reminder, escalation and expiry: people are told, late links say so, and an expired question can be asked anew."""

from tests.support.running.app import outcome
from tests.support.running.visitors import Browser
from tests.support.waiting import eventually


def test_a_question_nobody_answers_is_repeated_escalated_and_closed_with_the_source_kept(hasty_site):
    site = hasty_site
    migration = site.asked(site.app.start(site.azure.seed_image("late")))
    version, link = migration["imageVersionId"], site.link(migration)
    stale = Browser()
    form = stale.form(link, decision="approve")
    boss_link = site.boss.link(version)
    assert Browser().open(boss_link).status_code == 200
    ended = site.app.ended(migration["id"])
    assert outcome(ended) == ("SourceKept", "ApprovalExpired")
    assert "links.askAgain" in ended["nextAction"]
    assert site.azure.exists(migration["sourceImageId"])
    for answer in (Browser().open(link), stale.send(link, form), Browser().open(boss_link)):
        assert answer.status_code == 410
        assert "nobody decided in time" in answer.text
        assert "ask-again" in answer.text
    told = eventually(lambda: [title for title in site.team.titles(migration["sourceImageId"]) if "ended" in title], 5)
    assert ["ended: SourceKept" in title for title in told] == [True]
    titles = " ".join(site.team.titles(version))
    assert "Approve the migration" in titles
    assert "Reminder" in titles
    assert "Nobody has decided yet" not in titles
    assert "Nobody has decided yet" in site.boss.titles(version)[0]


def test_an_expired_question_asked_anew_can_be_approved(hasty_site):
    site = hasty_site
    migration = site.asked(site.app.start(site.azure.seed_image("again")))
    site.app.ended(migration["id"])
    site.ask_again(migration)
    page = Browser().decide(site.link(migration), "approve")
    assert "Approved" in page.text
    assert outcome(site.app.ended(migration["id"])) == ("Migrated", "Migrated")
    told = site.app.audit(migration)
    audits = (told["entries"], told["earlier"][0]["audit"])
    runs = [[entry["event"] for entry in entries] for entries in audits]
    assert [events.count("version verified") for events in runs] == [1, 1]
    assert {"asked again", "approved", "promise checked", "ended"} <= set(runs[0])
    assert runs[1][-1] == "ended"
