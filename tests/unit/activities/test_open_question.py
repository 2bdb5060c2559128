"""Asking: the question is drawn from the record and from what Azure has now, and closed to whatever else is said."""

from datetime import timedelta
from typing import Any

import pytest

from activities import admitting
from migration.approval.approval import Decision
from migration.asking.settings import Settings, SettingsInvalidError
from migration.course import steps
from migration.record.admitting import ended
from migration.record.asking import asked_anew
from migration.record.question import Stage
from migration.values.occasion import Occasion
from migration.values.outcome import OutcomeKind, Phase
from migration.values.problems import Problem
from records import table
from records.errors import RecordsMissingError, RecordsUnavailableError
from records.table import ChangedMeanwhileError
from tests.support.azure_samples import DEFINITION, GALLERY, SOURCE, VERSION, asked, built
from tests.support.samples import make_outcome, make_person
from tests.support.steps import Migration

KEY = "migrate-to-gallery"


@pytest.fixture
async def migration(azure, records) -> Migration:
    return await built(azure, records)


async def opens(migration: Migration) -> str:
    """Ask; returns why it was not asked, where it was not."""
    answer = await migration.insist(steps.OPEN_QUESTION)
    return answer.refused or migration.run.phase


async def test_a_question_is_about_what_azure_has_and_the_record_admitted(migration):
    assert await opens(migration) == Phase.AWAITING_APPROVAL
    question = migration.question
    assert (question.stage, question.copied.image_version_id) == (Stage.OPEN, VERSION)
    assert question.allows == list(Decision)
    assert question.expires_at - question.asked_at == timedelta(days=7)
    assert len({question.id, question.callback}) == 2
    assert min(len(question.id), len(question.callback)) >= 32
    assert migration.run.requesters[0].ids == ["ada-oid"]


async def test_whoever_is_to_be_told_is_owed_the_question(migration, configure):
    configure(notify="json://team")
    assert await opens(migration) == Phase.AWAITING_APPROVAL
    assert [notice.occasion for notice in migration.run.owed] == [Occasion.APPROVAL_NEEDED]


async def test_where_nobody_is_to_be_told_the_question_is_owed_to_nobody(migration):
    """An orchestration of its own was started to find nobody."""
    answer = await migration.take(steps.OPEN_QUESTION)
    assert (migration.run.owed, answer.stand.notice_seconds) == ([], None)
    assert [entry.event for entry in migration.run.audit][-2:] == ["version verified", "asked nobody"]


async def test_under_wrong_settings_what_is_owed_waits_for_right_ones(migration, configure, monkeypatch):
    """Nobody knows then whether there is somebody to be told."""

    def wrong() -> Settings:
        raise SettingsInvalidError([Problem(field="MIGRATION_NOTIFY", code="Invalid", message="wrong")])

    monkeypatch.setattr(admitting, "settings", wrong)
    await migration.take(steps.OPEN_QUESTION)
    assert [notice.occasion for notice in migration.run.owed] == [Occasion.APPROVAL_NEEDED]


@pytest.mark.parametrize(
    ("resource_id", "change"),
    [
        (SOURCE, {"tags": {"PlanInfo": "l1", "PlanProduct": "p", "PlanPublisher": "x"}}),
        (DEFINITION, {"purchasePlan": {"name": "l1"}}),
        (DEFINITION, {"identifier": {"publisher": "p", "offer": "o", "sku": "s"}}),
    ],
)
async def test_what_would_keep_a_version_from_being_written_does_not_keep_people_from_being_asked(
    azure, migration, resource_id: str, change: dict[str, Any]
):
    """The copy is there and complete: whoever decides is told, and asking endangers no source."""
    document = azure.control.resource(resource_id)
    document |= {"tags": change["tags"]} if "tags" in change else {"properties": document["properties"] | change}
    azure.control.put_resource(document)
    assert await opens(migration) == Phase.AWAITING_APPROVAL


CIS = {"publisher": "cis", "offer": "cis-ws2019", "sku": "l1-gen2"}


@pytest.mark.parametrize(
    ("lineage", "fields", "stops"),
    [
        (CIS, {}, True),
        ({"publisher": "Canonical", "offer": "0001-com-ubuntu-pro-focal", "sku": "pro-20_04-lts"}, {}, True),
        ({"publisher": "Canonical", "offer": "UbuntuServer", "sku": "16.04-LTS"}, {}, False),
        (CIS, {"purchasePlan": "none"}, False),
        (CIS, {"purchasePlan": "cis/cis-ws2019/l1"}, False),
        (CIS, {"purchasePlan": "cis/something-else/l1"}, False),
        ({}, {}, False),
    ],
)
async def test_unverified_a_marketplace_image_azure_names_that_may_have_a_plan_stops_it_before_anybody_is_asked(
    azure, records, lineage: dict[str, str], fields: dict[str, str], stops: bool
):
    """That Azure names it of what was made from a managed image is our guess: it is recorded of machines only."""
    azure.control.settings(imageLineages={SOURCE: lineage})
    migration = await built(azure, records, **fields)
    assert await opens(migration) == ("PurchasePlanNotSaid" if stops else Phase.AWAITING_APPROVAL)
    assert (migration.run.question is None) == stops
    if stops:
        assert migration.outcome.kind is OutcomeKind.FAILED
        assert f"plan={lineage['publisher']}/{lineage['offer']}/name" in migration.outcome.reason
        assert "plan=none" in migration.outcome.reason


async def test_unverified_whoever_only_copies_is_stopped_as_well(azure, records):
    azure.control.settings(imageLineages={SOURCE: CIS})
    assert await opens(await built(azure, records, deleteSource="never")) == "PurchasePlanNotSaid"


