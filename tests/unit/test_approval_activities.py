"""Asking and admitting: notifications never stop a migration, and only our own signature proves anything."""

from datetime import timedelta
from typing import Any

import pytest

from activities.send_notification import approval_url, send_notification
from migration.approval.admission import Admission, Proof
from migration.approval.approval import Approval, ApprovalEvent
from migration.asking.request import DeleteSource
from migration.asking.settings import Settings, settings
from migration.asking.signing import LINK_PURPOSE, PROOF_PURPOSE, ApprovalLink, Signer
from migration.course.starting import Requester, start_by_request
from migration.course.state import MigrationState
from migration.telling.messages import Address, Notice, compose
from migration.values.occasion import Occasion
from migration.values.outcome import Outcome, OutcomeKind, Phase
from tests.unit.samples import MIGRATION, NOW, SOURCE, VERSION, make_image, make_plan, make_request

KEY = "k" * 32
EVENT = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "comment": "tested"}
PROOF = Proof.model_validate(
    EVENT | {"migrationId": MIGRATION, "round": 1, "via": "page", "verified": True, "identifiers": ["ada-oid"]}
)


def waiting(**changes: Any) -> MigrationState:
    start = start_by_request(make_request(), make_image(), Requester("Eve"), Settings())
    asked = MigrationState(start=start, phase=Phase.AWAITING_APPROVAL, plan=make_plan(), image_version_id=VERSION)
    return asked.model_copy(update={"asked_at": NOW, **changes})


@pytest.fixture
def configure(monkeypatch):
    def set_settings(**values: str) -> Settings:
        for name, value in values.items():
            monkeypatch.setenv(f"MIGRATION_{name.upper()}", value)
        settings.cache_clear()
        return settings()

    return set_settings


def admission(proof: str | None) -> Admission:
    event = ApprovalEvent.model_validate(EVENT | {"proof": proof})
    return Admission(migration_id=MIGRATION, round=1, requester_ids=[], event=event)


def signed(proof: Proof, key: str = KEY, purpose: str = PROOF_PURPOSE) -> str:
    return Signer(Settings(signing_key=key), purpose).sign(proof)


async def test_nobody_to_notify_is_no_failure():
    sent = await send_notification(Notice(occasion=Occasion.APPROVAL_NEEDED, state=waiting()))
    assert (sent.sent, sent.missed) == (0, [])


async def test_an_address_that_makes_no_sense_is_missed_and_the_others_are_tried(configure):
    configure(notify="nonsense://x Ada=alsononsense://y")
    sent = await send_notification(Notice(occasion=Occasion.REMINDER, state=waiting()))
    assert (sent.sent, sent.missed) == (0, [0, 1])
    again = await send_notification(Notice(occasion=Occasion.REMINDER, state=waiting(), to=[1]))
    assert (again.sent, again.missed) == (0, [1])


def test_a_link_is_signed_for_its_receiver_and_ends_with_the_question():
    current = Settings(signing_key=KEY, public_url="https://example.com/")
    url = approval_url(waiting(round=3), "Ada", current)
    assert url is not None
    address, _, token = url.rpartition("/")
    assert address == "https://example.com/api/approvals"
    link = Signer(current, LINK_PURPOSE).read(token, ApprovalLink)
    assert (link.approver, link.round, link.image_version_id) == ("Ada", 3, VERSION)
    assert link.expires_at == NOW + timedelta(days=7)


def test_without_a_key_or_a_question_there_is_no_link():
    assert approval_url(waiting(), "Ada", Settings()) is None
    assert approval_url(waiting(asked_at=None), "Ada", Settings(signing_key=KEY)) is None


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


def test_a_question_says_what_an_approval_would_do():
    text = compose(Occasion.APPROVAL_NEEDED, waiting(), "https://example.com/x").text()
    for part in (
        SOURCE,
        VERSION,
        "eastus (1), westus2 (1)",
        "Eve",
        "deleted for good",
        "https://example.com/x",
        "2026-01-08",
    ):
        assert part in text
    never = waiting(plan=make_plan(delete_source=DeleteSource.NEVER))
    assert "The source image is kept." in compose(Occasion.APPROVAL_NEEDED, never, None).text()
    assert f"/api/migrations/{waiting().start.id}/approval" in compose(Occasion.REMINDER, waiting(), None).text()


def test_a_message_about_the_end_says_how_it_ended():
    outcome = Outcome(kind=OutcomeKind.FAILED, code="C", reason="no network", step=Phase.CREATING)
    message = compose(Occasion.FAILED, waiting(outcome=outcome), None)
    assert message.title == "The migration of web ended: Failed"
    assert "no network" in message.markdown()


def test_a_message_about_a_decision_names_who_took_it():
    approval = Approval(
        decision="reject", approver="Ada", image_version_id=VERSION, comment="no", via="api", verified=True
    )
    message = compose(Occasion.DECIDED, waiting(approval=approval), None)
    assert message.title == "The migration of web was rejected"
    assert "By: Ada" in message.text()
    assert "Comment: no" in message.text()
