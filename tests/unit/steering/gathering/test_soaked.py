"""What has happened since a soak began, for whoever decides about the delete."""

from datetime import timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmUnavailableError, UsersNotVisibleError
from migration.promise.evidence import Consumer
from migration.promise.shown import SinceSoak
from migration.record.asked import Asked, asked_of
from migration.values.outcome import Phase
from steering.gathering import soaked
from tests.support.samples import DEFINITION, NOW, OWN_ID, SOURCE, SUBSCRIPTION, VERSION, make_question, make_run


def asked(**changes: Any) -> Asked:
    found = asked_of(OWN_ID, make_run(Phase.AWAITING_APPROVAL, question=make_question(**changes)))
    assert found is not None
    return found


def consumer(number: int, days: int | None, kind: str = "machines-without-own-disk") -> Consumer:
    return Consumer(id=f"/vm{number}", kind=kind, created_at=None if days is None else NOW + timedelta(days=days))


@pytest.fixture
def found(monkeypatch) -> dict[str, list[Consumer]]:
    by_id: dict[str, list[Consumer]] = {VERSION: [], DEFINITION: [], SOURCE: []}

    async def find(ids: list[str], home: str, _: Any) -> list[list[Consumer]]:
        assert home == SUBSCRIPTION
        return [by_id[one] for one in ids]

    monkeypatch.setattr(soaked, "find_consumers_of", find)
    return by_id


async def test_a_first_question_and_one_without_a_soak_have_nothing_to_tell():
    assert await soaked.since_soak(asked()) is None


async def test_what_was_made_since_is_counted_and_what_was_there_before_is_only_a_user_left(found):
    found[VERSION] = [consumer(1, 1), consumer(2, 5, "scale-sets"), consumer(3, -1)]
    found[SOURCE] = [consumer(4, 13), consumer(5, -400), consumer(6, None)]
    found[SOURCE] += [Consumer(id=VERSION, kind="image-versions"), Consumer(id="/other", kind="image-versions")]
    since = await soaked.since_soak(asked(soaked_since=NOW))
    assert since == SinceSoak(began_at=NOW, from_version=2, from_source=1, users_left=4, undated=1)
    assert "made from the version: 2, from the source: 1; of 1 more" in since.in_words


async def test_machines_of_the_definition_are_counted_apart_where_nobody_knows_of_which_version(found):
    """A fleet that names the latest version would have looked as if nobody used the new one."""
    found[VERSION] = [consumer(1, 1)]
    found[DEFINITION] = [consumer(1, 1), consumer(2, 1), consumer(3, -1)]
    since = await soaked.since_soak(asked(soaked_since=NOW))
    assert since is not None
    assert (since.from_version, since.from_some_version) == (1, 1)
    assert "from the version: 1, from one or another of its definition: 1, from the source: 0" in since.in_words


@pytest.mark.parametrize(
    "error", [ArmUnavailableError("X", "no network"), UsersNotVisibleError("hidden"), TimeoutError()], ids=repr
)
async def test_what_could_not_be_read_is_said_to_be_so_and_not_counted_as_nothing(monkeypatch, error: Exception):
    async def find(*_: Any) -> list[list[Consumer]]:
        raise error

    monkeypatch.setattr(soaked, "find_consumers_of", find)
    since = await soaked.since_soak(asked(soaked_since=NOW))
    assert since is not None
    assert (since.from_version, since.from_source, since.users_left) == (None, None, None)
    assert since.unread
    assert "could not be read" in since.in_words
