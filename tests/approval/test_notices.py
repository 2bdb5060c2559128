"""Notifications: what they say in plain text and in Markdown, and that one that fails neither stops anything nor
tells a secret.
"""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from activities.send_notification import send_notification
from migration.approval.image_record import Question, Stage, new_record
from migration.course.notice import Notice
from migration.course.state import MigrationState

from activities import send_notification as sending
from migration import names
from migration.approval.approval import Approval
from migration.approval.copy_identity import CopyIdentity
from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings, settings
from migration.course.starting import Requester, start_by_request
from migration.telling.messages import Address, compose_decision, compose_question
from migration.values.occasion import Occasion
from tests.workflows.conftest import SOURCE, START, VERSION, Play, make_plan, value

LINK = "https://example.net/api/approvals/migrate-web?token=secret"
CALLBACK = "the-callback-token"


@pytest.fixture
def play():
    return Play()


def asking(**changes):
    request = MigrationRequest(source_image_id=SOURCE)
    question = Question(
        id="a-question",
        callback=CALLBACK,
        start=start_by_request(request, make_plan().source, Requester("grace"), Settings()),
        plan=make_plan(),
        copied=CopyIdentity(image_version_id=VERSION, published_at=START, source_content="c"),
        asked_at=START,
        expires_at=START + timedelta(days=7),
    )
    return question.model_copy(update=changes)


def decided(**changes):
    said = {"decision": "reject", "approver": "Ada", "image_version_id": VERSION, "via": "page", "verified": True}
    return asking(stage=Stage.REJECTED, approval=Approval.model_validate(said | changes))


def notice(occasion, question, **more):
    return Notice(occasion=occasion, state=MigrationState(start=question.start), **more)


@pytest.fixture
def recorded(monkeypatch):
    """Has the record hold a question."""

    def hold(question):
        record = new_record(SOURCE, datetime.now(UTC)).model_copy(update={"question": question})

        async def load(_):
            return record

        monkeypatch.setattr(sending, "load", load)
        return question

    return hold


@pytest.mark.parametrize("occasion", [Occasion.APPROVAL_NEEDED, Occasion.REMINDER, Occasion.ESCALATION])
def test_a_question_says_what_happens_who_asked_until_when_and_where_to_decide(occasion):
    message = compose_question(occasion, asking(), LINK, anyone_named=True)
    for form in (message.text(), message.markdown()):
        for fact in (
            SOURCE,
            VERSION,
            "deleted for good",
            "grace",
            "2026-01-08 00:00 UTC",
            "westus2 (1)",
            LINK,
            CALLBACK,
        ):
            assert fact in form
    assert f"[Decide here]({LINK})" in message.markdown()
    assert "**" not in message.text()


def test_the_callback_token_is_told_only_where_it_could_count():
    message = compose_question(Occasion.APPROVAL_NEEDED, asking(), LINK, anyone_named=False)
    assert CALLBACK not in message.text() + message.markdown()


def test_without_a_link_the_api_is_named():
    message = compose_question(Occasion.APPROVAL_NEEDED, asking(), None, anyone_named=True)
    assert "POST /api/migrations/" in message.text()


def test_what_people_wrote_can_fake_nothing():
    hostile = "fine\nDecide here: http://evil.example\r\n[click](http://evil.example) <img src=x> *bold*"
    message = compose_decision(decided(comment=hostile, approver="[Ada](http://evil.example)"))
    assert len(message.text().splitlines()) == 4
    markdown = message.markdown()
    assert "[click](" not in markdown
    assert "[Ada](" not in markdown
    assert "<img" not in markdown
    assert len(markdown.splitlines()) == 4


def test_an_address_may_name_its_person():
    assert Address.parse("ada@contoso.com=mailto://x?a=b") == Address("mailto://x?a=b", "ada@contoso.com")
    assert Address.parse("json://x/?a=b") == Address("json://x/?a=b", None)


@pytest.fixture
def addresses(monkeypatch):
    def set_to(text):
        monkeypatch.setenv("MIGRATION_NOTIFY", text)
        settings.cache_clear()

    yield set_to
    settings.cache_clear()


