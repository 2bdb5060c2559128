"""Notifications: what they say in plain text and in Markdown, whose links they hold, and that one that fails neither
stops anything nor tells a secret.
"""

import logging
from datetime import timedelta

import pytest

from activities import deliver_notifications as sending
from migration.approval.approval import Approval, Decision
from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings
from migration.course.starting import Requester, start_by_request
from migration.record.asked import Asked
from migration.record.question import Decided, Question, Stage
from migration.record.run import Person, Run
from migration.resources.copy_identity import CopyIdentity
from migration.telling.messages import compose_decision, compose_question
from migration.telling.receivers import Address
from migration.values.ids import instance_id_for
from migration.values.occasion import Occasion
from notifying.sending import Sent, send
from tests.support.running.mailboxes import ADA, parts_of
from tests.support.running.visitors import Browser
from tests.support.samples import NOW, SOURCE, VERSION, changed, make_plan
from tests.support.stage.play import on_stage
from tests.support.waiting import eventually

LINK = "https://example.net/api/approvals/migrate-web?token=secret"
CALLBACK = "the-callback-token"
EVERYTHING = [Decision.APPROVE, Decision.ACCEPT, Decision.REJECT]


def asking(**changes):
    question = Question(
        id="a-question",
        callback=CALLBACK,
        copied=CopyIdentity(image_version_id=VERSION, published_at=NOW, source_content="c"),
        fingerprint="f",
        allows=EVERYTHING,
        asked_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )
    question = changed(question, changes)
    plan, grace = make_plan(), Requester("grace")
    run = Run(
        id="a-run",
        number=1,
        start=start_by_request(MigrationRequest(source_image_id=SOURCE), plan.source, grace, Settings()),
        requesters=[Person(name="grace")],
        admitted_at=NOW,
        plan=plan,
        image_version_id=VERSION,
        question=question,
    )
    return Asked(instance_id_for(SOURCE), run, question, plan)


def decided(**changes):
    said = {"decision": "reject", "approver": "Ada", "image_version_id": VERSION, "via": "page", "verified": True}
    approval = Approval.model_validate(said | changes)
    return asking(stage=Stage.REJECTED, decided=Decided(approval=approval, at=NOW))


@pytest.mark.parametrize("occasion", [Occasion.APPROVAL_NEEDED, Occasion.REMINDER, Occasion.ESCALATION])
def test_a_question_says_what_happens_who_asked_until_when_and_where_to_decide(occasion):
    message = compose_question(occasion, asking(), LINK)
    for form in (message.text(), message.markdown()):
        for fact in (
            SOURCE,
            VERSION,
            "deleted for good",
            "grace",
            "2026-01-08 00:00 UTC",
            "westus2 (1)",
            LINK,
        ):
            assert fact in form
    assert f"**Decide here:** [{LINK}]({LINK})" in message.markdown()
    assert "**" not in message.text()


def test_a_question_that_may_only_be_accepted_promises_that_the_source_is_kept():
    asked = asking(allows=[Decision.ACCEPT, Decision.REJECT])
    text = compose_question(Occasion.APPROVAL_NEEDED, asked, LINK).text()
    assert "deleted for good" not in text
    assert "The source image is kept." in text


def test_the_callback_token_is_told_to_nobody():
    message = compose_question(Occasion.APPROVAL_NEEDED, asking(), LINK)
    assert CALLBACK not in message.text() + message.markdown()


def test_what_people_wrote_can_fake_nothing():
    hostile = "fine\nDecide here: http://evil.example\r\n[click](http://evil.example) <img src=x> *bold*"
    message = compose_decision(decided(comment=hostile, approver="[Ada](http://evil.example)"), LINK)
    assert len(message.text().splitlines()) == 7
    markdown = message.markdown()
    assert "[click](" not in markdown
    assert "[Ada](" not in markdown
    assert "<img" not in markdown
    assert len(markdown.splitlines()) == 8


@pytest.mark.parametrize(
    ("decision", "word"), [("approve", "approved"), ("accept", "accepted"), ("reject", "rejected")]
)
def test_a_decision_is_told_as_what_it_was(decision, word):
    message = compose_decision(decided(decision=decision), LINK)
    assert message.title == f"The migration of web was {word}"
    assert "Ada (verified)" in message.text()


def test_an_address_may_name_its_person():
    assert Address.parse("ada@contoso.com=mailto://x?a=b") == Address("mailto://x?a=b", "ada@contoso.com")
    assert Address.parse("json://x/?a=b") == Address("json://x/?a=b", None)


def test_two_people_at_one_address_are_two_receivers():
    known = {Address.parse(text).receiver for text in ("a@x=json://x", "b@x=json://x", "json://x", "json://y")}
    assert len(known) == 4


# How it goes on when some cannot be told: on the stage, with the app's own sending


@pytest.fixture
def play():
    with on_stage() as play:
        yield play


