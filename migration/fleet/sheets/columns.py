"""The columns of a sheet: a word for each field of a row, as tags and settings have it, and how its cell is written.

What the words cannot say is written as JSON. A cell that is empty says nothing, as a field that is left out.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from migration.asking.request import MigrationRequest
from migration.asking.tags import OPTIONS
from migration.fleet.member import FleetRow

IMAGE, LEAVE_OUT, WAVE, OWNER = "image", "leave-out", "wave", "owner"
RESULT = "result: "  # begins the names of columns that are there to be read, and are passed over when it comes back
_JSON = ("[", "{")


class Column(NamedTuple):
    """A column; `field` is the name of the field, `of_request` tells that it is one of the request's.

    `words` write a value of several parts as tags have it, `is_json` tells that its cell may be JSON instead.
    """

    name: str
    field: str
    of_request: bool = True
    words: Callable[[Any], str] | None = None

    @property
    def is_json(self) -> bool:
        return self.words is not None

    def said(self, cell: str) -> Any:
        """Return what a cell says, still to be judged; raises ValueError for what begins as JSON and is none."""
        if not (self.is_json and cell.lstrip().startswith(_JSON)):
            return cell
        try:
            return json.loads(cell)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"it begins as JSON and is none: {error}") from error


def _regions_in_words(regions: list[dict[str, Any]]) -> str:
    parts = [[one["name"], one.get("replicaCount"), one.get("storageAccountType")] for one in regions]
    return ",".join("=".join(str(part) for part in one if part is not None) for one in parts)


def _sets_in_words(sets: list[dict[str, Any]]) -> str:
    return ",".join(f"{one['region']}:{one['id']}" for one in sets)


def _plan_in_words(plan: dict[str, Any] | str) -> str:
    return plan if isinstance(plan, str) else "/".join(plan[part] for part in ("publisher", "product", "name"))


def _tags_in_words(tags: Mapping[str, str]) -> str:
    return ",".join(f"{name}={value}" for name, value in tags.items())


_WORDS: dict[str, Callable[[Any], str]] = {
    "targetRegions": _regions_in_words,
    "encryptionSets": _sets_in_words,
    "purchasePlan": _plan_in_words,
    "features": ",".join,
    "definitionTags": _tags_in_words,
}
_TARGET = {"gallery": "gallery", "definition": "imageDefinition", "version": "version"}
COLUMNS = (
    Column(IMAGE, "sourceImageId"),
    Column(LEAVE_OUT, "leftOut", of_request=False),
    Column(WAVE, "wave", of_request=False),
    Column(OWNER, "owner", of_request=False),
    *(Column(name, field, words=_WORDS.get(field)) for name, field in (_TARGET | OPTIONS).items()),
)
_SPELT = {"afterApproval": "after-approval"}
_MIDNIGHT = "T00:00:00Z"  # a day is its beginning, in UTC
_ANY_IMAGE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.Compute/images/i"
BY_NAME = {column.name: column for column in COLUMNS}


def cells_of(row: FleetRow) -> list[str]:
    """Return a cell for each column: in words where they say just this value, else as JSON."""
    own = row.dump()
    request = own.pop("request")
    return [_cell(column, (request if column.of_request else own).get(column.field)) for column in COLUMNS]


def _cell(column: Column, value: Any) -> str:
    if value is None or (column.name == LEAVE_OUT and not value):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if column.words is None:
        return _SPELT.get(str(value), str(value).removesuffix(_MIDNIGHT))
    words = column.words(value)
    return words if _says(column, words, value) else json.dumps(value, ensure_ascii=False)


def _says(column: Column, words: str, value: Any) -> bool:
    """Tell whether whoever reads these words gets this value, by the very types that read a request."""
    if not words.strip() or words.lstrip().startswith(_JSON):
        return False
    try:
        read = MigrationRequest.model_validate({"sourceImageId": _ANY_IMAGE, column.field: words}).dump()[column.field]
    except ValidationError:
        return False
    return bool(read == value)
