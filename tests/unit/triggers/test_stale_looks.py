"""What was read a moment ago may be over: nothing is begun, closed or replaced on the strength of an old look."""

from types import SimpleNamespace
from typing import Any

import pytest
from migration.approval.image_record import Answered, ImageRecord, Stage, new_record
from migration.approval.opening import opened
from migration.course.state import MigrationState, Status
from triggers.steering import beginning, hub, sweeping
from triggers.steering.deciding import decide, decider_of

from migration.approval.approval import ApprovalEvent
from migration.asking.tags import tag_fingerprint
from migration.course.starting import Requester
from migration.resources.image import ManagedImage
from migration.values.ids import instance_id_for
from migration.values.outcome import Outcome, OutcomeKind, Phase
from records.store import hold
from tests.unit.samples import NOW, OWN_ID, SOURCE, VERSION, make_image, make_question, make_start
from triggers.events import image_tagged

TAGS = {"migrate-to-gallery": "default"}
WRITTEN = {"operationName": "Microsoft.Compute/images/write", "resourceUri": SOURCE}
IMAGE = make_image(tags=TAGS)
CLIENT: Any = None


@pytest.fixture
def begun(monkeypatch) -> list[str]:
    """The ids of migrations that were begun, in place of a task hub."""
    started: list[str] = []

    async def start(_client: Any, start: Any, _held: Any = None) -> bool:
        started.append(start.id)
        return True

    for module in (image_tagged, sweeping):
        monkeypatch.setattr(module, "beginning", SimpleNamespace(start=start))
    return started


@pytest.fixture
def ending(records, monkeypatch):
    """A migration of the image's tags that ends, and says what it has answered, just before the hub is asked."""
    records.put(answered("of earlier tags"))

    async def is_live(_client: Any, _id: str) -> bool:
        records.put(answered(tag_fingerprint(TAGS, "migrate-to-gallery")))
        return False

    monkeypatch.setattr(hub, "is_live", is_live)


def answered(fingerprint: str) -> ImageRecord:
    return new_record(SOURCE, NOW).model_copy(update={"answered": Answered(fingerprint=fingerprint, content="first")})


async def test_an_event_that_is_read_while_a_migration_ends_does_not_start_it_again(ending, begun, monkeypatch):
    """Its own tag was told late: people who had just rejected were asked the same again."""

    async def get_image(_: str) -> ManagedImage:
        return IMAGE

    monkeypatch.setattr(image_tagged, "get_image", get_image)
    assert not await image_tagged.on_event(SOURCE, WRITTEN, CLIENT)
    assert begun == []


async def test_a_record_that_makes_no_sense_costs_its_own_image_and_not_those_after_it(records, begun, monkeypatch):
    """Every sweep ended at it, and what came after it by name was never started."""
    other = make_image(id=f"{SOURCE}-2", tags=TAGS)

    async def tagged(_key: str) -> tuple[str, list[ManagedImage]]:
        return "list", [IMAGE, other]

    async def is_live(_client: Any, _id: str) -> bool:
        return False

    async def nothing_known() -> dict[str, Answered]:
        return {}

    monkeypatch.setattr(sweeping, "_tagged", tagged)
    monkeypatch.setattr(sweeping, "all_answered", nothing_known)
    monkeypatch.setattr(hub, "is_live", is_live)
    records.put_text(OWN_ID, '{"decisions": "of a kind yet to come"}')
    assert (await sweeping.sweep(CLIENT)).started == begun == [instance_id_for(other.id)]


async def test_a_sweep_that_looks_while_a_migration_ends_does_not_start_it_again(ending, begun, monkeypatch):
    async def tagged(_key: str) -> tuple[str, list[ManagedImage]]:
        return "list", [IMAGE]

    async def nothing_known() -> dict[str, Answered]:
        return {}

    monkeypatch.setattr(sweeping, "_tagged", tagged)
    monkeypatch.setattr(sweeping, "all_answered", nothing_known)
    assert (await sweeping.sweep(CLIENT)).started == []
    assert begun == []


def another_question(records: Any) -> None:
    """Somebody asks again, and the new question is open."""
    start = make_start("run 2", id=OWN_ID)
    record = records.get(OWN_ID)
    records.put(record.model_copy(update={"question": make_question(id="question 2", start=start)}))


async def test_a_decision_that_comes_after_the_end_does_not_close_the_question_asked_since(records, monkeypatch):
    question = make_question(start=make_start(id=OWN_ID))
    records.apply(OWN_ID, lambda _: opened(None, question))
    held = await hold(OWN_ID)

    async def is_live(_client: Any, _id: str) -> bool:
        another_question(records)
        return False

    monkeypatch.setattr(hub, "is_live", is_live)
    event = ApprovalEvent.model_validate({"decision": "approve", "approver": "Ada", "imageVersionId": VERSION})
    await decide(CLIENT, question, event, decider_of(None, "api"), held=held)
    assert (records.question(OWN_ID).id, records.question(OWN_ID).stage) == ("question 2", Stage.OPEN)


async def test_asking_again_does_not_replace_a_question_that_somebody_else_has_asked_since(records):
    """Its links were dead at once, and whoever had asked second was told that nothing had come of it."""
    question = make_question(start=make_start(id=OWN_ID), stage=Stage.KEPT)
    records.put(new_record(SOURCE, NOW).model_copy(update={"question": question}))
    outcome = Outcome(kind=OutcomeKind.SOURCE_KEPT, code="ApprovalExpired", reason="r", step=Phase.AWAITING_APPROVAL)
    state = MigrationState(start=question.start, phase=Phase.DONE, outcome=outcome)
    ended = hub.Migration(OWN_ID, Status.of(state), state, outcome, is_live=False, updated_at=NOW)
    held = await hold(OWN_ID)
    another_question(records)
    refusal = await beginning.ask_again(CLIENT, ended, held, Requester("Ada"))
    assert refusal is not None
    assert refusal.code == "AskedAlready"
    assert (records.question(OWN_ID).id, records.question(OWN_ID).stage) == ("question 2", Stage.OPEN)
