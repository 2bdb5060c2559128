"""Step 9 against an emulated Azure: the source goes only when record and promise hold, read anew; slow things first."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from migration.approval.closing import cancelled
from migration.approval.image_record import Stage
from migration.approval.verdict import Opened, Reference, Sent
from migration.course.state import MigrationState

from activities.confirm_delete import confirm_delete
from activities.delete_source_image import delete_source_image
from activities.open_question import open_question
from arm.consumers import find_consumers
from arm.errors import ArmUnavailableError
from arm.locks import find_locks
from dev.emulator.seed import IMAGES_GROUP, SHOP_GROUP, SUBSCRIPTION
from migration.approval.approval import Decision
from migration.asking.request import DeleteSource
from migration.values.answer import Refusal
from records.errors import RecordsUnavailableError
from records.table import ChangedMeanwhileError
from tests.unit.azure_samples import COMPUTE, DEFINITION, SOURCE, USED_SOURCE, VERSION, approve, built

LOCKS = "providers/Microsoft.Authorization/locks"


@pytest.fixture
async def approved(azure, records) -> MigrationState:
    migration = await built(azure)
    await approve(records, migration)
    return migration


async def delete(migration: MigrationState) -> Sent | Refusal:
    return await delete_source_image(Reference(id=migration.start.id))


def edit(azure, resource_id: str, change: Callable[[dict[str, Any]], Any]) -> None:
    document = azure.control.resource(resource_id)
    change(document)
    azure.control.put_resource(document)


def lock(azure, scope: str, level: str = "CanNotDelete") -> None:
    azure.control.put_resource({"id": f"{scope}/{LOCKS}/keep", "name": "keep", "properties": {"level": level}})


async def refusal(azure, records, migration: MigrationState) -> str:
    """Try to delete; returns why it was not, having seen that nothing was written and the approval not spent."""
    writes = azure.control.state()["writes"]
    answer = await delete(migration)
    assert isinstance(answer, Refusal), answer
    assert azure.control.state()["writes"] == writes
    assert azure.control.resource(migration.planned.source.id) is not None
    assert records.question(migration.start.id).deletion is None
    return answer.code


async def withheld(azure, records, migration: MigrationState) -> str:
    """Try to delete; returns what the last look, after the swap, found wrong."""
    writes = azure.control.state()["writes"]
    assert await delete(migration) == Sent(seconds=0)
    assert azure.control.state()["writes"] == writes
    assert azure.control.resource(migration.planned.source.id) is not None
    deletion = records.question(migration.start.id).deletion
    assert (deletion.answered, deletion.withheld, deletion.operation_url) == (True, True, None)
    return str(deletion.code)


async def test_a_source_is_deleted_when_the_promise_holds(azure, records, approved):
    assert isinstance(await delete(approved), Sent)
    question = records.question(approved.start.id)
    assert (question.stage, question.deletion.answered) == (Stage.DELETE_SENT, True)
    azure.control.advance(60)
    assert azure.control.resource(SOURCE) is None


async def test_a_source_that_somebody_else_deleted_is_neither_claimed_nor_called_kept(azure, records, approved):
    azure.control.delete_resource(SOURCE)
    assert await delete(approved) == Sent(seconds=0)
    for _ in range(2):
        assert (await confirm_delete(Reference(id=approved.start.id))).kind == "gone"
    assert records.question(approved.start.id).stage is Stage.GONE


async def test_a_source_that_is_gone_when_the_delete_is_sent_again_was_deleted_by_the_first(azure, records, approved):
    records.lost.append(RecordsUnavailableError("timeout"))  # the swap was written; whether DELETE was sent, who knows
    with pytest.raises(RecordsUnavailableError):
        await delete(approved)
    azure.control.delete_resource(SOURCE)
    assert await delete(approved) == Sent(seconds=0)
    assert (await confirm_delete(Reference(id=approved.start.id))).kind == "deleted"


async def test_without_a_record_nothing_is_deleted_whatever_the_state_says(azure, records):
    migration = await built(azure)
    assert isinstance(await delete(migration), Refusal)
    assert isinstance(await open_question(migration), Opened)
    assert await refusal(azure, records, migration) == "NotApproved"


async def test_a_rejected_source_is_not_deleted(azure, records):
    migration = await built(azure)
    await approve(records, migration, decision=Decision.REJECT)
    assert await refusal(azure, records, migration) == "NotApproved"


async def test_without_a_signing_key_nothing_is_deleted(azure, records, approved, configure):
    configure(signing_key="")
    assert await refusal(azure, records, approved) == "SigningKeyMissing"


@pytest.mark.parametrize(
    "rule", [{"require_identity": "true"}, {"four_eyes": "true"}, {"approvers": "ada@contoso.com"}]
)
async def test_what_somebody_unverified_approved_is_not_deleted_once_identity_is_demanded(
    azure, records, configure, rule: dict[str, str]
):
    """A name that anyone may type was not enough any more, and what it had approved was carried out all the same."""
    migration = await built(azure)
    await approve(records, migration, verified=False)
    configure(**rule)
    assert await refusal(azure, records, migration) == "IdentityRequired"


async def test_an_approval_of_yesterday_deletes_nothing(azure, records, approved, configure):
    configure(approval_validity="PT0.1S")
    question = records.question(approved.start.id)
    long_ago = question.model_copy(update={"decided_at": datetime.now(UTC) - timedelta(minutes=1)})
    records.apply(approved.start.id, lambda record: record.model_copy(update={"question": long_ago}))
    assert await refusal(azure, records, approved) == "ApprovalLapsed"


async def test_a_question_that_was_not_about_deleting_deletes_nothing(azure, records, approved):
    """An approval of a plan that keeps the source was replayed to one that deletes it."""
    question = records.question(approved.start.id)
    keeps = question.model_copy(update={"plan": question.plan.model_copy(update={"delete_source": DeleteSource.NEVER})})
    records.apply(approved.start.id, lambda record: record.model_copy(update={"question": keeps}))
    assert await refusal(azure, records, approved) == "NotApproved"


async def test_a_source_in_use_by_a_scale_set_is_not_deleted(azure, records):
    azure.control.put_resource(azure.control.resource(USED_SOURCE) | {"location": "eastus2"})
    migration = await built(azure, USED_SOURCE)
    await approve(records, migration)
    assert await refusal(azure, records, migration) == "SourceInUse"


async def test_a_source_in_use_by_a_machine_is_not_deleted(azure, records, approved):
    profile = {"imageReference": {"id": SOURCE.upper()}}
    machine = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/shop"
    azure.control.put_resource({"id": machine, "location": "eastus2", "properties": {"storageProfile": profile}})
    assert await refusal(azure, records, approved) == "SourceInUse"


@pytest.mark.parametrize(
    "changes", [{"replicationMode": "Shallow"}, {"provisioningState": "Creating"}, {"provisioningState": "Updating"}]
)
async def test_a_source_that_another_version_still_reads_from_is_not_deleted(azure, records, approved, changes):
    """Somebody else's shallow version of the same image, or one still being built, needs the source."""
    other = azure.control.resource(VERSION)
    for name, value in changes.items():
        part = other["properties"]["publishingProfile"] if name == "replicationMode" else other["properties"]
        part[name] = value
    azure.control.put_resource(other | {"id": f"{DEFINITION}/versions/9.0.0", "name": "9.0.0"})
    assert await refusal(azure, records, approved) == "SourceInUse"