async def test_a_read_only_lock_put_on_the_gallery_meanwhile_does_not_keep_people_from_being_asked(azure, migration):
    lock = {"id": f"{GALLERY}/providers/Microsoft.Authorization/locks/keep", "properties": {"level": "ReadOnly"}}
    azure.control.put_resource(lock)
    assert await opens(migration) == Phase.AWAITING_APPROVAL


async def test_a_source_that_is_gone_is_not_asked_about(azure, migration):
    azure.control.delete_resource(SOURCE)
    assert await opens(migration) == "SourceNotFound"
    assert "there is no managed image" in migration.outcome.reason


async def test_a_version_that_is_gone_is_not_asked_about(azure, migration):
    azure.control.delete_resource(VERSION)
    assert await opens(migration) == "VersionNotFound"


async def test_an_instance_that_says_what_it_is_about_is_not_believed(migration):
    """A forged plan with fewer regions passed the last check; forged requesters passed four eyes."""
    forged = {"plan": {"version": "9.9.9"}, "requestedBy": "Mallory", "expiresAt": "2099-01-01T00:00:00Z"}
    await migration.take(steps.OPEN_QUESTION, **forged)
    assert [region.name for region in migration.run.planned.target_regions] == ["eastus2"]
    assert (migration.run.planned.image_version_id, migration.run.start.requested_by) == (VERSION, "Ada")
    assert migration.question.expires_at - migration.question.asked_at == timedelta(days=7)


async def test_a_step_that_runs_again_asks_the_same_question(migration):
    hint = migration.hint()
    await asked(migration)
    before = migration.record
    assert (await migration.take(steps.OPEN_QUESTION, hint=hint)).stand.phase is Phase.AWAITING_APPROVAL
    assert migration.record == before


async def test_a_question_whose_answer_was_lost_is_found_again(records, migration):
    records.lost.append(ChangedMeanwhileError("412"))
    writes = records.writes
    assert await opens(migration) == Phase.AWAITING_APPROVAL
    assert records.writes == writes + 1


async def test_whoever_was_quicker_to_end_it_keeps_it_from_being_asked(records, migration):
    outcome = make_outcome(OutcomeKind.CANCELLED, "Cancelled")
    records.before_saving.append(
        lambda: records.apply(migration.id, lambda record: ended(record, "run 1", outcome, record.updated_at))
    )
    answer = await migration.take(steps.OPEN_QUESTION)
    assert answer.stand.ending
    assert migration.run.question is None


async def test_where_there_is_no_store_nobody_is_asked(migration, configure, monkeypatch):
    hint = migration.hint()
    table.hand_in(None)
    configure(records="")
    for name in ("AzureWebJobsStorage", "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__tableServiceUri"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(RecordsMissingError):
        await migration.take(steps.OPEN_QUESTION, hint=hint)


async def test_a_store_that_is_down_asks_nobody(records, migration):
    hint = migration.hint()
    records.is_down = True
    with pytest.raises(RecordsUnavailableError):
        await migration.take(steps.OPEN_QUESTION, hint=hint)


# What the tags say by now


def tag(azure, **tags: str) -> None:
    azure.control.put_resource(azure.control.resource(SOURCE) | {"tags": tags})


@pytest.mark.parametrize("tags", [{KEY: "default"}, {f"{KEY}-options": "sku=s"}])
async def test_tags_that_were_changed_since_the_run_began_are_another_wish(azure, migration, tags):
    before = migration.run.start.fingerprint
    tag(azure, **tags)
    assert await opens(migration) == "RequestWithdrawn"
    assert migration.outcome.kind is OutcomeKind.SOURCE_KEPT
    assert migration.run.start.fingerprint == before


async def test_a_question_asked_again_by_a_run_of_its_own_is_about_the_tags_as_they_are_now(azure, migration):
    """They are not those that the run has answered: what they ask for beyond it is news when it has ended."""
    before = migration.run.start.fingerprint
    migration.change(before="run 0")
    tag(azure, **{KEY: "default"})
    assert await opens(migration) == Phase.AWAITING_APPROVAL
    assert migration.question.fingerprint != before
    assert migration.run.start.fingerprint == before


async def test_a_wish_that_changed_is_not_asked_about_though_somebody_asked_anew_in_its_run(azure, records, migration):
    """Withdrawn and changed wishes count whoever asks again: what the tags wish by now is a run of its own."""
    await asked(migration)
    later = migration.question.asked_at + timedelta(hours=1)
    records.apply_to_run(migration.id, lambda run: asked_anew(run, run.question.id, make_person("Bob"), later))
    tag(azure, **{KEY: "default"})
    await migration.take(steps.OPEN_QUESTION)
    assert (migration.outcome.kind, migration.outcome.code) == (OutcomeKind.SOURCE_KEPT, "RequestWithdrawn")


@pytest.mark.parametrize("how", ["setting", "tag"])
async def test_where_the_source_is_locked_by_now_an_approval_is_not_among_the_answers(azure, migration, configure, how):
    if how == "setting":
        configure(delete_source="never")
    else:
        migration.change(before="run 0")
        tag(azure, **{f"{KEY}-options": "delete-source=never"})
    assert await opens(migration) == Phase.AWAITING_APPROVAL
    assert migration.question.allows == [Decision.ACCEPT, Decision.REJECT]


async def test_nobody_is_asked_where_an_answer_would_change_nothing(azure, records, configure):
    configure(delete_source="never", exclude_from_latest="true")
    migration = await built(azure, records)
    await migration.take(steps.OPEN_QUESTION)
    assert (migration.outcome.kind, migration.outcome.code) == (OutcomeKind.SOURCE_KEPT, "Policy")
    assert migration.run.question is None
