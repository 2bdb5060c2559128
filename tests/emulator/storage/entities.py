"""What the storage tests store, and how a refusal is looked at."""

import json
from contextlib import asynccontextmanager

import pytest
from azure.core.exceptions import HttpResponseError

QUESTION = {"PartitionKey": "images", "RowKey": "web", "Phase": "asked", "Count": 3}
KEY = ("images", "web")


@asynccontextmanager
async def refused(status, code):
    """The block must be refused in just this way."""
    with pytest.raises(HttpResponseError) as caught:
        yield
    error = caught.value
    answer = json.loads(error.response.text())["odata.error"]
    assert (error.status_code, answer["code"]) == (status, code), answer


async def found(pages):
    return [entity async for entity in pages]


async def rows(pages):
    return [entity["RowKey"] async for entity in pages]


async def filled(table, *entities):
    """Every entity is in the partition "images", with rows "0", "1", …"""
    for number, properties in enumerate(entities):
        await table.create_entity({"PartitionKey": "images", "RowKey": str(number), **properties})
