"""Lets payloads be plain JSON and nothing else. Importing this module changes how the durable worker reads them.

The worker rebuilds Python objects from payloads that carry `__class__`, and fails the whole orchestration where it
cannot. Anyone with the system key can raise an event, so such a payload could end a migration. See
docs/decisions/0002-plain-json-payloads.md.
"""

import json
from typing import Any

from azure.durable_functions.internal import serialization


def read_payload(s: str, expected_type: type | None = None) -> Any:  # noqa: ARG001 - the signature it replaces
    """Read JSON as plain values; what is not JSON is handed on as the text it is, to be refused where it is used."""
    try:
        return json.loads(s)
    except (ValueError, RecursionError):
        return s


vars(serialization)["df_loads"] = read_payload
