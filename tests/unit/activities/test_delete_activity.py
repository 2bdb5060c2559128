"""Step 9 against an emulated Azure: the source goes only when record and promise hold, read anew; slow things first."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from arm.resources.locks import find_locks
from arm.surveys.consumers import find_consumers
from dev.emulator.seed import IMAGES_GROUP, SHOP_GROUP, SUBSCRIPTION
from migration.approval.approval import Decision
from migration.course import steps
from migration.record.closing import cancelled
from migration.record.question import Stage
from migration.record.run import Person
from migration.values.outcome import OutcomeKind, Phase
from tests.support.azure_samples import (
    APPROVAL,
    COMPUTE,
    DEFINITION,
    SOURCE,
    USED_SOURCE,
    VERSION,
    approved,
    asked,
    built,
    deleting,
)
from tests.support.steps import Migration

LOCKS = "providers/Microsoft.Authorization/locks"


@pytest.fixture
async def migration(azure, records) -> Migration:
    return await deleting(azure, await built(azure, records))


def edit(azure, resource_id: str, change: Callable[[dict[str, Any]], Any]) -> None:
    document = azure.control.resource(resource_id)
    change(document)
    azure.control.put_resource(document)


def lock(azure, scope: str, level: str = "CanNotDelete") -> None:
    azure.control.put_resource({"id": f"{scope}/{LOCKS}/keep", "name": "keep", "properties": {"level": level}})


async def refusal(azure, migration: Migration) -> str:
    """Try to delete; returns why it was not, having seen that nothing was written and the source is told as kept."""
    writes = azure.control.state()["writes"]
    source = migration.run.planned.source.id
    await migration.insist(steps.DELETE_SOURCE_IMAGE)
    assert azure.control.state()["writes"] == writes
    assert azure.control.resource(source) is not None
    assert migration.question.deletion is None
    assert migration.outcome.kind is OutcomeKind.SOURCE_KEPT
    return migration.outcome.code


async def test_a_source_is_deleted_when_the_promise_holds(azure, migration):
    answer = await migration.take(steps.DELETE_SOURCE_IMAGE)
    assert answer.wait is not None
    assert migration.question.stage is Stage.SENT
    assert migration.question.deletion.operation_url is not None
    azure.control.advance(60)
    assert azure.control.resource(SOURCE) is None
    await migration.take(steps.CONFIRM_DELETE)
    assert (migration.outcome.kind, migration.question.stage) == (OutcomeKind.MIGRATED, Stage.DELETED)


async def test_nothing_is_deleted_that_nobody_could_be_told_of(azure, migration, configure):
    """A Key Vault reference that was not resolved told nobody, and the delete went out all the same."""
    configure(notify="@Microsoft.KeyVault(SecretUri=https://vault.vault.azure.net/secrets/notify/)")
    writes = azure.control.state()["writes"]
    later = (await migration.take(steps.DELETE_SOURCE_IMAGE)).later
    assert (later.code, "MIGRATION_NOTIFY.0" in later.reason) == ("SettingsInvalid", True)
    assert (migration.question.stage, azure.control.state()["writes"]) == (Stage.APPROVED, writes)
    configure(notify="json://team.example.com")
    assert (await migration.take(steps.DELETE_SOURCE_IMAGE)).wait is not None
    assert migration.question.stage is Stage.SENT


async def test_nobody_to_be_told_keeps_nothing_from_its_delete(migration, configure):
    configure(notify="", escalate="")
    assert (await migration.take(steps.DELETE_SOURCE_IMAGE)).wait is not None
    assert migration.question.stage is Stage.SENT


async def test_a_source_that_somebody_else_deleted_is_neither_claimed_nor_called_kept(azure, migration):
    azure.control.delete_resource(SOURCE)
    assert (await migration.take(steps.DELETE_SOURCE_IMAGE)).later.code == "SourceGone"
    assert migration.question.stage is Stage.APPROVED
    await migration.insist(steps.DELETE_SOURCE_IMAGE)
    assert (migration.outcome.kind, migration.outcome.code) == (OutcomeKind.FAILED, "SourceGone")
    assert {migration.question.stage} == {Stage.GONE}


async def test_without_an_approval_nothing_is_deleted_whatever_phase_is_said(azure, records):
    """An instance started with the live run's own id, and a phase of its own choice."""
    migration = await built(azure, records)
    writes = azure.control.state()["writes"]
    ahead = migration.hint().changed(phase=Phase.DELETING_SOURCE)
    assert (await migration.take(steps.DELETE_SOURCE_IMAGE, hint=ahead)).stand.phase is Phase.VERIFYING
    await asked(migration)
    assert (await migration.take(steps.DELETE_SOURCE_IMAGE, hint=ahead)).stand.phase is Phase.AWAITING_APPROVAL
    assert migration.run.is_live
    assert azure.control.state()["writes"] == writes
    migration.go_to(Phase.DELETING_SOURCE)
    assert await refusal(azure, migration) == "NotApproved"


