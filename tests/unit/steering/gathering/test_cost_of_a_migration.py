"""How often one migration asks Azure: each step its calls, the page and whoever decides after it no list twice, and the
delete every list anew.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from dev.emulator import Emulator
from migration.course import steps
from migration.record.asked import Asked, asked_of
from records.store import hold
from steering.gathering import recent_evidence
from tests.support.azure_samples import (
    APPROVAL,
    DEFINITION,
    DELETE_SECONDS,
    SOURCE,
    UPDATE_SECONDS,
    VERSION,
    approved,
    asked,
    built,
)
from tests.support.steps import Migration

LOCKS = "/providers/Microsoft.Authorization/locks"
GROUP, SUBSCRIPTION = ("/".join(SOURCE.split("/")[:size]) for size in (5, 3))
LISTS_OF_LOCKS = {f"{scope}{LOCKS}": 1 for scope in (SOURCE, GROUP, SUBSCRIPTION)}
# Subscriptions, rights there, machines, scale sets and the instances of one, galleries, definitions, versions of two.
WHO_USES_IT = 9
GRAPH, COPY_AND_SOURCE = 3, 2


@contextmanager
def calls_of(azure: Emulator) -> Iterator[list[str]]:
    """The paths that are asked for in the block, filled in at its end."""
    before, found = len(azure.control.calls()), []
    yield found
    found += [call["path"] for call in azure.control.calls()[before:] if "/oauth2/" not in call["path"]]


async def question(migration: Migration) -> Asked:
    found = asked_of(migration.id, (await hold(migration.id)).run)
    assert found is not None
    return found


async def page_and_decision(
    azure: Emulator, migration: Migration, monkeypatch: Any, later: timedelta
) -> list[list[str]]:
    """What a page asks for by itself, and then who decides, for whom lists of this age are new enough."""
    open_question, found = await question(await asked(migration)), []
    for look, lifetime in ((recent_evidence.recent_evidence, timedelta(0)), (recent_evidence.fresh_evidence, later)):
        monkeypatch.setattr(recent_evidence, "LIFETIME", lifetime)
        with calls_of(azure) as calls:
            await look(open_question)
        found.append(calls)
    return found


async def test_whoever_decides_after_the_page_was_opened_has_nobody_listed_again_who_uses_the_source(
    azure, records, monkeypatch
):
    migration = await built(azure, records)
    page, decision = await page_and_decision(azure, migration, monkeypatch, timedelta(hours=1))
    # The versions beside are among those that were listed for who uses the source.
    assert len(page) == WHO_USES_IT + len(LISTS_OF_LOCKS) + GRAPH + COPY_AND_SOURCE, page
    anew = [path.rpartition("/")[2] for path in decision]
    assert anew == ["locks", "locks", "locks", "versions", "1.0.0", "ubuntu-web"]


async def test_whoever_decides_long_after_the_page_has_all_of_it_listed_anew(azure, records, monkeypatch):
    page, decision = await page_and_decision(azure, await built(azure, records), monkeypatch, timedelta(0))
    assert sorted(decision) == sorted(path for path in page if not path.endswith("ResourceGraph/resources"))


async def test_nothing_that_was_listed_before_a_delete_counts_for_it(azure, records):
    """Page and promotion have just listed all of it."""
    migration = await approved(await built(azure, records))
    await migration.take(steps.PROMOTE_IMAGE_VERSION)
    azure.control.advance(UPDATE_SECONDS)
    await migration.take(steps.CHECK_REPLICATION)
    await recent_evidence.recent_evidence(await question(migration))
    with calls_of(azure) as delete:
        await migration.take(steps.DELETE_SOURCE_IMAGE)
    told = Counter(delete)
    assert told == told | LISTS_OF_LOCKS
    assert told[f"{DEFINITION}/versions"] == told[VERSION] == 1
    assert told[SOURCE] == 2  # it is read, and deleted
    assert len(delete) == WHO_USES_IT + len(LISTS_OF_LOCKS) + COPY_AND_SOURCE + 1, delete


COSTS = {
    steps.OPEN_QUESTION: 2,  # source and copy
    steps.PROMOTE_IMAGE_VERSION: 3,  # the versions beside it, the copy, the update
    steps.CHECK_REPLICATION: 3,  # the operation, the copy, the versions beside it
    steps.DELETE_SOURCE_IMAGE: 15,
    steps.CONFIRM_DELETE: 2,  # the operation, the source
    steps.RECORD_OUTCOME: 2,  # the copy, its tags
    steps.LOOK_FOR_NEWS: 0,  # a request was answered, and the image has been seen gone
}


async def test_each_step_of_a_migration_asks_azure_as_often_as_is_written_down(azure, records):
    with calls_of(azure) as building:
        migration = await built(azure, records)
    # The plan 10; the definition 4: looked for twice, made, looked for again; the version 5: source, copy, list, made,
    # seen complete.
    assert len(building) == 19, building
    pauses = {steps.PROMOTE_IMAGE_VERSION: UPDATE_SECONDS, steps.DELETE_SOURCE_IMAGE: DELETE_SECONDS}
    found = {}
    for step in COSTS:
        if step is steps.PROMOTE_IMAGE_VERSION:
            migration.decide(APPROVAL)
        with calls_of(azure) as calls:
            await migration.take(step)
        found[step] = len(calls)
        azure.control.advance(pauses.get(step, 0))
    assert found == COSTS
    assert migration.outcome.code == "Migrated"
