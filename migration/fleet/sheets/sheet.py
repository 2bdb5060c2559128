"""A sheet of rows: written so that it comes back the same, and read so that everything that is wrong is told at once.

Rows are counted as a spreadsheet does: the names of the columns are row 1.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from migration.fleet.member import MOST_MEMBERS, FleetRow
from migration.fleet.sheets.cells import as_it_was, harmless
from migration.fleet.sheets.columns import BY_NAME, COLUMNS, IMAGE, OWNER, RESULT, Column, cells_of
from migration.values.problems import Problem, problems_of
from migration.values.shortening import LONGEST_NAME

BOM = "\ufeff"  # without it, Excel takes the letters for those of the country it is set to
MOST_COLUMNS = 200
_SEPARATORS = (",", ";", "\t")
_HEADER = 1
_INVALID = "Invalid"
_FIELDS = {column.field: column.name for column in COLUMNS}


class SheetInvalidError(ValueError):
    """A sheet of which not every row can be read. `problems` names each that is wrong, by the number of its row."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(f"{len(self.problems)} problems, the first: {self.problems[0].field}")


def header(results: Iterable[str] = ()) -> str:
    """Return the beginning of a sheet: the names of its columns, those of the results of a plan last."""
    return BOM + _csv_line([*BY_NAME, *(f"{RESULT}{name}" for name in results)])


def line_of(row: FleetRow, results: Iterable[str] = ()) -> str:
    """Return a row of a sheet, with its line end."""
    return _csv_line([*cells_of(row), *results])


def written(rows: Iterable[FleetRow]) -> str:
    """Return a whole sheet."""
    return header() + "".join(map(line_of, rows))


def read_sheet(content: bytes) -> list[FleetRow]:
    """Return the rows of a sheet; raises SheetInvalidError naming every row that is wrong, and in which columns.

    Commas, semicolons and tabs may separate its cells, as spreadsheets write them here or there.
    """
    lines = _records(_text_of(content))
    found = next(lines, None)
    if found is None:
        raise SheetInvalidError([_wrong_at(_HEADER, "", "Missing", "the sheet is empty")])
    columns = _columns(found[1])
    reading = _Reading(columns)
    for number, cells in lines:
        if any(cell.strip() for cell in cells) and not reading.take(number, cells):
            break
    if not reading.rows and not reading.problems:
        reading.problems.append(_wrong_at(_HEADER + 1, "", "Missing", "the sheet names no image"))
    if reading.problems:
        raise SheetInvalidError(reading.problems)
    return reading.rows


class _Reading:
    """The rows that were read so far, and what was wrong with others."""

    def __init__(self, columns: list[Column | None]) -> None:
        self._columns = columns
        self._seen: dict[str, int] = {}
        self._taken = 0
        self.rows: list[FleetRow] = []
        self.problems: list[Problem] = []

    def take(self, number: int, cells: list[str]) -> bool:
        """Read one row, good or bad; tells whether there was room. The first for which there is none is named."""
        self._taken += 1
        if self._taken > MOST_MEMBERS:
            self._wrong(number, "", "TooMany", f"a fleet has at most {MOST_MEMBERS:,} images")
            return False
        if any(cell.strip() for cell in cells[len(self._columns) :]):
            self._wrong(number, "", _INVALID, f"it has {len(cells)} cells, and there are {len(self._columns)} columns")
        else:
            self._take_cells(number, cells)
        return True

    def _take_cells(self, number: int, cells: list[str]) -> None:
        body, problems = _body(number, zip(self._columns, cells, strict=False))
        row, more = _row_of_body(number, body)
        said = {problem.field for problem in problems}
        self.problems += [*problems, *(one for one in more if one.field not in said)]
        if row is not None:
            self._keep(number, row, is_whole=not problems)

    def _keep(self, number: int, row: FleetRow, *, is_whole: bool) -> None:
        source = row.request.source_image_id.lower()
        before = self._seen.setdefault(source, number)
        if before != number:
            self._wrong(number, IMAGE, "Duplicate", f"the image is in row {before} already")
        elif is_whole:
            self.rows.append(row)

    def _wrong(self, number: int, column: str, code: str, message: str) -> None:
        self.problems.append(_wrong_at(number, column, code, message))


