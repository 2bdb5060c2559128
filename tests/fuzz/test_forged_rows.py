"""Rows of the app's storage that somebody edited, cut short, or that another version wrote: no call fails by them, none
costs another image, and nothing is deleted on the strength of one that nobody approved.
"""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.from_schema import mutated, odd
from tests.fuzz.held import Described
from tests.support.functions import functions
from triggers.describing.document import describe
from triggers.describing.openapi import CALLS

FUZZ = settings.get_profile("fuzz")
OF_ONE = ("", "/audit", "/checks", "/users")
OF_ALL = ("migrations", "images", "pause", "migrations?text=kept")
DONE = (("approval", {"decision": "reject", "approver": "Ada", "comment": "no"}), ("ask-again", {}), ("cancel", {}))
UNCHANGED = ("PartitionKey", "RowKey")  # a row under another key is another row
DESCRIBED = Described(describe(CALLS), more=True)


@pytest.fixture(scope="module")
def rows(estate):
    """The rows of the migration that asks and of the one that is over; with a wish put off, and a switch."""
    assert estate.app.call("POST", "pause", {"paused": False}).status_code == 200
    forged = {estate.asking.migration_id, estate.over.migration_id}
    estate.kept = estate.rows()
    kept = [row for row in estate.kept if any(one in row["RowKey"] for one in {*forged, "switch"})]
    return SimpleNamespace(estate=estate, rows=kept)


def holding_text(row):
    """The column of a row that holds its document."""
    return next((name for name in ("document0", "status", "document") if name in row), None)


@st.composite
def forged(draw, rows):
    """A row of the app's with something else in it: its document, or its columns."""
    row = dict(draw(st.sampled_from(rows)))
    column = holding_text(row)
    if column is None or draw(st.integers(0, 3)) == 0:
        return row | draw(columns(row))
    text = row[column]
    way = draw(st.sampled_from(("edited", "edited", "edited", "cut", "odd", "of another format", "not JSON")))
    match way:
        case "edited":
            row[column] = spelt(draw(mutated(st.just(json.loads(text)))))
        case "cut":
            row[column] = text[: draw(st.integers(0, len(text) - 1))]
        case "odd":
            row[column] = spelt(draw(odd()))
        case "of another format":
            row |= draw(st.sampled_from(({"format": 1}, {"format": 3}, {"format": 99}, {"format": None})))
            row[column] = spelt(json.loads(text) | {"format": draw(odd()), "oldestReader": draw(odd())})
        case _:
            row[column] = draw(st.sampled_from(("", "{", "[" * 20_000, "\x00", '{"a":' * 6_000, "NaN", "\ufeff{}")))
    return row


def spelt(value):
    """JSON that table storage takes: it holds no half of a surrogate pair but as JSON spells it."""
    return json.dumps(value)[:30_000]


def columns(row):
    """Some columns of a row as something else: of another type, odd, or gone."""
    names = [name for name in row if name not in UNCHANGED]
    names += ["chunks", "document1", *(f"answered{name}" for name in ("Fingerprint", "RefusedAt", "Deleted", "Off"))]
    odd_ones = (None, 0, -1, 7, 2**31 - 1, 0.5, True, False, "", "x", "2026", "\u0000", "9" * 400, "[]", "migrate-x")
    values = st.sampled_from(odd_ones)
    return st.dictionaries(st.sampled_from(sorted(set(names))), values, min_size=1, max_size=3)


def stored(row):
    """The row as table storage takes it: a property that is nothing is not there."""
    return {name: value for name, value in row.items() if value is not None}


def clock(name):
    function = next(one for one in functions() if one.get_function_name() == name).get_user_function()
    return getattr(function, "client_function", function)


def by_the_clock(estate):
    """What is done every five minutes, all of it: turns that were taken are given back."""
    for row in estate.azure.rows("turn"):
        estate.azure.forget_row("turn", row["RowKey"])
    estate.app.do(clock("keep_house")(None, estate.app.client))
    estate.app.do(clock("measure_migrations")(None))


def looked_at(estate, path, row):
    answer = estate.app.call("GET", path)
    route = f"/{path.partition('?')[0]}"
    for one in (estate.asking, estate.over, estate.planning):
        route = route.replace(one.migration_id, "{id}")
    DESCRIBED.holds("GET", route, answer, row)
    return answer


def seen_all_the_same(estate, row):
    for path in OF_ALL:
        answer = looked_at(estate, path, row)
        if path == "migrations":
            assert estate.planning.migration_id in {one["id"] for one in answer.json()["migrations"]}, row
    for migration in (estate.asking, estate.over):
        for part in OF_ONE:
            looked_at(estate, f"migrations/{migration.migration_id}{part}", row)
    assert looked_at(estate, f"migrations/{estate.planning.migration_id}", row).status_code == 200
    by_the_clock(estate)


def test_a_row_that_somebody_edited_costs_no_other_and_no_call_fails(rows):
    estate = rows.estate

    @settings(FUZZ, max_examples=150)
    @given(forged(rows.rows))
    def holds(row):
        try:
            estate.azure.put_rows([stored(row)])
            seen_all_the_same(estate, row)
        finally:
            estate.put_back()

    holds()


@pytest.mark.parametrize(("action", "body"), DONE, ids=[action for action, _ in DONE])
def test_what_is_done_with_an_edited_record_is_answered_as_described(rows, action, body):
    estate = rows.estate
    records = [row for row in rows.rows if row["PartitionKey"] == "image"]

    @settings(FUZZ, max_examples=50)
    @given(forged(records))
    def holds(row):
        try:
            estate.azure.put_rows([stored(row)])
            said = body | ({"imageVersionId": estate.asking.run.image_version_id} if "approver" in body else {})
            answer = estate.app.call("POST", f"migrations/{row['RowKey']}/{action}", said)
            DESCRIBED.holds("POST", f"/migrations/{{id}}/{action}", answer, row)
        finally:
            estate.put_back()

    holds()
