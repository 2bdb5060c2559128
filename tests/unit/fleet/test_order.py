"""An order for a fleet: every bad field and row is named at once, and nothing that makes sense is refused."""

from time import process_time
from typing import Any

import pytest

from migration.fleet.fleet import WINDOW, FleetApproval
from migration.fleet.member import MOST_MEMBERS, MemberStage
from migration.fleet.order import FleetOrder
from migration.values.problems import RequestInvalidError
from tests.support.samples import SOURCE

EARLY, LATE = "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"


def row(number: int, wave: Any = 1, left_out: Any = False, **request: Any) -> dict[str, Any]:
    return {"request": {"sourceImageId": f"{SOURCE}{number}", **request}, "wave": wave, "leftOut": left_out}


def body(*rows: Any, **more: Any) -> dict[str, Any]:
    return {"rows": list(rows), **more}


def problems(sent: Any) -> list[tuple[str, str]]:
    with pytest.raises(RequestInvalidError) as refused:
        FleetOrder.parse(sent)
    return [(problem.field, problem.code) for problem in refused.value.problems]


def test_an_order_says_as_little_as_it_has_to():
    order = FleetOrder.parse(body(row(1), row(2)))
    assert (order.terms.window, order.terms.approval) == (WINDOW, FleetApproval.EACH)
    assert [(one.number, one.wave, one.stage) for one in order.members] == [
        (1, 1, MemberStage.WAITING),
        (2, 1, MemberStage.WAITING),
    ]


def test_rows_as_a_plan_returns_them_are_taken():
    order = FleetOrder.parse(body(row(1)))
    again = FleetOrder.parse(order.dump())
    assert again == order


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ([], [("body", "Invalid")]),
        ({}, [("rows", "Missing")]),
        (body(), [("rows", "Invalid")]),
        (body(row(1, left_out=True)), [("rows", "Invalid")]),
        (body(row(1), nme="x"), [("nme", "UnknownField")]),
        (body(row(1), terms={"window": 0}), [("terms.window", "Invalid")]),
        (body(row(1), terms={"windw": 5}), [("terms.windw", "UnknownField")]),
        (body(row(1) | {"wve": 2}), [("rows.0.wve", "UnknownField")]),
        (body(row(1, sku2="x")), [("rows.0.request.sku2", "UnknownField")]),
        (
            body(row(1), row(2, wave=0), row(3, version="x")),
            [("rows.1.wave", "Invalid"), ("rows.2.request.version", "Invalid")],
        ),
        (body({"wave": 1}), [("rows.0.request", "Missing")]),
        (body({"request": {"sourceImageId": "web"}}), [("rows.0.request.sourceImageId", "Invalid")]),
    ],
)
def test_every_bad_field_and_row_is_named(sent: Any, found: list[tuple[str, str]]):
    assert problems(sent) == found


def test_an_image_that_is_there_twice_is_named_whoever_spells_it_how():
    twice = {"request": {"sourceImageId": f"{SOURCE}1".upper().replace("/SUBSCRIPTIONS", "/subscriptions")}}
    assert problems(body(row(1), row(2), twice, row(2))) == [
        ("rows.2.request.sourceImageId", "Duplicate"),
        ("rows.3.request.sourceImageId", "Duplicate"),
    ]
    assert FleetOrder.parse(body(row(1), row(1, left_out=True)))


def test_rows_that_are_there_twice_are_named_beside_those_that_make_no_sense():
    sent = body(row(1), row(1), row(3, wave="x"), 5)
    assert problems(sent) == [
        ("rows.2.wave", "Invalid"),
        ("rows.3", "Invalid"),
        ("rows.1.request.sourceImageId", "Duplicate"),
    ]


def test_two_images_cannot_become_one_version_of_a_definition():
    same = {"imageDefinition": "web", "version": "1.0.0"}
    assert problems(body(row(1, **same), row(2, imageDefinition="WEB", version="1.00.0"))) == [
        ("rows.1.request.version", "Duplicate")
    ]
    for other in ({"version": "1.0.1"}, {"imageDefinition": "api"}, {"gallery": "another"}, {"version": "auto"}):
        assert FleetOrder.parse(body(row(1, **same), row(2, **same | other)))
    assert FleetOrder.parse(body(row(1, version="auto"), row(2, version="auto")))


def test_waves_begin_in_their_order_and_only_those_that_there_are():
    def starts(*of: tuple[int, str]) -> dict[str, Any]:
        return {"terms": {"waveStarts": [{"wave": wave, "at": at} for wave, at in of]}}

    rows = row(1), row(2, wave=2)
    assert FleetOrder.parse(body(*rows, **starts((2, LATE), (1, EARLY))))
    assert problems(body(*rows, **starts((1, LATE), (2, EARLY)))) == [("terms.waveStarts.1.at", "Invalid")]
    assert problems(body(*rows, **starts((3, EARLY)))) == [("terms.waveStarts.0.wave", "Invalid")]
    assert problems(body(*rows, **starts((1, EARLY), (1, EARLY)))) == [("terms.waveStarts.1.wave", "Duplicate")]
    assert problems(body(*rows, **starts((1, "2026-02-01T00:00:00")))) == [("terms.waveStarts.0.at", "Invalid")]


def test_ten_thousand_rows_are_taken_and_no_more():
    rows = [row(number) for number in range(MOST_MEMBERS)]
    assert len(FleetOrder.parse(body(*rows)).rows) == MOST_MEMBERS
    assert problems(body(*rows, row(MOST_MEMBERS))) == [("rows", "Invalid")]


def test_a_flood_of_rows_that_make_no_sense_is_refused_before_it_takes_minutes():
    began_at = process_time()
    assert problems({"rows": [{}] * 1_000_000}) == [("rows", "Invalid")]
    assert process_time() - began_at < 5


@pytest.mark.parametrize("name", ["web\u202e", "web\nDecide here: https://evil.example.com", "web\u2066", "\u200b"])
def test_a_name_that_turns_round_or_breaks_what_stands_beside_it_is_refused(name):
    """Behind U+202E, the page by which people decide read `21 ask` where 12 do."""
    assert problems(body(row(1), name=name)) == [("name", "Invalid")]
    assert FleetOrder.parse(body(row(1), name=" сервери, 愛 ")).name == "сервери, 愛"
