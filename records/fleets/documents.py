"""A row of a fleet's: a document in as many columns as it takes, and how it is read again."""

from typing import Any

from migration.values.lengths import STORED
from migration.values.value import FORMAT, Stored
from records.chunks import as_json, joined, split
from records.errors import RecordUnreadableError


def row_of(partition: str, key: str, document: Stored) -> dict[str, Any]:
    return {"PartitionKey": partition, "RowKey": key, "format": FORMAT, **split(as_json(document.dump()))}


def document_in[Kind: Stored](kind: type[Kind], entity: Any, what: str) -> Kind:
    """Read a row; raises RecordUnreadableError, which names it as `what`, for one that makes no sense."""
    try:
        return kind.model_validate_json(joined(entity), context=STORED)
    except ValueError as error:
        raise RecordUnreadableError(f"{what} cannot be read: {type(error).__name__}") from error
