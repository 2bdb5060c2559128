"""Entities: written, read, merged, replaced, deleted; every property type comes back as it went."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import EdmType, EntityProperty, UpdateMode

from tests.emulator.storage.entities import KEY, QUESTION, refused

IF_SAME = MatchConditions.IfNotModified
EVERY_TYPE = {
    "Text": "ä ' \" / 😀",
    "Empty": "",
    "Small": -(2**31),
    "Large": EntityProperty(2**62, EdmType.INT64),
    "Ratio": 2.5,
    "Whole": 5.0,
    "Yes": True,
    "No": False,
    "At": datetime(2026, 11, 25, 20, 40, 1, 123456, tzinfo=UTC),
    "Who": uuid.UUID("11111111-2222-3333-4444-555555555555"),
    "Bytes": b"\x00\xff",
}


async def test_every_type_comes_back_as_it_went(table):
    await table.create_entity({**QUESTION, **EVERY_TYPE})
    assert await table.get_entity(*KEY) == {**QUESTION, **EVERY_TYPE}


async def test_an_entity_is_inserted_once_and_then_refused(table):
    await table.create_entity(QUESTION)
    with pytest.raises(ResourceExistsError):
        await table.create_entity(QUESTION)
    async with refused(409, "EntityAlreadyExists"):
        await table.create_entity({**QUESTION, "Phase": "answered"})
    assert (await table.get_entity(*KEY))["Phase"] == "asked"


async def test_keys_tell_case_apart_and_may_hold_quotes_and_spaces(table):
    keys = [("images", "Web"), ("images", "it's a 'test' %27"), ("IMAGES", "web"), ("images", "")]
    for partition, row in keys:
        await table.create_entity({"PartitionKey": partition, "RowKey": row, "Mine": f"{partition} {row}"})
    for partition, row in keys:
        assert (await table.get_entity(partition, row))["Mine"] == f"{partition} {row}"


async def test_the_service_tells_etag_and_moment_of_every_write(table):
    created = await table.create_entity({**QUESTION, "Timestamp": "1999-01-01T00:00:00Z"})
    entity = await table.get_entity(*KEY)
    assert created["etag"] == entity.metadata["etag"]
    assert entity.metadata["etag"].startswith("W/\"datetime'")
    assert entity.metadata["timestamp"] > datetime.now(UTC) - timedelta(minutes=5)


async def test_the_etag_changes_with_every_write_even_of_the_same(table):
    etags = [(await table.create_entity(QUESTION))["etag"]]
    etags += [(await table.upsert_entity(QUESTION, mode=mode))["etag"] for mode in list(UpdateMode) * 5]
    assert len(set(etags)) == len(etags)
    assert (await table.get_entity(*KEY)).metadata["etag"] == etags[-1]


async def test_only_what_is_selected_comes_back(table):
    await table.create_entity(QUESTION)
    entity = await table.get_entity(*KEY, select=["Phase", "PartitionKey"])
    assert entity == {"Phase": "asked", "PartitionKey": "images"}
    assert entity.metadata["etag"]


@pytest.mark.parametrize("write", ["update_entity", "upsert_entity"])
async def test_a_merge_keeps_what_it_does_not_name_and_a_replacement_does_not(table, write):
    change = {"PartitionKey": "images", "RowKey": "web", "Count": 4, "Phase": None}
    await table.create_entity(QUESTION)
    await getattr(table, write)(change, mode=UpdateMode.MERGE)
    assert await table.get_entity(*KEY) == {**QUESTION, "Count": 4}
    await getattr(table, write)(change, mode=UpdateMode.REPLACE)
    assert await table.get_entity(*KEY) == {"PartitionKey": "images", "RowKey": "web", "Count": 4}


@pytest.mark.parametrize("mode", list(UpdateMode))
async def test_an_upsert_inserts_what_is_missing_and_an_update_does_not(table, mode):
    async with refused(404, "ResourceNotFound"):
        await table.update_entity(QUESTION, mode=mode)
    await table.upsert_entity(QUESTION, mode=mode)
    assert await table.get_entity(*KEY) == QUESTION


@pytest.mark.parametrize("mode", list(UpdateMode))
async def test_whoever_knows_an_old_etag_changes_nothing(table, mode):
    old = (await table.create_entity(QUESTION))["etag"]
    new = (await table.update_entity({**QUESTION, "Count": 4}, mode=mode, etag=old, match_condition=IF_SAME))["etag"]
    with pytest.raises(ResourceModifiedError):
        await table.update_entity({**QUESTION, "Count": 5}, mode=mode, etag=old, match_condition=IF_SAME)
    async with refused(412, "UpdateConditionNotSatisfied"):
        await table.update_entity({**QUESTION, "Count": 5}, mode=mode, etag=old, match_condition=IF_SAME)
    entity = await table.get_entity(*KEY)
    assert (entity["Count"], entity.metadata["etag"]) == (4, new)


async def test_an_entity_is_deleted_by_whoever_knows_its_etag(table):
    old = (await table.create_entity(QUESTION))["etag"]
    new = (await table.update_entity(QUESTION))["etag"]
    async with refused(412, "UpdateConditionNotSatisfied"):
        await table.delete_entity(*KEY, etag=old, match_condition=IF_SAME)
    await table.delete_entity(*KEY, etag=new, match_condition=IF_SAME)
    with pytest.raises(ResourceNotFoundError):
        await table.get_entity(*KEY)


async def test_deleting_without_an_etag_takes_any_and_does_not_mind_if_there_is_none(table):
    await table.create_entity(QUESTION)
    await table.delete_entity(*KEY)
    await table.delete_entity(*KEY)
    async with refused(404, "ResourceNotFound"):
        await table.get_entity(*KEY)


async def test_an_entity_that_is_gone_is_not_found_whatever_etag_is_known(table):
    etag = (await table.create_entity(QUESTION))["etag"]
    await table.delete_entity(*KEY)
    async with refused(404, "ResourceNotFound"):
        await table.update_entity(QUESTION, etag=etag, match_condition=IF_SAME)
    again = (await table.create_entity(QUESTION))["etag"]
    assert again != etag
