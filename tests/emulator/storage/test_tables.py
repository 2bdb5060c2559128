"""Tables themselves: created, listed, deleted, refused."""

import pytest
from azure.core.exceptions import ResourceExistsError

from tests.emulator.storage.entities import QUESTION, refused


async def test_a_table_is_created_once_and_then_refused(account, table):
    with pytest.raises(ResourceExistsError):
        await account.create_table(table.table_name)
    async with refused(409, "TableAlreadyExists"):
        await account.create_table(table.table_name)
    async with refused(409, "TableAlreadyExists"):
        await account.create_table(table.table_name.upper())


async def test_create_if_not_exists_does_not_mind(account, table):
    again = await account.create_table_if_not_exists(table.table_name)
    await again.create_entity(QUESTION)


async def test_tables_are_listed_and_found_by_name(account, table):
    assert table.table_name in [item.name async for item in account.list_tables()]
    query = account.query_tables("TableName eq @name", parameters={"name": table.table_name})
    assert [item.name async for item in query] == [table.table_name]


async def test_a_deleted_table_is_gone_with_its_entities(account, table):
    await table.create_entity(QUESTION)
    await table.delete_table()
    async with refused(404, "TableNotFound"):
        await table.create_entity(QUESTION)
    await table.create_table()
    assert [entity async for entity in table.list_entities()] == []


async def test_a_table_that_nobody_created_is_not_found(account):
    missing = account.get_table_client("missing")
    async with refused(404, "TableNotFound"):
        await missing.create_entity(QUESTION)
    async with refused(404, "TableNotFound"):
        await missing.update_entity(QUESTION)
    async with refused(404, "TableNotFound"):
        await missing.upsert_entity(QUESTION)
    async with refused(404, "TableNotFound"):
        await missing.get_entity("images", "web")
    async with refused(404, "TableNotFound"):
        [entity async for entity in missing.list_entities()]


@pytest.mark.parametrize("name", ["1questions", "ques-tions", "ab", "a" * 64])
async def test_a_name_that_breaks_the_rules_makes_no_table(our_account, name):
    """The SDK explains these refusals by their code, which Azurite leaves empty."""
    with pytest.raises(ValueError, match="alphanumeric"):
        await our_account.create_table(name)


async def test_the_name_of_a_deleted_table_is_refused_as_long_as_it_is_held(emulator, our_account, our_table):
    """Documented for Azure; Azurite lets it go at once."""
    emulator.control.settings(deletedTableHeldSeconds=40)
    await our_table.delete_table()
    async with refused(409, "TableBeingDeleted"):
        await our_table.create_table()
    async with refused(409, "TableBeingDeleted"):
        await our_table.get_entity("images", "web")
    assert our_table.table_name not in [item.name async for item in our_account.list_tables()]
    emulator.control.advance(39)
    async with refused(409, "TableBeingDeleted"):
        await our_table.create_table()
    emulator.control.advance(1)
    await our_table.create_table()
    assert [entity async for entity in our_table.list_entities()] == []