def _row_of_body(number: int, body: Mapping[str, Any]) -> tuple[FleetRow | None, list[Problem]]:
    try:
        return FleetRow.model_validate(body, extra="forbid"), []
    except ValidationError as error:
        return None, [_of_column(number, problem) for problem in problems_of(error)]


def _of_column(number: int, problem: Problem) -> Problem:
    """Name the column in place of the field, and what of it is wrong behind it."""
    field, _, inside = problem.field.removeprefix("request.").partition(".")
    message = f"{inside}: {problem.message}" if inside else problem.message
    return _wrong_at(number, _FIELDS.get(field, field), problem.code, message)


def _body(number: int, cells: Iterable[tuple[Column | None, str]]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the JSON that a row's cells say, and what of them is none."""
    own: dict[str, Any] = {}
    request: dict[str, Any] = {}
    problems = []
    for column, cell in cells:
        if column is None or not (cell if column.name == OWNER else cell.strip()):
            continue
        try:
            (request if column.of_request else own)[column.field] = column.said(as_it_was(cell))
        except ValueError as error:
            problems.append(_wrong_at(number, column.name, _INVALID, str(error)))
    return {**own, "request": request}, problems


def _columns(names: list[str]) -> list[Column | None]:
    """Return the columns by their names, None for those that are passed over; raises SheetInvalidError for others."""
    told = [name.strip().lower() for name in names]
    while told and not told[-1]:
        told.pop()
    if len(told) > MOST_COLUMNS:
        message = f"it has {len(told):,} columns; at most {MOST_COLUMNS} are possible"
        raise SheetInvalidError([_wrong_at(_HEADER, "", "TooMany", message)])
    problems = []
    for name in dict.fromkeys(told):
        if name not in BY_NAME and not name.startswith(RESULT.strip()):
            known = f"there is no such column; known here: {', '.join(BY_NAME)}"
            problems.append(_wrong_at(_HEADER, name, "UnknownColumn", known))
        elif told.count(name) > 1:
            problems.append(_wrong_at(_HEADER, name, "Duplicate", "the column is there twice"))
    if IMAGE not in told:
        problems.append(_wrong_at(_HEADER, IMAGE, "Missing", "there is no column with the ids of the images"))
    if problems:
        raise SheetInvalidError(problems)
    return [BY_NAME.get(name) for name in told]


def _text_of(content: bytes) -> str:
    """Read the letters as spreadsheets write them: UTF-8, or UTF-16 where it says so at its beginning."""
    try:
        return content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        message = "it is not UTF-8: save it as “CSV UTF-8”"
        raise SheetInvalidError([_wrong_at(_HEADER, "", _INVALID, message)]) from error


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Return each record with the number of its row; a cell may hold line ends. Raises SheetInvalidError."""
    begin = text.partition("\n")[0]
    if begin.strip().lower() in {f"sep={one}".strip() for one in _SEPARATORS}:  # a line that Excel itself takes away
        text = text.partition("\n")[2]
        begin = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=begin.count)
    number = 0
    try:
        read = csv.reader(
            io.StringIO(text, newline=""), delimiter=separator, strict=True
        )  # an open quote takes in rows
        for number, cells in enumerate(read, _HEADER):
            yield number, cells
    except csv.Error as error:
        raise SheetInvalidError([_wrong_at(number + 1, "", _INVALID, f"it is no CSV: {error}")]) from error


def _csv_line(cells: Iterable[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def _wrong_at(number: int, column: str, code: str, message: str) -> Problem:
    place = f"row {number}, {column[:LONGEST_NAME]}" if column else f"row {number}"
    return Problem(field=place, code=code, message=message)
