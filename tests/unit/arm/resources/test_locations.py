"""Which places count as regions: physical ones, however the list of locations spells that, or leaves it out."""

from typing import Any

import pytest

from arm.resources import subscriptions


@pytest.mark.parametrize(
    ("metadata", "counts"),
    [
        (None, True),
        ({"regionType": None}, True),
        ({"regionType": "physical"}, True),
        ({"regionType": "Logical"}, False),
    ],
)
async def test_a_place_counts_as_a_region_unless_it_is_said_to_be_a_logical_one(monkeypatch, metadata, counts: bool):
    async def listed(_url: str) -> list[dict[str, Any]]:
        return [{"name": "eastus", "metadata": metadata}]

    monkeypatch.setattr(subscriptions, "list_all", listed)
    assert ("eastus" in await subscriptions._read_locations("any")) == counts