@pytest.fixture
def missing(play, monkeypatch):
    """Has notifications to an address not arrive as often as told; gives back who was tried of what, in order."""
    tried, left, occasion = [], {}, []
    tell = sending._tell

    async def telling(held, run, notice, current):
        occasion[:] = [notice.occasion]
        await tell(held, run, notice, current)

    async def send(address, _message):
        tried.append((str(occasion[0]), address.url))
        left[address.url] = left.get(address.url, 0) - 1
        return Sent(left[address.url] < 0)

    monkeypatch.setattr(sending, "_tell", telling)
    monkeypatch.setattr(sending, "send", send)
    play.configure(notify="json://ada json://team")

    def miss(url, times):
        left[url] = times
        return tried

    return miss


def test_a_question_that_missed_someone_is_sent_again_to_them_alone(play, missing):
    tried = missing("json://team", 1)
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(minutes=10))
    assert tried == [("approvalNeeded", "json://ada"), *[("approvalNeeded", "json://team")] * 2]
    assert (play.run.notes, play.run.owed) == ([], [])


def test_each_message_of_a_question_has_a_link_of_its_own_also_one_that_is_sent_again(play, missing):
    missing("json://team", 1)
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(minutes=10))
    assert len({link.token for link in play.run.links}) == 3
    assert {link.question for link in play.run.links} == {play.question.id}


def test_a_question_that_cannot_be_sent_is_shown_and_can_be_answered(play, missing):
    tried = missing("json://team", 99)
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(minutes=10))
    assert [url for _, url in tried] == ["json://ada", *["json://team"] * 3]
    assert play.run.notes == ["told 1 of 2 (approvalNeeded); the others could not be reached"]
    play.approve().until("Done")
    play.stage.advance(timedelta(minutes=20))
    assert play.outcome == ("Migrated", "Migrated")
    assert "told 1 of 2 (decided); the others could not be reached" in play.run.notes
    assert "told 1 of 2 (done); the others could not be reached" in play.run.notes


def test_a_decision_that_missed_someone_is_told_them_all_the_same(play, missing):
    play.start().until("AwaitingApproval")
    tried = missing("json://team", 1)
    play.approve().until("Done")
    play.stage.advance(timedelta(minutes=10))
    assert tried.count(("decided", "json://team")) == 2
    assert tried.count(("decided", "json://ada")) == tried.count(("done", "json://ada")) == 1
    assert (play.run.notes, play.run.owed) == ([], [])


def test_the_decision_is_seen_while_people_are_still_being_told(play, monkeypatch):
    seen = []

    async def slow(_address, message):
        if "was approved" in message.title:
            seen.append(play.question.approval)
        return Sent(reached=True)

    monkeypatch.setattr(sending, "send", slow)
    play.start().until("AwaitingApproval").approve()
    assert [approval.approver for approval in seen] == ["Ada"]


def test_a_reminder_of_a_question_that_was_closed_meanwhile_is_not_sent(play, missing):
    tried = missing("json://team", 99)
    play.start().until("AwaitingApproval").approve(decision="reject", comment="no").until("Done")
    play.stage.advance(timedelta(minutes=20))
    after = tried[tried.index(("decided", "json://ada")) :]
    assert {occasion for occasion, _ in after} & {"approvalNeeded", "reminder", "escalation"} == set()


def test_an_address_that_is_no_longer_set_is_not_missed(play, missing):
    missing("json://team", 99)
    play.start().until("AwaitingApproval")
    play.configure(notify="json://ada")
    play.stage.advance(timedelta(minutes=10))
    assert (play.run.notes, play.run.owed) == ([], [])


@pytest.mark.parametrize(
    "address", ["nosuchscheme://hunter2", "json://user:hunter2@127.0.0.1:9/", "://hunter2", "msteams://hunter2"]
)
async def test_an_address_that_cannot_be_reached_is_missed_and_not_logged(address, caplog):
    caplog.set_level(logging.DEBUG)
    message = compose_decision(decided(), LINK)
    assert not (await send(Address.parse(address), message)).reached
    assert "hunter2" not in caplog.text


# As people get them


def test_a_mail_is_plain_text_and_a_chat_gets_markdown(site, waiting):
    mail, chat = (box.messages(waiting["imageVersionId"])[0]["message"] for box in (site.ada, site.team))
    assert f"Decide here: {site.link(waiting)}" in mail
    assert "**" not in mail
    assert f"**Decide here:** [{site.team_link(waiting)}]({site.team_link(waiting)})" in chat
    assert "- **Source image:** /subscriptions/" in chat


def test_links_of_every_message_of_a_question_work_and_each_is_another(hasty_site):
    site = hasty_site
    migration = site.asked(site.app.start(site.azure.seed_image("reminded")))
    version = migration["imageVersionId"]
    site.boss.link(version)
    found = eventually(lambda: links if len(links := site.ada.links(version)) >= 3 else None, 10)
    links = [*found, *site.team.links(version), *site.boss.links(version)]
    tokens = [parts_of(link)[1] for link in links]
    assert len(set(tokens)) == len(tokens)
    for link in links:
        page = Browser().open(link)
        assert (page.status_code, "Your decision" in page.text) == (200, True)
    Browser().decide(found[0], "reject", comment="by the first of three")
    for link in links:
        assert "by the first of three" in Browser().open(link).text
    assert site.app.ended(migration["id"])["approval"]["approver"] == ADA
