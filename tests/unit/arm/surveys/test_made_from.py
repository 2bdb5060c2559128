"""From what a machine was made, and when, as far as Azure tells."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest

from arm.surveys.consumers import _key, _note
from migration.promise.evidence import Consumer
from migration.users.kinds import WITHOUT_OWN_DISK
from tests.support.samples import DEFINITION, SOURCE, VERSION

MADE = datetime(2026, 1, 14, 8, 30, tzinfo=UTC)


def noted(reference: dict[str, str], created: Any = "2026-01-14T08:30:00+00:00") -> dict[str, list[Consumer]]:
    users: dict[str, list[Consumer]] = defaultdict(list)
    properties = {"storageProfile": {"imageReference": reference}, "timeCreated": created}
    _note(users, WITHOUT_OWN_DISK, {"id": "/vm", "properties": properties}, ("storageProfile",))
    return dict(users)


@pytest.mark.parametrize("named", [SOURCE, VERSION, VERSION.upper()])
def test_a_machine_is_found_by_what_it_names(named: str):
    (users,) = noted({"id": named}).values()
    assert users == [Consumer(id="/vm", kind=WITHOUT_OWN_DISK.key, created_at=MADE)]


def test_one_that_names_a_definition_is_found_by_the_exact_version_that_azure_tells():
    assert set(noted({"id": DEFINITION, "exactVersion": "1.0.0"})) == {_key(DEFINITION), _key(VERSION)}
    assert set(noted({"id": DEFINITION})) == {_key(DEFINITION)}


def test_one_that_names_a_version_is_found_once():
    assert set(noted({"id": VERSION, "exactVersion": "1.0.0"})) == {_key(VERSION)}


@pytest.mark.parametrize("created", [None, 7, "yesterday", ""], ids=str)
def test_a_time_that_azure_does_not_tell_is_not_known(created: Any):
    (users,) = noted({"id": SOURCE}, created).values()
    assert [one.created_at for one in users] == [None]


def test_a_time_without_an_offset_is_in_utc():
    (users,) = noted({"id": SOURCE}, "2026-01-14T08:30:00").values()
    assert [one.created_at for one in users] == [MADE]
