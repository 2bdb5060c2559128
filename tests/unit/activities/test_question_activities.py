"""Asking, looking, recording: the question is drawn from the signed start and Azure, and only its token decides."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from activities.note_progress import note_progress
from migration.approval.closing import cancelled, decided
from migration.approval.image_record import ImageRecord, Stage
from migration.approval.opening import asked_anew
from migration.approval.verdict import Look, Opened, Verdict
from migration.course.state import MigrationState

from activities.look_at_question import look_at_question
from activities.open_question import open_question
from activities.record_outcome import record_outcome
from migration.approval.approval import ApprovalEvent
from migration.asking.settings import settings
from migration.asking.start import UNKNOWN_REQUESTER, signed_start
from migration.values.answer import Refusal
from migration.values.image_version.regions import TargetRegion
from migration.values.outcome import Outcome, OutcomeKind, Phase
from records.errors import RecordsUnavailableError
from records.table import ChangedMeanwhileError
from tests.unit.azure_samples import DEFINITION, GALLERY, SOURCE, VERSION, approve, built
from tests.unit.samples import OWN_ID, make_approval, make_question, make_start
from tests.unit.samples import SOURCE as SAMPLE
from tests.unit.samples import VERSION as SAMPLE_VERSION


@pytest.fixture
async def migration(azure, records) -> MigrationState:
    return await built(azure)


# Opening


async def test_a_question_is_about_what_azure_has_and_the_app_signed(azure, records, migration):
    opened = await open_question(migration)
    assert isinstance(opened, Opened)
    question = records.question(migration.start.id)
    assert (question.stage, question.copied.image_version_id) == (Stage.OPEN, VERSION)
    assert question.start.requester_ids == ["ada-oid"]
    assert (opened.asked_at, opened.expires_at) == (question.asked_at, question.expires_at)
    assert question.expires_at - question.asked_at == timedelta(days=7)
    assert len({question.id, question.callback}) == 2
    assert min(len(question.id), len(question.callback)) >= 32


@pytest.mark.parametrize(
    ("resource_id", "change"),
    [
        (SOURCE, {"tags": {"PlanInfo": "l1", "PlanProduct": "p", "PlanPublisher": "x"}}),
        (DEFINITION, {"purchasePlan": {"name": "l1"}}),
        (DEFINITION, {"identifier": {"publisher": "p", "offer": "o", "sku": "s"}}),
    ],
)
async def test_what_would_keep_a_version_from_being_written_does_not_keep_people_from_being_asked(
    azure, records, migration, resource_id: str, change: dict[str, Any]
):
    """The copy is there and complete: whoever decides is told, and asking endangers no source."""
    document = azure.control.resource(resource_id)
    document |= {"tags": change["tags"]} if "tags" in change else {"properties": document["properties"] | change}
    azure.control.put_resource(document)
    assert isinstance(await open_question(migration), Opened)


@pytest.mark.parametrize(
    "change", [{"features": [{"name": "SecurityType", "value": "TrustedLaunch"}]}, {"architecture": "Arm64"}]
)
async def test_nobody_is_asked_about_a_copy_that_no_machine_starts_from(
    azure, records, migration, change: dict[str, Any]
):
    document = azure.control.resource(DEFINITION)
    azure.control.put_resource(document | {"properties": document["properties"] | change})
    refusal = await open_question(migration)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "PlanProblems"


async def test_a_read_only_lock_put_on_the_gallery_meanwhile_does_not_keep_people_from_being_asked(
    azure, records, migration
):
    lock = {"id": f"{GALLERY}/providers/Microsoft.Authorization/locks/keep", "properties": {"level": "ReadOnly"}}
    azure.control.put_resource(lock)
    assert isinstance(await open_question(migration), Opened)


async def test_a_source_that_is_gone_is_not_asked_about(azure, records, migration):
    azure.control.delete_resource(SOURCE)
    refusal = await open_question(migration)
    assert isinstance(refusal, Refusal)
    assert "there is no managed image" in refusal.message


async def test_nothing_that_a_forged_state_says_is_asked_about(azure, records, migration):
    """A forged plan with fewer regions passed the last check; forged requesters passed four eyes."""
    few = [TargetRegion(name="westus2", replica_count=9, storage_account_type="Premium_LRS")]
    forged = migration.model_copy(
        update={
            "plan": migration.planned.model_copy(update={"target_regions": few, "version": "9.9.9"}),
            "image_version_id": VERSION.replace("1.0.0", "9.9.9"),
            "start": migration.start.model_copy(update={"requester_ids": ["mallory-oid"], "requested_by": "Mallory"}),
            "expires_at": datetime(2099, 1, 1, tzinfo=UTC),
        }
    )
    assert isinstance(await open_question(forged), Opened)
    question = records.question(migration.start.id)
    assert [region.name for region in question.plan.target_regions] == ["eastus2"]
    assert (question.plan.image_version_id, question.start.requested_by) == (VERSION, "Ada")
    assert question.expires_at < datetime.now(UTC) + timedelta(days=8)


async def test_a_start_that_nobody_signed_has_an_unknown_requester(azure, records, migration):
    unsigned = migration.start.model_copy(update={"signed": None})
    assert isinstance(await open_question(migration.model_copy(update={"start": unsigned})), Opened)
    start = records.question(migration.start.id).start
    assert (start.requested_by, start.requester_ids) == (UNKNOWN_REQUESTER, [])


async def test_a_step_that_runs_again_asks_the_same_question(azure, records, migration):
    first = await open_question(migration)
    before = records.get(migration.start.id)
    assert await open_question(migration) == first
    assert records.get(migration.start.id) == before


async def test_a_question_whose_answer_was_lost_is_found_again(azure, records, migration):
    records.lost.append(ChangedMeanwhileError("412"))
    assert isinstance(await open_question(migration), Opened)
    assert records.writes == 1


async def test_whoever_was_quicker_to_settle_it_keeps_it_from_being_asked(azure, records, migration):
    def settle() -> None:
        records.put(ImageRecord.model_validate(cancelled(None, SOURCE, datetime.now(UTC), "run 1")))

    records.before_saving.append(settle)
    refusal = await open_question(migration)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "QuestionSettled"


@pytest.mark.parametrize(
    ("values", "code"), [({"signing_key": ""}, "SigningKeyMissing"), ({"records": ""}, "RecordsMissing")]
)
async def test_where_nothing_could_come_of_an_answer_nobody_is_asked(azure, migration, configure, values, code):
    configure(**values)
    refusal = await open_question(migration)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


async def test_a_version_that_is_gone_is_not_asked_about(azure, migration):
    azure.control.delete_resource(VERSION)
    refusal = await open_question(migration)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "VersionNotFound"


async def test_nobody_is_asked_where_an_answer_would_change_nothing(azure, records, migration, configure):
    configure(delete_source="never", exclude_from_latest="true")
    opened = await open_question(migration)
    assert isinstance(opened, Opened)
    assert not opened.needed
    assert records.get(migration.start.id) is None


# Looking


@pytest.fixture
def asked(records) -> Any:
    now = datetime.now(UTC)
    records.put(ImageRecord(migration_id=OWN_ID, source_image_id=SAMPLE, created_at=now))
    question = make_question(asked_at=now, expires_at=now + timedelta(days=7))
    records.apply(OWN_ID, lambda record: record.model_copy(update={"question": question}))
    return question


def event(**changes: Any) -> ApprovalEvent:
    fields = {"decision": "approve", "approver": "Ada", "imageVersionId": SAMPLE_VERSION, "callback": "token 1"}
    return ApprovalEvent.model_validate(fields | changes)


async def look(**changes: Any) -> Verdict:
    return await look_at_question(Look(id=OWN_ID, **changes))


async def test_a_look_at_an_open_question_changes_nothing(records, asked):
    before = records.writes
    assert await look() == Verdict(kind="open")
    assert records.writes == before


async def test_no_question_is_no_question(records):
    assert (await look()).kind == "none"


async def test_an_event_with_the_token_decides(records, asked):
    verdict = await look(event=event(comment="tested"))
    assert verdict.kind == "approved"
    assert verdict.approval is not None
    assert (verdict.approval.approver, verdict.approval.via, verdict.approval.verified) == ("Ada", "event", False)
    assert records.question(OWN_ID).approval == verdict.approval


@pytest.mark.parametrize("callback", [None, "", "token 2", "TOKEN 1", "token 1 ", "question 1", "é"])
async def test_an_event_without_the_token_counts_for_nothing(records, asked, callback: str | None):
    verdict = await look(event=event(callback=callback))
    assert (verdict.kind, verdict.ignored) == ("open", "it did not bear the callback token of the question")
    assert records.question(OWN_ID).stage is Stage.OPEN


async def test_an_event_about_another_version_counts_for_nothing(records, asked):
    verdict = await look(event=event(imageVersionId=f"{SAMPLE_VERSION}1"))
    assert (verdict.kind, verdict.ignored is not None) == ("open", True)


@pytest.mark.parametrize("values", [{"require_identity": "true"}, {"four_eyes": "true"}, {"approvers": "Ada"}])
async def test_an_event_names_nobody_where_identity_matters(records, asked, configure, values: dict[str, str]):
    configure(**values)
    verdict = await look(event=event())
    assert verdict.kind == "open"
    assert "only a signed-in user" in str(verdict.ignored)


async def test_an_event_whose_step_runs_again_is_known_again(records, asked):
    first = await look(event=event())
    again = await look(event=event())
    assert (again.kind, again.ignored) == ("approved", None)
    assert again.approval == first.approval
    records.lost.append(RecordsUnavailableError("timeout"))
    assert (await look(event=event())).kind == "approved"


async def test_of_two_who_decide_at_once_the_first_counts(records, asked):
    rejection = make_approval(decision="reject", id="first")
    records.before_saving.append(
        lambda: records.apply(OWN_ID, lambda record: decided(record, asked.id, rejection, datetime.now(UTC)))
    )
    verdict = await look(event=event())
    assert (verdict.kind, verdict.ignored) == ("rejected", "the question was closed before")


async def test_a_question_whose_time_is_over_is_closed_by_the_look(records, asked):
    over = asked.model_copy(update={"expires_at": datetime.now(UTC)})
    records.apply(OWN_ID, lambda record: record.model_copy(update={"question": over}))
    verdict = await look(event=event())
    assert (verdict.kind, verdict.ignored) == ("expired", "nobody decided in time")
    assert records.question(OWN_ID).stage is Stage.EXPIRED


async def test_a_wish_to_be_asked_anew_is_told_with_its_start(records, asked):
    wished = make_start("run 2", datetime.now(UTC))
    records.apply(OWN_ID, lambda record: asked_anew(record, wished))
    verdict = await look()
    assert (verdict.kind, verdict.again) == ("again", wished)


@pytest.mark.parametrize("stage", [Stage.DELETE_SENT, Stage.DELETED, Stage.KEPT, Stage.GONE, Stage.UNKNOWN])
async def test_after_the_delete_it_is_too_late_for_anything(records, asked, stage: Stage):
    records.apply(OWN_ID, lambda record: record.stands(stage))
    assert (await look()).kind == "tooLate"


@pytest.mark.parametrize(
    ("stage", "run", "kind"),
    [
        (Stage.OPEN, "run 1", "cancelled"),
        (Stage.APPROVED, "run 1", "cancelled"),
        (Stage.DELETE_SENT, "run 1", "tooLate"),
        (Stage.DELETED, "run 1", "tooLate"),
        (Stage.DELETED, "run 2", "cancelled"),
    ],
)
async def test_a_cancel_and_a_delete_that_was_sent_exclude_each_other(
    records, asked, stage: Stage, run: str, kind: str
):
    records.apply(OWN_ID, lambda record: record.stands(stage))
    assert (await look(cancel=run)).kind == kind


async def test_a_cancel_before_anything_was_asked_is_a_cancel(records):
    assert (await look(cancel="run 1")).kind == "cancelled"


async def test_a_store_that_is_down_tells_nothing(records, asked):
    records.is_down = True
    for what in ({}, {"event": event()}, {"cancel": "run 1"}):
        with pytest.raises(RecordsUnavailableError):
            await look(**what)


# Recording


def ended(state: MigrationState, kind: OutcomeKind) -> MigrationState:
    return state.model_copy(update={"outcome": Outcome(kind=kind, code="Code", reason="because", step=Phase.DONE)})


async def test_a_kept_source_and_its_version_tell_what_happened(azure, records, migration):
    await approve(records, migration)
    image = azure.control.resource(SOURCE)
    azure.control.put_resource(image | {"tags": {**image["tags"], "team": "web"}})
    assert (await record_outcome(ended(migration, OutcomeKind.SOURCE_KEPT))).notes == []
    source, version = azure.control.resource(SOURCE)["tags"], azure.control.resource(VERSION)["tags"]
    assert source["team"] == "web"
    assert source["migrate-to-gallery-status"].startswith("SourceKept Code ")
    assert version["migration-outcome"] == "SourceKept"
    assert version["decided-by"] == "Ada"
    assert version["migration-id"] == migration.start.id
    assert records.question(migration.start.id).stage is Stage.KEPT


async def test_who_decided_is_told_by_the_record_and_not_by_the_state(azure, records, migration):
    await approve(records, migration)
    forged = migration.model_copy(update={"approval": make_approval(approver="Mallory")})
    await record_outcome(ended(forged, OutcomeKind.SOURCE_KEPT))
    assert azure.control.resource(VERSION)["tags"]["decided-by"] == "Ada"


async def test_a_version_that_is_none_of_ours_is_not_tagged(azure, records, migration):
    before = azure.control.resource(VERSION)["tags"]
    azure.control.put_resource(azure.control.resource(VERSION) | {"tags": {}})
    await record_outcome(ended(migration, OutcomeKind.FAILED))
    assert azure.control.resource(VERSION)["tags"] == {}
    azure.control.put_resource(azure.control.resource(VERSION) | {"tags": before})
    await record_outcome(ended(migration, OutcomeKind.FAILED))
    assert azure.control.resource(VERSION)["tags"]["migration-outcome"] == "Failed"


async def test_the_source_of_a_finished_migration_is_not_written_to(azure, records, migration):
    await approve(records, migration)
    assert (await record_outcome(ended(migration, OutcomeKind.MIGRATED))).notes == []
    assert "migrate-to-gallery-status" not in azure.control.resource(SOURCE)["tags"]


@pytest.mark.parametrize(("stage", "then"), [(Stage.DELETE_SENT, Stage.UNKNOWN), (Stage.APPROVED, Stage.KEPT)])
async def test_a_delete_that_nobody_saw_the_end_of_is_not_recorded_as_kept(
    azure, records, migration, stage: Stage, then: Stage
):
    """The orchestration gave up looking; the record said that the source was kept."""
    await approve(records, migration)
    records.apply(migration.start.id, lambda record: record.stands(stage))
    await record_outcome(ended(migration, OutcomeKind.UNKNOWN))
    assert records.question(migration.start.id).stage is then


async def test_an_outcome_that_cannot_be_left_on_the_resources_is_noted(azure, records, migration):
    await approve(records, migration)
    lock = {"id": f"{SOURCE.rpartition('/providers/')[0]}/providers/Microsoft.Authorization/locks/keep", "name": "keep"}
    azure.control.put_resource(lock | {"properties": {"level": "ReadOnly"}})
    azure.control.delete_resource(VERSION)
    notes = (await record_outcome(ended(migration, OutcomeKind.SOURCE_KEPT))).notes
    assert len(notes) == 2
    assert VERSION in notes[0]
    assert "ScopeLocked" in notes[1]


async def test_a_list_is_told_of_a_migration_and_makes_its_record(records, monkeypatch):
    rows: list[Any] = []

    async def note(*row: Any) -> None:
        rows.append(row)

    monkeypatch.setattr("activities.note_progress.note", note)
    start = signed_start(make_start(), "run 1", datetime.now(UTC), settings())
    await note_progress(MigrationState(start=start, phase=Phase.REPLICATING))
    (row,) = rows
    assert (row[0], row[1].phase) == (records.get(OWN_ID), Phase.REPLICATING)
    await note_progress(MigrationState(start=start, phase=Phase.VERIFYING))
    assert (len(rows), records.writes) == (2, 1)
