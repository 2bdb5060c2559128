"""Azure Resource Graph: what there is in all subscriptions together, a thousand rows a call.

It lags behind by seconds to minutes, and shows what the app may read. Good to find things by; never the last word.
"""

import re
from datetime import datetime
from typing import Any

from arm.resources.images import image_from
from arm.resources.subscriptions import list_subscriptions
from arm.transport.client import read_body, send
from arm.transport.reading import each_understood, items_of, next_of
from migration.promise.evidence import Consumer
from migration.resources.image import ManagedImage
from migration.values.tags import find_tag

_API_VERSION = "2022-10-01"
_PAGE = 1000
_IMAGE_ID = re.compile(r"/subscriptions/[\w-]+/resourcegroups/[^/\"]+/providers/microsoft\.compute/images/[\w.-]*\w")
_TAGGED = """resources
| where type =~ 'microsoft.compute/images'
| where tostring(tags) contains '{key}'
| project id, name, location, tags, properties
| order by id asc"""
_NAMING = """resources
| where type !~ 'microsoft.compute/images'
| where tostring(properties) contains '/providers/microsoft.compute/images/'
| project id, type, properties
| order by id asc"""


async def find_tagged_images(key: str) -> list[ManagedImage]:
    """Return every image that bears the tag, in any case of its letters. When it was made is not told: no `content`."""
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    rows = [row | {"systemData": None} for row in await _rows(_TAGGED.format(key=quoted))]
    images = [image for image in each_understood(ManagedImage, image_from, rows) if image.unreadable is None]
    return [image.changed(content="", created_at=None) for image in images if find_tag(image.tags, key) is not None]


async def who_names_images(not_before: datetime | None = None) -> dict[str, list[Consumer]]:
    """Return who names which image (by its lower-case id) anywhere in its properties, resources of any type.

    In the subscriptions that can be seen now, or could be at `not_before`.
    """
    found: dict[str, list[Consumer]] = {}
    for row in await _rows(_NAMING, not_before):
        for image_id in _ids_in(row["properties"]):
            found.setdefault(image_id, []).append(Consumer(id=row["id"], kind=row["type"]))
    return found


def _ids_in(value: Any) -> set[str]:
    """Return the ids of managed images in the texts of a document, in lower case; some hold JSON themselves."""
    if isinstance(value, dict):
        return set().union(*map(_ids_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(_ids_in, value))
    return set(_IMAGE_ID.findall(value.lower())) if isinstance(value, str) else set()


async def _rows(query: str, not_before: datetime | None = None) -> list[dict[str, Any]]:
    """Return every row; raises ArmError where Resource Graph refuses."""
    subscriptions = await list_subscriptions(not_before)
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    token: str | None = None
    while True:
        options = {"resultFormat": "objectArray", "$top": _PAGE} | ({"$skipToken": token} if token else {})
        body = {"subscriptions": subscriptions, "query": query, "options": options}
        url = f"/providers/Microsoft.ResourceGraph/resources?api-version={_API_VERSION}"
        page = await read_body(await send("POST", url, body))
        rows += items_of(page, "data")
        token = next_of(page, seen, "$skipToken")
        if not token:
            return rows