@pytest.mark.parametrize("scope", [SOURCE, IMAGES_GROUP, SUBSCRIPTION])
@pytest.mark.parametrize("level", ["CanNotDelete", "ReadOnly"])
async def test_a_locked_source_is_not_deleted_wherever_the_lock_is(azure, records, approved, scope: str, level: str):
    lock(azure, scope, level)
    assert await refusal(azure, records, approved) == "SourceLocked"


async def test_a_lock_on_something_else_does_not_matter(azure, approved):
    lock(azure, SHOP_GROUP)
    lock(azure, f"{SOURCE}2")
    assert await find_locks(SOURCE) == []


async def test_a_version_that_is_gone_keeps_its_source(azure, records, approved):
    azure.control.delete_resource(VERSION)
    assert await withheld(azure, records, approved) == "VersionNotFound"


async def test_a_version_that_lost_a_region_keeps_its_source(azure, records, approved):
    edit(azure, VERSION, lambda version: version["properties"]["publishingProfile"].update(targetRegions=[]))
    assert await withheld(azure, records, approved) == "ReplicationIncomplete"


async def test_a_shallow_version_keeps_its_source(azure, records, approved):
    """The version itself is no user of its source: that it copied nothing, its last look tells."""
    edit(azure, VERSION, lambda version: version["properties"]["publishingProfile"].update(replicationMode="Shallow"))
    assert await withheld(azure, records, approved) == "ShallowReplication"


async def test_a_version_deleted_and_made_again_by_hand_keeps_its_source(azure, records, approved):
    def again(version: dict[str, Any]) -> None:
        version["properties"]["publishingProfile"]["publishedDate"] = datetime.now(UTC).isoformat()

    edit(azure, VERSION, again)
    assert await withheld(azure, records, approved) == "VersionReplaced"


