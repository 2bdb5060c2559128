"""An id is read once on the way of a question or of a delete, whoever needs its parts."""

import re
from types import SimpleNamespace

import pytest

from activities.confirm_delete import confirm_delete
from activities.delete_source_image import delete_source_image
from migration.approval.verdict import Reference, Sent
from migration.values import ids
from migration.values.ids import ResourceId
from tests.unit.azure_samples import approve, built


@pytest.fixture
def reading(monkeypatch):
    """`asked`: each id that was asked for, as often as it was; `read`: how many texts were taken apart for that."""
    counted = SimpleNamespace(asked=[], read=0)
    parse, group = ResourceId.parse, ids._RESOURCE_GROUP

    def asked(text: str, kind: str) -> ResourceId:
        counted.asked.append((text, kind))
        return parse(text, kind)

    def fullmatch(text: str) -> re.Match[str] | None:
        counted.read += 1
        return group.fullmatch(text)

    ids._read.cache_clear()
    monkeypatch.setattr(ResourceId, "parse", asked)
    monkeypatch.setattr(ids, "_RESOURCE_GROUP", SimpleNamespace(fullmatch=fullmatch))
    return counted


def assert_read_once(reading) -> None:
    assert len(reading.asked) > len(set(reading.asked)), "several rooms need the parts of the same id"
    assert reading.read <= len(set(reading.asked))


async def test_a_question_reads_no_id_twice(azure, records, reading):
    migration = await built(azure)
    await approve(records, migration)
    assert_read_once(reading)


async def test_a_delete_reads_no_id_twice(azure, records, reading):
    migration = await built(azure)
    await approve(records, migration)
    ids._read.cache_clear()
    reading.asked.clear()
    reading.read = 0
    sent = await delete_source_image(Reference(id=migration.start.id))
    await confirm_delete(Reference(id=migration.start.id))
    assert isinstance(sent, Sent)
    assert_read_once(reading)