async def test_without_a_record_nothing_is_deleted_whatever_the_hint_says(azure, records, migration):
    hint, writes = migration.hint(), azure.control.state()["writes"]
    records.forget(migration.id)
    assert (await migration.take(steps.DELETE_SOURCE_IMAGE, hint=hint)).stand.kind == "gone"
    assert azure.control.state()["writes"] == writes


@pytest.mark.parametrize("decision", [Decision.REJECT, Decision.ACCEPT])
async def test_a_source_that_was_to_be_kept_is_not_deleted(azure, records, decision: Decision):
    """An approval of a plan that keeps the source was replayed to one that deletes it."""
    migration = await asked(await built(azure, records))
    migration.decide(APPROVAL.changed(decision=decision))
    stage = migration.question.stage
    migration.change(phase=Phase.DELETING_SOURCE, stage="begun", outcome=None)
    writes = azure.control.state()["writes"]
    await migration.take(steps.DELETE_SOURCE_IMAGE)
    assert azure.control.state()["writes"] == writes
    assert azure.control.resource(SOURCE) is not None
    assert (stage, migration.question.deletion) == (Stage(f"{decision}ed"), None)


# The rules of the moment


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ({"require_identity": "true"}, "IdentityRequired"),
        ({"four_eyes": "true"}, "IdentityRequired"),
        ({"approvers": "ada@contoso.com"}, "IdentityRequired"),
    ],
)
async def test_what_somebody_unverified_approved_is_not_deleted_once_identity_is_demanded(
    azure, records, configure, rules: dict[str, str], code: str
):
    """A name that anyone may type was not enough any more, and what it had approved was carried out all the same."""
    migration = await deleting(azure, await built(azure, records), verified=False)
    configure(**rules)
    assert await refusal(azure, migration) == code


@pytest.mark.parametrize(
    ("rules", "code"), [({"approvers": "bob@contoso.com"}, "NotAnApprover"), ({"four_eyes": "true"}, "FourEyes")]
)
async def test_an_approver_who_may_not_approve_any_more_has_not_approved(
    azure, records, configure, rules: dict[str, str], code: str
):
    """Taken off the list, or four eyes switched on for whoever asked and approved: the delete went out all the same."""
    migration = await deleting(azure, await built(azure, records), identifiers=["ada@contoso.com"])
    migration.change(
        requesters=[Person(name="Ada", ids=["ada@contoso.com"]), Person(name="Bob", ids=["bob@contoso.com"])]
    )
    configure(**rules)
    assert await refusal(azure, migration) == code


async def test_an_approval_given_on_a_page_whose_checks_meant_something_else_does_not_count(azure, records):
    migration = await deleting(azure, await built(azure, records))
    approval = migration.question.approval.changed(meaning="what an earlier release checked")
    migration.change_question(decided=migration.question.decided.changed(approval=approval))
    assert await refusal(azure, migration) == "ChecksChanged"


async def test_an_approval_of_yesterday_deletes_nothing(azure, migration, configure):
    configure(approval_validity="PT0.1S")
    long_ago = migration.question.decided.changed(at=datetime.now(UTC) - timedelta(minutes=1))
    migration.change_question(decided=long_ago)
    assert await refusal(azure, migration) == "ApprovalLapsed"


