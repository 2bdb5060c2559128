"""A query by key costs what it finds, not what else is in the table; any other query is looked through as before."""

import itertools

import pytest

from dev.emulator.storage.entities import Entity
from dev.emulator.storage.queries.filters import predicate_of
from dev.emulator.storage.queries.key_ranges import key_range

KEYS = [(partition, row) for partition, row in itertools.product(("image", "list", "run"), ("", "a", "b", "b~", "c"))]
FILTERS = [
    None,
    "PartitionKey eq 'list'",
    "PartitionKey eq 'list' and RowKey gt 'a'",
    "PartitionKey eq 'list' and RowKey ge 'b' and RowKey lt 'b\x7f'",
    "RowKey gt 'a' and PartitionKey eq 'run'",
    "PartitionKey eq 'list' or RowKey eq 'a'",
    "not (PartitionKey eq 'list')",
    "PartitionKey gt 'image'",
    "PartitionKey eq 'nowhere'",
]


def within(text):
    first, last = key_range(text)
    return [key for key in KEYS if first <= key <= last]


@pytest.mark.parametrize("text", FILTERS)
def test_nothing_that_passes_is_left_out(text):
    keep = predicate_of(text)
    assert [key for key in KEYS if keep(Entity(key, {}, 0))] == [
        key for key in within(text) if keep(Entity(key, {}, 0))
    ]


def test_a_range_of_keys_is_all_that_is_looked_at():
    assert within("PartitionKey eq 'list' and RowKey ge 'b' and RowKey lt 'b\x7f'") == [("list", "b"), ("list", "b~")]
    assert within("PartitionKey eq 'list'") == [key for key in KEYS if key[0] == "list"]
    assert within("PartitionKey eq 'list' or RowKey eq 'a'") == KEYS
