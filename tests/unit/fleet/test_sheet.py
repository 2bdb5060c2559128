"""A sheet comes back the same, whatever is in it; and what is wrong in it is told of every row at once."""

import string
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from time import process_time

import pytest

from migration.fleet.member import MOST_MEMBERS, MOST_WAVES, FleetRow
from migration.fleet.sheets import sheet
from migration.fleet.sheets.sheet import SheetInvalidError, header, line_of, read_sheet, written
from tests.support.samples import COMPUTE, SUBSCRIPTION

IDENTIFIER = string.ascii_letters + string.digits + "._-"
NASTY = "=+-@\t\r\n'\",; ä漢🙂{}[]#" + string.ascii_letters
SEEDS = range(40)


def text(lots, letters, most):
    return "".join(lots.choice(letters) for _ in range(lots.randint(1, most)))


def seen(lots, most):
    """Text that can be seen, and has no blanks at its ends."""
    return f"{lots.choice(NASTY[5:])}{text(lots, ''.join(c for c in NASTY if c.isprintable()), most)}".strip() or "x"


def some_request(lots, number):
    source = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g{number}/providers/Microsoft.Compute/images/i{number}"
    regions = ["eastus", "westus2=3", "northeurope=2=Premium_LRS", "uksouth=standard_zrs"]
    moments = [datetime(2027, 12, 31, tzinfo=UTC), datetime(2028, 1, 2, 3, 4, 5, 678, tzinfo=UTC)]
    moments += [datetime(2028, 1, 2, tzinfo=timezone(timedelta(hours=2)))]
    plans = ["none", {"publisher": seen(lots, 9), "product": seen(lots, 9), "name": "a/b"}]
    plans += [{"publisher": "a", "product": "b", "name": "c"}]
    fields = {
        "gallery": lots.choice(["hub", f"{COMPUTE}/galleries/hub"]),
        "imageDefinition": f"a{text(lots, IDENTIFIER, 60)}_",
        "version": lots.choice(["auto", "1.2.3", "2024.02.09"]),
        "targetRegions": lots.choice([[], lots.sample(regions, lots.randint(1, 4))]),
        "endOfLifeDate": lots.choice(moments),
        "excludeFromLatest": lots.random() < 0.5,
        "purchasePlan": lots.choice(plans),
        "deleteSource": lots.choice(["afterApproval", "never"]),
        "publisher": seen(lots, 60),
        "offer": seen(lots, 60),
        "sku": seen(lots, 60),
        "securityType": lots.choice(["Standard", "TrustedLaunchSupported"]),
        "features": lots.choice([[], ["nvme"], ["nvme", "hibernation"]]),
        "protect": lots.random() < 0.5,
        "soak": timedelta(seconds=lots.randint(0, 90 * 86_400)),
        "encryptionSets": lots.choice([[], {"eastus": "own", "westus2": "group/own"}]),
        "definitionTags": lots.choice([{}, {"a": "1"}, {seen(lots, 9).translate({63: 46}): text(lots, NASTY, 40)}]),
    }
    said = {name: value for name, value in fields.items() if lots.random() < 0.5}
    return {"sourceImageId": source, **said}


def some_row(lots, number):
    return FleetRow.model_validate(
        {
            "request": some_request(lots, number),
            "wave": lots.choice([1, lots.randint(1, MOST_WAVES)]),
            "leftOut": lots.random() < 0.3,
            "owner": lots.choice(["", "Ada", text(lots, NASTY, 60)]),
        }
    )