async def test_the_setting_never_keeps_what_was_approved_before(azure, migration, configure):
    configure(delete_source="never")
    assert await refusal(azure, migration) == "DeletionLocked"


@pytest.mark.parametrize("value", ["delete-source=never", "colour=blue", "delete-source"])
async def test_a_wish_withdrawn_on_the_image_keeps_it(azure, migration, value: str):
    edit(azure, SOURCE, lambda image: image["tags"].update({"migrate-to-gallery-options": value}))
    assert await refusal(azure, migration) == "KeptByTag"


async def test_a_tag_set_while_a_request_runs_keeps_the_source(azure, migration):
    edit(azure, SOURCE, lambda image: image["tags"].update({"migrate-to-gallery": "elsewhere/web"}))
    assert await refusal(azure, migration) == "RequestWithdrawn"


async def test_a_tag_that_was_there_before_a_request_and_waits_keeps_the_source(azure, records):
    edit(azure, SOURCE, lambda image: image["tags"].update({"migrate-to-gallery": "elsewhere/web"}))
    migration = await built(azure, records)
    migration.change(before="run 0")  # asked again, so that the tag of now is what was asked about
    await deleting(azure, migration)
    assert await refusal(azure, migration) == "WishWaits"


# Who uses it, and what locks it


async def test_a_source_in_use_by_a_scale_set_is_not_deleted(azure, records):
    azure.control.put_resource(azure.control.resource(USED_SOURCE) | {"location": "eastus2"})
    migration = await deleting(azure, await built(azure, records, USED_SOURCE))
    assert await refusal(azure, migration) == "SourceInUse"


async def test_a_source_in_use_by_a_machine_is_not_deleted(azure, migration):
    profile = {"imageReference": {"id": SOURCE.upper()}}
    machine = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/shop"
    azure.control.put_resource({"id": machine, "location": "eastus2", "properties": {"storageProfile": profile}})
    assert await refusal(azure, migration) == "SourceInUse"


@pytest.mark.parametrize(
    "changes", [{"replicationMode": "Shallow"}, {"provisioningState": "Creating"}, {"provisioningState": "Updating"}]
)
async def test_a_source_that_another_version_still_reads_from_is_not_deleted(azure, migration, changes):
    """Somebody else's shallow version of the same image, or one still being built, needs the source."""
    other = azure.control.resource(VERSION)
    for name, value in changes.items():
        part = other["properties"]["publishingProfile"] if name == "replicationMode" else other["properties"]
        part[name] = value
    azure.control.put_resource(other | {"id": f"{DEFINITION}/versions/9.0.0", "name": "9.0.0"})
    assert await refusal(azure, migration) == "SourceInUse"


@pytest.mark.parametrize("scope", [SOURCE, IMAGES_GROUP, SUBSCRIPTION])
@pytest.mark.parametrize("level", ["CanNotDelete", "ReadOnly"])
async def test_a_locked_source_is_not_deleted_wherever_the_lock_is(azure, migration, scope: str, level: str):
    lock(azure, scope, level)
    assert await refusal(azure, migration) == "SourceLocked"


async def test_a_lock_on_something_else_does_not_matter(azure):
    lock(azure, SHOP_GROUP)
    lock(azure, f"{SOURCE}2")
    assert await find_locks(SOURCE, datetime.now(UTC)) == []


# The copy and the source


async def test_a_version_that_is_gone_keeps_its_source(azure, migration):
    azure.control.delete_resource(VERSION)
    assert await refusal(azure, migration) == "VersionNotFound"


async def test_a_version_that_lost_a_region_keeps_its_source(azure, migration):
    edit(azure, VERSION, lambda version: version["properties"]["publishingProfile"].update(targetRegions=[]))
    assert await refusal(azure, migration) == "ReplicationIncomplete"


async def test_a_shallow_version_keeps_its_source(azure, migration):
    """The version itself is no user of its source: that it copied nothing, its last look tells."""
    edit(azure, VERSION, lambda version: version["properties"]["publishingProfile"].update(replicationMode="Shallow"))
    assert await refusal(azure, migration) == "ShallowReplication"


