"""A list narrowed by several values of a filter, as table storage tells them apart."""

import json

import pytest

from migration.record.run import Run
from migration.values.ids import instance_id_for
from migration.values.outcome import OutcomeKind, Phase
from records.index import Filter, note, page, row_key
from records.table import table
from tests.support.samples import SOURCE, make_ended, make_outcome, make_record, make_run

pytestmark = pytest.mark.usefixtures("storage")
RUNS = {
    "asked": make_run(Phase.AWAITING_APPROVAL),
    "building": make_run(Phase.REPLICATING),
    "failed": make_ended(make_outcome(OutcomeKind.FAILED)),
    "kept": make_ended(),
}


@pytest.fixture
async def listed(storage) -> None:
    for name, run in RUNS.items():
        await put(name, run)


async def put(name: str, run: Run) -> None:
    source = SOURCE.replace("/images/web", f"/images/{name}")
    await note(make_record(run, source_image_id=source, migration_id=instance_id_for(source)), run)


async def found(wanted: Filter) -> set[str]:
    return {row.status.source_image_id.rpartition("/")[2] for row in (await page(100, wanted=wanted)).rows}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(), set(RUNS)),
        (Filter(phase=("AwaitingApproval", "Replicating")), {"asked", "building"}),
        (Filter(outcome=("Failed", "SourceKept")), {"failed", "kept"}),
        (Filter(outcome=("Failed", "SourceKept"), phase=("Done", "Planning"), text=("kept", "asked")), {"kept"}),
        (Filter(outcome=("Failed", "SourceKept"), live=True), set()),
        (Filter(text=("build", "images/fail")), {"building", "failed"}),
        (Filter(subscription=(SOURCE.split("/")[2], "another")), set(RUNS)),
        (Filter(phase=tuple(Phase), outcome=("Failed", "Unknown")), {"failed"}),
    ],
)
async def test_of_several_values_any_counts_and_of_several_filters_all_do(listed, wanted: Filter, names: set[str]):
    assert await found(wanted) == names


async def test_pages_of_several_values_go_on_where_they_ended(listed):
    wanted, seen, begin = Filter(phase=("AwaitingApproval", "Replicating", "Done")), [], None
    while begin or not seen:
        one = await page(1, begin, wanted)
        seen += [row.id for row in one.rows]
        begin = one.next
    assert len(seen) == len(set(seen)) == len(RUNS)


async def test_a_list_of_open_questions_says_what_each_allows_and_until_when(listed):
    (row,) = (await page(10, wanted=Filter(phase="AwaitingApproval"))).rows
    question = RUNS["asked"].question
    assert question is not None
    assert (row.status.allows, row.status.expires_at) == (question.allows, question.expires_at)


async def test_a_row_of_the_release_before_that_says_nothing_of_decisions_is_read():
    record = make_record(RUNS["asked"])
    await note(record, RUNS["asked"])
    client = await table()
    entity = dict(await client.get_entity("list", row_key(record)))
    told = json.loads(entity["status"])
    del told["allows"], told["expiresAt"]
    await client.upsert_entity(entity | {"status": json.dumps(told | {"expiresAt": None})}, mode="replace")
    (row,) = (await page(10)).rows
    assert (row.status.allows, row.status.expires_at) == ([], None)