async def test_addresses_that_cannot_be_reached_are_missed_and_not_logged(addresses, recorded, caplog):
    caplog.set_level(logging.DEBUG)
    addresses("nosuchscheme://hunter2 json://user:hunter2@127.0.0.1:9/ ://hunter2 msteams://hunter2")
    sent = await send_notification(notice(Occasion.APPROVAL_NEEDED, recorded(asking())))
    assert (sent.sent, sent.missed) == (0, [0, 1, 2, 3])
    assert "hunter2" not in caplog.text


async def test_an_address_that_is_no_longer_set_is_not_missed(addresses, recorded):
    addresses("")
    sent = await send_notification(notice(Occasion.DECIDED, recorded(decided()), to=[3]))
    assert (sent.sent, sent.missed) == (0, [])


async def test_a_reminder_of_a_question_that_was_closed_meanwhile_is_not_sent(addresses, recorded):
    addresses("nosuchscheme://x")
    sent = await send_notification(notice(Occasion.REMINDER, recorded(decided())))
    assert (sent.sent, sent.missed) == (0, [])


class Post:
    """Answers for the activity that sends; misses address 1 as often as told."""

    def __init__(self, misses):
        self._misses = misses
        self.sent = []

    def __call__(self, notice):
        self.sent.append((notice["occasion"], notice["to"]))
        self._misses -= 1
        return {"value": {"sent": 0, "missed": [1] if self._misses >= 0 else []}}


def test_a_question_that_missed_someone_is_sent_again_to_them_alone(play):
    post = play.answers[names.SEND_NOTIFICATION] = Post(misses=1)
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(minutes=10))
    assert post.sent == [("approvalNeeded", None), ("approvalNeeded", [1])]
    assert play.status["notes"] == []


def test_a_question_that_cannot_be_sent_is_shown_in_the_status_and_can_be_answered(play):
    post = play.answers[names.SEND_NOTIFICATION] = Post(misses=99)
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(minutes=10))
    assert [to for _, to in post.sent] == [None, [1], [1]]
    assert play.status["notes"] == ["1 notifications (approvalNeeded) could not be sent"]
    play.approve().until("Done")
    play.stage.advance(timedelta(minutes=10))
    assert play.outcome == ("Migrated", "Migrated")
    assert "1 notifications (decided) could not be sent" in play.status["notes"]
    assert "1 notifications (done) could not be sent" in play.status["notes"]


def test_a_decision_that_missed_someone_is_told_them_at_the_end(play):
    play.start().until("AwaitingApproval")
    post = play.answers[names.SEND_NOTIFICATION] = Post(misses=1)
    play.approve().until("Done")
    play.stage.advance(timedelta(minutes=10))
    assert post.sent == [("decided", None), ("decided", [1]), ("done", None)]
    assert play.status["notes"] == []


def test_a_sender_that_breaks_stops_nothing(play):
    def broken(_):
        raise OSError("no network")

    play.answers[names.SEND_NOTIFICATION] = broken
    play.start().until("AwaitingApproval").approve()
    play.stage.advance(timedelta(hours=3))
    assert play.outcome == ("Migrated", "Migrated")
    assert any("could not be sent" in note for note in play.status["notes"])


def test_the_decision_is_seen_while_people_are_still_being_told(play):
    seen = []

    def slow(notice):
        if notice["occasion"] == "decided":
            seen.append(play.status["approval"])
        return value(None) | {"value": {"sent": 1, "missed": []}}

    play.answers[names.SEND_NOTIFICATION] = slow
    play.start().until("AwaitingApproval").approve()
    assert [approval["approver"] for approval in seen] == ["Ada"]


def test_a_mail_is_plain_text_and_a_chat_gets_markdown(site, waiting):
    mail, chat = (box.messages(waiting["imageVersionId"])[0]["message"] for box in (site.ada, site.team))
    assert f"Decide here: {site.link(waiting)}" in mail
    assert "**" not in mail
    assert f"[Decide here]({site.team_link(waiting)})" in chat
    assert "- **Source image:** /subscriptions/" in chat
