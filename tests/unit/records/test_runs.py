"""What became of each run of an image: ten in full, older ones as a line, a page at a time."""

import pytest

from migration.record.audit import AuditEntry, entry
from migration.record.notices import Link
from migration.record.question import Decided
from migration.record.run import Run
from records.runs import KEPT_IN_FULL, keep, runs_before
from tests.support.samples import NOW, OWN_ID, make_approval, make_ended, make_plan, make_question, make_record

pytestmark = pytest.mark.usefixtures("records")
MANY = KEPT_IN_FULL + 5


def run(number: int) -> Run:
    return make_ended(
        id=f"run {number}",
        number=number,
        question=make_question(),
        decisions=[Decided(approval=make_approval(), at=NOW)],
        links=[Link(token="t", question="q", receiver="r")],
        notes=["a note"],
    ).audited(make_audit())


def make_audit() -> AuditEntry:
    return entry(NOW, "requested", by="Eve")


async def kept(*numbers: int) -> list[Run]:
    for number in numbers:
        await keep(make_record(), run(number))
    return await runs_before(OWN_ID, 10**6, 100)


async def test_ten_runs_are_kept_in_full_and_older_ones_as_a_line():
    found = await kept(*range(1, MANY + 1))
    assert [one.number for one in found] == list(range(MANY, 0, -1))
    for one in found[:KEPT_IN_FULL]:
        assert (one.plan, one.notes, len(one.audit), len(one.links), len(one.decisions)) == (
            make_plan(),
            ["a note"],
            1,
            1,
            1,
        )
    for one in found[KEPT_IN_FULL:]:
        gone = (one.plan, one.question, one.start.request, one.notes, one.audit, one.links, one.decisions)
        assert gone == (None, None, None, [], [], [], [])
        assert one.outcome == make_ended().outcome
        assert (one.requesters, one.image_version_id) == (run(1).requesters, run(1).image_version_id)


async def test_no_token_that_lets_an_answer_count_is_kept():
    (found,) = await kept(1)
    assert found.question is not None
    assert found.question.callback == ""


async def test_a_run_that_is_kept_again_is_kept_once():
    assert [one.number for one in await kept(1, 2, 2, 1)] == [2, 1]


async def test_what_is_only_a_line_is_not_written_again(records):
    await kept(*range(1, MANY + 1))
    records.calls.clear()
    await keep(make_record(), run(MANY))
    assert records.calls == ["upsert run", "get run"]


async def test_runs_are_found_a_page_at_a_time_and_only_those_of_the_image():
    await kept(*range(1, 6))
    await keep(make_record(migration_id=f"{OWN_ID}f"), run(3))
    first = await runs_before(OWN_ID, 5, 2)
    second = await runs_before(OWN_ID, first[-1].number, 2)
    assert [one.number for one in (*first, *second)] == [4, 3, 2, 1]
    assert await runs_before(OWN_ID, 1, 2) == []


async def test_a_run_that_cannot_be_read_costs_itself_and_not_those_before_it(records):
    await kept(1, 2, 3)
    for (partition, key), row in records.rows.items():
        if partition == "run" and key.endswith(f"{10**9 - 2:010d}"):
            row["document0"] = '{"number": "of a kind yet to come"}'
    assert [one.number for one in await runs_before(OWN_ID, 10, 10)] == [3, 1]
