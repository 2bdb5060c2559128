"""What is too large, too many, too long or forbidden, with the service's own codes.

"Understanding the Table service data model" states the limits. Azurite holds only some of them, and refuses with a code
of less meaning; what it lets pass is tested with our account alone (`our_table`).
"""

import uuid
from datetime import UTC, datetime

import pytest
from azure.data.tables import EdmType, EntityProperty

from tests.emulator.storage.entities import KEY, QUESTION, refused

AZURITES = "InvalidInput"
HALF = 32 * 1024  # characters of UTF-16 in 64 KiB


@pytest.mark.parametrize("value", ["x" * HALF, "😀" * (HALF // 2), b"x" * 64 * 1024])
async def test_a_property_holds_64_kib_and_not_more(table, value):
    await table.create_entity({**QUESTION, "Large": value})
    assert (await table.get_entity(*KEY))["Large"] == value
    async with refused(400, "PropertyValueTooLarge"):
        await table.update_entity({**QUESTION, "Large": value + value[:1]})


async def test_an_entity_holds_one_mib_and_not_more(our_table):
    chunks = {f"Chunk{number}": "x" * HALF for number in range(15)}
    await our_table.create_entity({**QUESTION, **chunks})
    async with refused(400, "EntityTooLarge"):
        await our_table.update_entity({**QUESTION, "Last": "x" * HALF})


async def test_an_entity_holds_252_properties_and_not_more(our_table):
    many = {f"P{number}": number for number in range(252)}
    await our_table.create_entity({"PartitionKey": "images", "RowKey": "web", **many})
    async with refused(400, "TooManyProperties"):
        await our_table.update_entity({"PartitionKey": "images", "RowKey": "web", "One": 1})


@pytest.mark.parametrize("character", list("/\\#?\t\n\x7f\x9f"))
@pytest.mark.parametrize("key", ["PartitionKey", "RowKey"])
async def test_some_characters_are_forbidden_in_keys(service, table, key, character):
    async with refused(400, "OutOfRangeInput" if service == "ours" else AZURITES):
        await table.create_entity({**QUESTION, key: f"a{character}b"})


@pytest.mark.parametrize("key", ["PartitionKey", "RowKey"])
async def test_a_key_holds_512_characters_and_not_more(service, table, key):
    await table.create_entity({**QUESTION, key: "x" * 512})
    async with refused(400, "KeyValueTooLarge" if service == "ours" else AZURITES):
        await table.create_entity({**QUESTION, key: "x" * 513})


async def test_an_entity_needs_both_keys(table):
    for key in ("PartitionKey", "RowKey"):
        with pytest.raises(ValueError, match=key):
            await table.create_entity({name: value for name, value in QUESTION.items() if name != key})


async def test_names_of_properties_are_names(our_table):
    async with refused(400, "PropertyNameInvalid"):
        await our_table.create_entity({**QUESTION, "with-dash": 1})
    async with refused(400, "PropertyNameTooLong"):
        await our_table.create_entity({**QUESTION, "n" * 256: 1})


async def test_no_moment_is_before_1601(our_table):
    await our_table.create_entity({**QUESTION, "At": datetime(1601, 1, 1, tzinfo=UTC)})
    async with refused(400, "OutOfRangeInput"):
        await our_table.update_entity({**QUESTION, "At": datetime(1600, 12, 31, tzinfo=UTC)})


@pytest.mark.parametrize(
    "value",
    [EntityProperty("yesterday", EdmType.DATETIME), EntityProperty("not-a-guid", EdmType.GUID)],
    ids=lambda value: value.edm_type.name,
)
async def test_a_value_must_be_of_its_type(our_table, value):
    async with refused(400, "InvalidInput"):
        await our_table.create_entity({**QUESTION, "RowKey": str(uuid.uuid4()), "Odd": value})
