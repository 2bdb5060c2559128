"""Telling people: questions and decisions as the record has them; a notification never stops a migration."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from activities.send_notification import approval_url, send_notification
from migration.approval.image_record import ImageRecord, Stage
from migration.asking.signing import LINK_PURPOSE, ApprovalLink, Signer
from migration.course.notice import Notice
from migration.course.state import MigrationState

from migration.asking.request import DeleteSource
from migration.asking.settings import Settings
from migration.telling.messages import Address, compose_decision, compose_end, compose_question
from migration.values.occasion import Occasion
from migration.values.outcome import Outcome, OutcomeKind, Phase
from tests.unit.samples import (
    KEY,
    NOW,
    OWN_ID,
    SOURCE,
    VERSION,
    make_approval,
    make_plan,
    make_question,
    make_start,
)


def waiting(**changes: Any) -> MigrationState:
    asked = MigrationState(
        start=make_start(), phase=Phase.AWAITING_APPROVAL, plan=make_plan(), image_version_id=VERSION
    )
    return asked.model_copy(update={"asked_at": NOW, **changes})


@pytest.fixture
def asked(records) -> None:
    records.put(ImageRecord(migration_id=OWN_ID, source_image_id=SOURCE, created_at=NOW, question=make_question()))


async def test_nobody_to_notify_is_no_failure(asked):
    sent = await send_notification(Notice(occasion=Occasion.APPROVAL_NEEDED, state=waiting()))
    assert (sent.sent, sent.missed) == (0, [])


async def test_an_address_that_makes_no_sense_is_missed_and_the_others_are_tried(asked, configure):
    configure(notify="nonsense://x Ada=alsononsense://y")
    sent = await send_notification(Notice(occasion=Occasion.REMINDER, state=waiting()))
    assert (sent.sent, sent.missed) == (0, [0, 1])
    again = await send_notification(Notice(occasion=Occasion.REMINDER, state=waiting(), to=[1]))
    assert (again.sent, again.missed) == (0, [1])


@pytest.fixture
def sent(monkeypatch, configure) -> list[Any]:
    """The messages that would have gone to the one address there is."""
    messages: list[Any] = []

    async def send(_address: Any, message: Any, _notice: Any) -> bool:
        messages.append(message)
        return True

    configure(notify="json://example.com/hook")
    monkeypatch.setattr("activities.send_notification._send", send)
    return messages


@pytest.mark.parametrize("occasion", [Occasion.APPROVAL_NEEDED, Occasion.REMINDER])
async def test_a_question_is_told_as_the_record_has_it(asked, sent, occasion: Occasion):
    """A forged state asked people about another source than the one that their link is for."""
    forged = waiting(plan=make_plan(source=make_plan().source.model_copy(update={"id": f"{SOURCE}2"})))
    await send_notification(Notice(occasion=occasion, state=forged))
    (message,) = sent
    assert f"Source image: {SOURCE}\n" in message.text()


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.OPEN])
async def test_a_question_that_is_closed_is_asked_of_nobody(asked, records, sent, stage: Stage):
    records.apply(OWN_ID, lambda record: record.stands(stage))
    for occasion in (Occasion.APPROVAL_NEEDED, Occasion.REMINDER):
        answer = await send_notification(Notice(occasion=occasion, state=waiting()))
        assert (answer.sent, answer.missed) == (0, [])
    assert sent == []


async def test_a_decision_that_nobody_took_is_told_to_nobody(asked, sent):
    """An instance started with a forged approval in its input had it announced."""
    forged = waiting(approval=make_approval(approver="Mallory"))
    await send_notification(Notice(occasion=Occasion.DECIDED, state=forged))
    assert sent == []


async def test_without_a_record_no_question_is_told(records, sent):
    await send_notification(Notice(occasion=Occasion.APPROVAL_NEEDED, state=waiting()))
    assert sent == []


def test_a_link_is_signed_for_its_receiver_and_its_secret_is_in_the_query():
    current = Settings(signing_key=KEY, public_url="https://example.com/")
    url = urlsplit(approval_url(make_question(), "Ada", current) or "")
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"https://example.com/api/approvals/{OWN_ID}"
    (token,) = parse_qs(url.query)["token"]
    link = Signer(current, LINK_PURPOSE).read(token, ApprovalLink)
    assert link == ApprovalLink(migration_id=OWN_ID, question="question 1", approver="Ada")


def test_without_a_key_there_is_no_link():
    assert approval_url(make_question(), "Ada", Settings()) is None


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("mailto://ada:pass@example.com", None, "mailto://ada:pass@example.com"),
        ("Ada=mailto://ada@example.com?a=b", "Ada", "mailto://ada@example.com?a=b"),
        ("json://example.com/?key=value", None, "json://example.com/?key=value"),
    ],
)
def test_an_address_may_say_whose_it_is(text: str, name: str | None, url: str):
    assert Address.parse(text) == Address(url, name)


def asking(link: str | None = None, *, anyone_named: bool = True, **changes: Any) -> str:
    question = make_question(**changes)
    return compose_question(Occasion.APPROVAL_NEEDED, question, link, anyone_named=anyone_named).text()


def test_a_question_says_what_an_approval_would_do():
    text = asking("https://example.com/x")
    for part in (SOURCE, VERSION, "eastus (1), westus2 (1)", "Eve", "deleted for good", "https://example.com/x"):
        assert part in text
    assert "2026-01-08" in text
    assert "The source image is kept." in asking(plan=make_plan(delete_source=DeleteSource.NEVER))
    assert f"/api/migrations/{OWN_ID}/approval" in asking()


def test_the_token_is_told_only_where_an_answer_with_it_may_count():
    assert "token 1" in asking()
    assert "token 1" not in asking(anyone_named=False)


def test_a_message_about_the_end_says_how_it_ended():
    outcome = Outcome(kind=OutcomeKind.FAILED, code="C", reason="no network", step=Phase.CREATING)
    message = compose_end(SOURCE, VERSION, outcome)
    assert message.title == "The migration of web ended: Failed"
    assert "no network" in message.markdown()


def test_a_message_about_a_decision_names_who_took_it():
    decided = make_question(approval=make_approval(decision="reject", comment="no"))
    message = compose_decision(decided)
    assert message is not None
    assert message.title == "The migration of web was rejected"
    assert "By: Ada" in message.text()
    assert "Comment: no" in message.text()
    assert compose_decision(make_question()) is None