async def test_a_version_deleted_and_made_again_by_hand_keeps_its_source(azure, migration):
    def again(version: dict[str, Any]) -> None:
        version["properties"]["publishingProfile"]["publishedDate"] = datetime.now(UTC).isoformat()

    edit(azure, VERSION, again)
    assert await refusal(azure, migration) == "VersionReplaced"


async def test_an_image_made_again_under_its_old_name_is_not_deleted(azure, migration):
    edit(azure, SOURCE, lambda image: image["properties"]["storageProfile"]["osDisk"].update(diskSizeGB=64))
    assert await refusal(azure, migration) == "SourceChanged"


async def test_an_image_of_unknown_age_is_not_deleted(azure, migration):
    edit(azure, SOURCE, lambda image: image.update(systemData={}))
    assert await refusal(azure, migration) == "CannotTellApart"


async def test_an_image_rebuilt_during_the_search_for_users_is_not_deleted(azure, migration, monkeypatch):
    """Image and version were read before the search, which takes minutes in a large estate."""

    async def searched(*_: Any) -> list[Any]:
        edit(azure, SOURCE, lambda image: image["properties"]["storageProfile"]["osDisk"].update(diskSizeGB=64))
        return []

    monkeypatch.setattr("steering.gathering.evidence.find_consumers", searched)
    assert await refusal(azure, migration) == "SourceChanged"


async def test_a_cancel_during_the_search_for_users_stops_the_delete(azure, records, migration):
    """The search takes minutes; the swap after it finds that the approval is gone."""
    records.before_saving.append(
        lambda: records.apply(migration.id, lambda record: cancelled(record, "run 1", "no", datetime.now(UTC)))
    )
    writes = azure.control.state()["writes"]
    answer = await migration.take(steps.DELETE_SOURCE_IMAGE)
    assert (answer.stand.ending, azure.control.state()["writes"]) == (True, writes)
    assert (migration.question.stage, migration.outcome.kind) == (Stage.CANCELLED, OutcomeKind.CANCELLED)


MACHINES = {"Microsoft.Compute/virtualMachines/read": SUBSCRIPTION}


async def test_a_source_whose_users_cannot_all_be_seen_is_not_deleted(azure, migration):
    azure.control.settings(deniedActions=MACHINES, grantedActions={"*": IMAGES_GROUP})
    assert await refusal(azure, migration) == "UsersNotVisible"


async def test_a_source_that_is_gone_is_told_as_gone_whoever_may_be_hidden(azure, migration):
    azure.control.settings(deniedActions=MACHINES, grantedActions={"*": IMAGES_GROUP})
    azure.control.delete_resource(SOURCE)
    await migration.insist(steps.DELETE_SOURCE_IMAGE)
    assert (migration.outcome.kind, migration.outcome.code) == (OutcomeKind.FAILED, "SourceGone")


async def test_the_sources_own_subscription_is_searched_even_where_none_can_be_listed(azure, monkeypatch):
    async def none_visible(_not_before: datetime) -> list[str]:
        return []

    monkeypatch.setattr("arm.surveys.consumers.list_subscriptions", none_visible)
    assert [user.kind for user in await find_consumers(USED_SOURCE, datetime.now(UTC))] == ["scale-sets"]
    assert await find_consumers(f"{COMPUTE}/images/none", datetime.now(UTC)) == []


async def test_the_version_lives_on_without_its_source(azure, migration):
    await migration.take(steps.DELETE_SOURCE_IMAGE)
    azure.control.advance(60)
    assert azure.control.resource(VERSION)["properties"]["storageProfile"]["source"]["id"] == SOURCE
    assert azure.control.resource(DEFINITION) is not None


async def test_what_is_still_being_promoted_is_not_deleted(azure, records):
    migration = await approved(await built(azure, records))
    ahead = migration.hint().changed(phase=Phase.DELETING_SOURCE)
    assert (await migration.take(steps.DELETE_SOURCE_IMAGE, hint=ahead)).stand.phase is Phase.PROMOTING
    assert migration.question.stage is Stage.APPROVED