async def test_an_image_made_again_under_its_old_name_is_not_deleted(azure, records, approved):
    edit(azure, SOURCE, lambda image: image["properties"]["storageProfile"]["osDisk"].update(diskSizeGB=64))
    assert await withheld(azure, records, approved) == "SourceChanged"


async def test_an_image_of_unknown_age_is_not_deleted(azure, records, approved):
    edit(azure, SOURCE, lambda image: image.update(systemData={}))
    assert await withheld(azure, records, approved) == "CannotTellApart"


@pytest.mark.parametrize("value", ["delete-source=never", "colour=blue", "delete-source"])
async def test_a_wish_withdrawn_on_the_image_keeps_it(azure, records, approved, value: str):
    edit(azure, SOURCE, lambda image: image["tags"].update({"migrate-to-gallery-options": value}))
    assert await withheld(azure, records, approved) == "KeptByTag"


async def test_the_setting_never_keeps_what_was_approved_before(azure, records, approved, configure):
    configure(delete_source="never")
    assert await withheld(azure, records, approved) == "DeletionLocked"


async def test_a_cancel_during_the_search_for_users_stops_the_delete(azure, records, approved):
    """The search takes minutes; the swap after it finds that the approval is gone."""
    records.before_saving.append(
        lambda: records.apply(approved.start.id, lambda record: cancelled(record, SOURCE, datetime.now(UTC), "run 1"))
    )
    assert await refusal(azure, records, approved) == "Cancelled"
    assert records.question(approved.start.id).stage is Stage.CANCELLED


async def test_an_image_rebuilt_during_the_search_for_users_is_not_deleted(azure, records, approved, monkeypatch):
    """Image and version were read before the search, which takes minutes in a large estate."""

    async def searched(*_: Any) -> list[Any]:
        edit(azure, SOURCE, lambda image: image["properties"]["storageProfile"]["osDisk"].update(diskSizeGB=64))
        return []

    monkeypatch.setattr("arm.evidence.find_consumers", searched)
    assert await withheld(azure, records, approved) == "SourceChanged"


async def test_a_swap_whose_answer_was_lost_is_known_again_and_the_delete_sent(azure, records, approved):
    records.lost.append(ChangedMeanwhileError("412"))
    assert isinstance(await delete(approved), Sent)
    assert records.question(approved.start.id).deletion.answered


async def test_a_swap_that_may_have_happened_is_not_followed_by_a_delete(azure, records, approved):
    writes = azure.control.state()["writes"]
    records.lost.append(RecordsUnavailableError("timeout"))
    with pytest.raises(RecordsUnavailableError):
        await delete(approved)
    assert azure.control.state()["writes"] == writes
    assert isinstance(await delete(approved), Sent)  # the step is run again: the same delete of the same image
    azure.control.advance(60)
    assert azure.control.resource(SOURCE) is None


async def test_a_delete_whose_answer_was_lost_may_have_happened(azure, records, approved, monkeypatch):
    async def silent(_: str) -> None:
        raise ArmUnavailableError("ServiceRequestError", "no network")

    monkeypatch.setattr("activities.delete_source_image.start_delete", silent)
    assert isinstance(await delete(approved), Sent)
    deletion = records.question(approved.start.id).deletion
    assert (deletion.answered, deletion.code) == (False, "")


async def test_a_delete_that_azure_refuses_is_noted(azure, records, approved, monkeypatch):
    async def nothing_found(*_: Any) -> tuple[list[Any], list[Any]]:
        return [], []

    monkeypatch.setattr("activities.delete_source_image.find_uses", nothing_found)
    lock(azure, SOURCE)
    assert await delete(approved) == Sent(seconds=0)
    deletion = records.question(approved.start.id).deletion
    assert (deletion.answered, deletion.withheld, deletion.code) == (True, False, "ScopeLocked")


async def test_an_answered_delete_is_not_sent_again(azure, records, approved):
    await delete(approved)
    writes = azure.control.state()["writes"]
    assert isinstance(await delete(approved), Sent)
    assert azure.control.state()["writes"] == writes


async def test_the_sources_own_subscription_is_searched_even_where_none_can_be_listed(azure, monkeypatch):
    async def none_visible() -> list[str]:
        return []

    monkeypatch.setattr("arm.consumers.list_subscriptions", none_visible)
    assert [user.kind for user in await find_consumers(USED_SOURCE, datetime.now(UTC))] == ["scale set"]
    assert await find_consumers(f"{COMPUTE}/images/none", datetime.now(UTC)) == []


async def test_the_version_lives_on_without_its_source(azure, approved):
    await delete(approved)
    azure.control.advance(60)
    assert azure.control.resource(VERSION)["properties"]["storageProfile"]["source"]["id"] == SOURCE
    assert azure.control.resource(DEFINITION) is not None
