"""Queries: every operator and type, order, selection, pages."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from azure.data.tables import EdmType, EntityProperty

from dev.emulator.storage.operations import StorageCall, perform
from dev.emulator.storage.tables import Tables
from dev.emulator.wishes.settings import Settings
from tests.emulator.storage.entities import filled, found, refused, rows

WHO = uuid.UUID("11111111-2222-3333-4444-555555555555")
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
THREE = (
    {"Phase": "asked", "Count": 1, "Big": EntityProperty(2**40, EdmType.INT64), "Ratio": 0.5, "Open": True, "At": NOON},
    {"Phase": "it's", "Count": 2, "Big": EntityProperty(2**41, EdmType.INT64), "Ratio": 1.5, "Open": False, "Who": WHO},
    {"Phase": "done", "Count": 10, "At": NOON.replace(hour=13)},
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("Phase eq 'asked'", "0"),
        ("Phase eq 'it''s'", "1"),
        ("Phase gt 'asked'", "12"),
        ("Count ge 2", "12"),
        ("Count gt 2", "2"),
        ("Count le 2", "01"),
        ("Count lt 2", "0"),
        ("Count ne 2", "02"),
        ("Count eq -1", ""),
        (f"Big eq {2**40}L", "0"),
        (f"Big gt {2**40}L", "1"),
        ("Ratio lt 1.0", "0"),
        ("Ratio ge 1.5", "1"),
        ("Open eq true", "0"),
        ("Open eq false", "1"),
        ("not (Open eq true) and Count lt 10", "1"),
        ("At eq datetime'2026-11-25T12:00:00Z'", "0"),
        ("At gt datetime'2026-11-25T12:00:00.000Z'", "2"),
        (f"Who eq guid'{WHO}'", "1"),
        ("PartitionKey eq 'images' and RowKey ge '1'", "12"),
        ("PartitionKey eq 'images' and RowKey ge '1' and RowKey lt '2'", "1"),
        ("PartitionKey eq 'other'", ""),
        ("Count eq 1 or Count eq 2 and Phase eq 'asked'", "0"),
        ("(Count eq 1 or Count eq 2) and Phase eq 'it''s'", "1"),
        ("((Count eq 1) or (Count eq 10))", "02"),
        ("not (Count eq 1 or Count eq 2)", "2"),
        ("Phase eq 'and' or Phase eq 'done'", "2"),
        ("Missing eq 'x'", ""),
        ("phase eq 'asked'", ""),
        ("Timestamp gt datetime'2020-01-01T00:00:00Z'", "012"),
    ],
)
async def test_a_filter_lets_through_what_it_says(table, condition, expected):
    await filled(table, *THREE)
    assert "".join(await rows(table.query_entities(condition))) == expected


async def test_parameters_of_every_type_are_understood(table):
    await filled(table, *THREE)
    for name, value, expected in (
        ("Phase", "it's", ["1"]),
        ("Count", 10, ["2"]),
        ("Big", 2**41, ["1"]),
        ("Ratio", 0.5, ["0"]),
        ("Open", True, ["0"]),
        ("At", NOON, ["0"]),
        ("Who", WHO, ["1"]),
    ):
        assert await rows(table.query_entities(f"{name} eq @value", parameters={"value": value})) == expected, name


@pytest.mark.parametrize("condition", ["Count eq", "Count is 1", "(Count eq 1", "Count eq 1 and", "Count eq 1)"])
async def test_a_filter_that_makes_no_sense_is_refused(table, condition):
    await filled(table, *THREE)
    async with refused(400, "InvalidInput"):
        await found(table.query_entities(condition))


async def test_entities_come_in_the_order_of_their_keys_however_they_were_written(table):
    keys = [("b", "1"), ("a", "2"), ("a", "10"), ("B", "1"), ("a", "1")]
    for partition, row in keys:
        await table.create_entity({"PartitionKey": partition, "RowKey": row})
    listed = [(entity["PartitionKey"], entity["RowKey"]) async for entity in table.list_entities()]
    assert listed == sorted(keys)


async def test_only_what_is_selected_is_listed(table):
    await filled(table, *THREE)
    assert await found(table.list_entities(select="Phase,RowKey")) == [
        {"Phase": one["Phase"], "RowKey": str(number)} for number, one in enumerate(THREE)
    ]


async def test_pages_have_the_size_asked_for_and_together_hold_everything(table):
    await filled(table, *({"Count": number % 2} for number in range(10)))
    pages = [await found(page) async for page in table.query_entities("Count eq 0", results_per_page=2).by_page()]
    assert [len(page) for page in pages if page] == [2, 2, 1]
    assert [entity["RowKey"] for page in pages for entity in page] == ["0", "2", "4", "6", "8"]


async def test_a_query_goes_on_from_the_token_of_a_page(table):
    await filled(table, *({"Count": number} for number in range(5)))
    pages = table.list_entities(results_per_page=2).by_page()
    await found(await anext(pages))
    others = table.list_entities(results_per_page=2).by_page(continuation_token=pages.continuation_token)
    assert [entity["RowKey"] async for page in others async for entity in page] == ["2", "3", "4"]


async def test_a_text_without_an_end_is_refused(our_table):
    """Azurite takes the quotation mark for a part of the text."""
    async with refused(400, "InvalidInput"):
        await found(our_table.query_entities("Phase eq 'open"))


async def test_fifteen_comparisons_are_allowed_and_not_more(our_table):
    """As documented; Azurite does not count."""
    assert await found(our_table.query_entities(" or ".join(["Count eq 1"] * 15))) == []
    async with refused(400, "InvalidInput"):
        await found(our_table.query_entities(" or ".join(["Count eq 1"] * 16)))


def test_a_query_without_a_size_gives_a_thousand_at_once_and_says_where_the_rest_begins():
    tables = Tables(lambda: NOON)
    tables.create("questions")
    for number in range(1001):
        tables.table("questions").insert(("images", f"{number:04}"), {})
    query = StorageCall("GET", "questions()", query={}, headers={}, content=b"", account_url="")
    answer = perform(tables, query, Settings().entity_page_size)
    following = {name.lower().removeprefix("x-ms-continuation-"): value for name, value in answer.headers.items()}
    rest = perform(tables, replace(query, query=following), Settings().entity_page_size)
    assert (len(answer.body["value"]), [entity["RowKey"] for entity in rest.body["value"]]) == (1000, ["1000"])
    assert rest.headers == {}


async def test_nobody_may_ask_for_more_than_a_thousand_at_once(our_table):
    """As documented; Azurite gives a thousand instead."""
    async with refused(400, "InvalidInput"):
        await found(our_table.list_entities(results_per_page=1001))