def some_rows(seed, count=25):
    lots = Random(seed)
    return [some_row(lots, number) for number in range(count)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sheet_comes_back_the_same(seed):
    rows = some_rows(seed)
    assert read_sheet(written(rows).encode()) == rows


def test_so_does_one_of_ten_thousand_rows():
    rows = some_rows(1, MOST_MEMBERS)
    assert read_sheet(written(rows).encode()) == rows


@pytest.mark.parametrize("seed", SEEDS)
def test_no_cell_of_it_is_run(seed):
    read = sheet._records(written(some_rows(seed)).removeprefix(sheet.BOM))
    assert not [cell for _, cells in read for cell in cells if cell[:1] in set("=+-@\t\r")]


def test_what_a_plan_tells_in_it_is_passed_over():
    [row] = some_rows(3, 1)
    told = header(["version", "problems"]) + line_of(row, ["1.0.0", "=cmd"])
    assert "'=cmd" in told
    assert read_sheet(told.encode()) == [row]


IMAGE = f"{COMPUTE}/images/web"


def rows_of(*lines, encoding="utf-8"):
    return read_sheet("\r\n".join(lines).encode(encoding))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_it_is_read_as_spreadsheets_write_it(separator, encoding):
    lines = [separator.join(cells) for cells in (["Image", "Wave", "Leave-Out", "owner"], [IMAGE, "2", "TRUE", "Zoë"])]
    [row] = rows_of(*lines, encoding=encoding)
    assert (row.wave, row.left_out, row.owner) == (2, True, "Zoë")


def test_the_line_by_which_excel_is_told_the_separator_is_none_of_the_rows():
    assert len(rows_of("sep=;", "image;wave", f"{IMAGE};3")) == 1


def test_empty_cells_say_nothing_and_empty_rows_are_passed_over():
    [row] = rows_of("image,gallery,regions,owner,wave,,", ",,,,,,", f"{IMAGE}, ,,,,,", "")
    assert row == FleetRow.model_validate({"request": {"sourceImageId": IMAGE}})


def test_words_are_those_of_the_tags():
    [row] = rows_of(
        "image;regions;eol;plan;delete-source;features;encryption;definition-tags;soak",
        f"{IMAGE};eastus=2,westus2;2027-12-31;a/b/c;after-approval;nvme,hibernation;eastus:own;a=1,b=2;P14D",
    )
    assert [(one.name, one.replica_count) for one in row.request.target_regions or []] == [
        ("eastus", 2),
        ("westus2", None),
    ]
    assert row.request.definition_tags == {"a": "1", "b": "2"}
    assert row.request.soak == timedelta(days=14)


def problems(*lines, encoding="utf-8"):
    with pytest.raises(SheetInvalidError) as told:
        rows_of(*lines, encoding=encoding)
    return {problem.field: problem.code for problem in told.value.problems}


def test_every_bad_row_is_named_with_its_columns():
    found = problems(
        "image,wave,gallery,regions,definition-tags",
        "web,1,,,",
        f"{IMAGE},none,no gallery,,",
        f"{COMPUTE}/images/good,1,hub,,",
        ",1,,,",
        f'{COMPUTE}/images/b,0,,"a=b=c=d","{{no json"',
        f"{IMAGE.upper()},,,,",
        f"{COMPUTE}/images/c,1,,,,too many",
    )
    assert found == {
        "row 2, image": "Invalid",
        "row 3, wave": "Invalid",
        "row 3, gallery": "Invalid",
        "row 5, image": "Missing",
        "row 6, wave": "Invalid",
        "row 6, regions": "Invalid",
        "row 6, definition-tags": "Invalid",
        "row 8": "Invalid",
    }


def test_a_thousand_bad_rows_are_a_thousand_problems():
    assert len(problems("image", *["web"] * 1_000)) == 1_000


def test_an_image_that_is_there_twice_is_named_with_where_it_was():
    with pytest.raises(SheetInvalidError) as told:
        rows_of("image", IMAGE, f"{COMPUTE}/images/b", IMAGE.upper(), IMAGE)
    assert [(one.field, one.code, one.message) for one in told.value.problems] == [
        ("row 4, image", "Duplicate", "the image is in row 2 already"),
        ("row 5, image", "Duplicate", "the image is in row 2 already"),
    ]


def test_a_line_end_in_a_cell_makes_no_row_of_its_own():
    assert problems("image,owner", f'{IMAGE},"Ada\nand Bob"', "web,") == {"row 3, image": "Invalid"}


def test_columns_that_nobody_knows_are_refused_for_they_may_be_misspelt():
    assert problems("image,region,wave,wave", IMAGE) == {"row 1, region": "UnknownColumn", "row 1, wave": "Duplicate"}
    assert problems("wave", "1") == {"row 1, image": "Missing"}


@pytest.mark.parametrize("lines", [[""], ["image"], ["image", *[f"{COMPUTE}/images/i{one}" for one in range(10_001)]]])
def test_it_has_one_to_ten_thousand_rows(lines):
    assert len(problems(*lines)) == 1


def test_letters_of_another_encoding_are_refused():
    assert problems("image,owner", f"{IMAGE},Zoë", encoding="latin-1") == {"row 1": "Invalid"}


def test_a_cell_without_end_is_refused():
    assert problems("image,owner", f'{IMAGE},"{"x" * 200_000}"') == {"row 2": "Invalid"}


@pytest.mark.parametrize(
    "flood", [b"image\n" + b"x\n" * 2_000_000, b",".join(b"result: %d" % number for number in range(500_000))]
)
def test_a_flood_of_nonsense_is_refused_before_it_takes_minutes(flood):
    """A row that makes no sense counted for none: four megabytes of them took a minute of everybody's."""
    began_at = process_time()
    with pytest.raises(SheetInvalidError) as refused:
        read_sheet(flood)
    assert refused.value.problems[-1].code == "TooMany"
    assert process_time() - began_at < 20


def test_a_quote_that_is_not_closed_takes_in_no_row_in_silence():
    """The image of the row below became a part of somebody's name, and was never migrated."""
    with pytest.raises(SheetInvalidError) as refused:
        read_sheet(f'image,owner\n{IMAGE}1,"Ada\n{IMAGE}2,Bob\n'.encode())
    assert [problem.field for problem in refused.value.problems] == ["row 2"]


def test_json_without_end_in_a_cell_is_told_as_wrong():
    with pytest.raises(SheetInvalidError) as refused:
        read_sheet(f'image,regions\n{IMAGE},"{"[" * 100_000}"\n'.encode())
    assert [problem.field for problem in refused.value.problems] == ["row 2, regions"]
