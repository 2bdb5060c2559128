"""Azure Resource Graph: what there is in all subscriptions together, a thousand rows a call.

It lags behind, mostly by seconds to minutes, and shows what the app may read. Good to find things by; never the last
word.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from arm.resources.images import image_from
from arm.resources.subscriptions import list_subscriptions
from arm.transport.client import read_body, send
from arm.transport.reading import each_understood, items_of, next_of
from migration.resources.image import ManagedImage
from migration.users.naming import Path
from migration.users.own_disk import has_own_disks
from migration.values.image_version.purchase_plan import PurchasePlan, purchase_plan_of
from migration.values.tags import find_tag

_API_VERSION = "2022-10-01"
_PAGE = 1000
_IMAGE_ID = re.compile(r"/subscriptions/[\w-]+/resourcegroups/[^/\"]+/providers/microsoft\.compute/images/[\w.-]*\w")
_TAGGED = """resources
| where type =~ 'microsoft.compute/images'
| where tostring(tags) contains '{key}'
| project id, name, location, tags, properties
| order by id asc"""
_TABLES = ("resources", "servicefabricresources")  # the second has the node types of managed clusters
_NAMING = """{table}
| where type !~ 'microsoft.compute/images'
| where tostring(properties) contains '/providers/microsoft.compute/images/'
| project id, type, properties
| order by id asc"""
_OF_TYPES = """resources
| where type in~ ({types})
| project id, type, properties
| order by id asc"""
_MACHINES_WITH_PLANS = """resources
| where type =~ 'microsoft.compute/virtualmachines'
| where tostring(plan) != ''
| project id, plan
| order by id asc"""


class Naming(NamedTuple):
    """A resource that names an image, and the paths at which it does; `needs` tells of a machine or an image version
    whether it needs the image by what is seen of it here: it has no disks of its own, or is not finished.
    """

    id: str
    type: str
    paths: list[Path]
    needs: bool = True


async def find_tagged_images(key: str) -> list[ManagedImage]:
    """Return every image that bears the tag, in any case of its letters. When it was made is not told: no `content`."""
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    subscriptions = await list_subscriptions()
    rows = [row | {"systemData": None} for row in await _rows(_TAGGED.format(key=quoted), subscriptions)]
    images = [image for image in each_understood(ManagedImage, image_from, rows) if image.unreadable is None]
    return [image.changed(content="", created_at=None) for image in images if find_tag(image.tags, key) is not None]


async def who_names_images(subscriptions: list[str]) -> dict[str, list[Naming]]:
    """Return who names which image (by its lower-case id) anywhere in its properties, resources of any type."""
    found: dict[str, list[Naming]] = {}
    for table in _TABLES:
        for row in await _rows(_NAMING.format(table=table), subscriptions):
            for image_id, paths in paths_by_id(row["properties"]).items():
                naming = Naming(row["id"], row["type"], paths, _needs_it(row))
                found.setdefault(image_id, []).append(naming)
    return found


async def find_machine_plans(subscriptions: list[str]) -> dict[str, PurchasePlan]:
    """Return the Marketplace plan of each machine that has one, by its lower-case id."""
    plans = {row["id"].lower(): row["plan"] for row in await _rows(_MACHINES_WITH_PLANS, subscriptions)}
    return {machine: plan for machine, shown in plans.items() if (plan := purchase_plan_of(shown))}


def _needs_it(row: dict[str, Any]) -> bool:
    properties = row["properties"] or {}
    if row["type"].lower() == "microsoft.compute/virtualmachines":
        return not has_own_disks(row)
    if row["type"].lower() == "microsoft.compute/galleries/images/versions":
        mode = (properties.get("publishingProfile") or {}).get("replicationMode") or "Full"
        return mode != "Full" or properties.get("provisioningState") != "Succeeded"
    return True


async def find_of_types(types: Iterable[str], subscriptions: list[str]) -> list[dict[str, Any]]:
    """Return every resource of these types (in lower case), with `id`, `type` and `properties`."""
    return await _rows(_OF_TYPES.format(types=", ".join(f"'{one}'" for one in sorted(types))), subscriptions)


def paths_by_id(properties: Any) -> dict[str, list[Path]]:
    """Return the paths at which a document names managed images, by the id of each, in lower case.

    Some texts hold JSON themselves: what stands in it is named at the path of the text.
    """
    found: dict[str, list[Path]] = {}
    for path, text in _texts(properties, ()):
        for image_id in set(_IMAGE_ID.findall(text.lower())):
            found.setdefault(image_id, []).append(path)
    return found


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, (*path, name.lower()))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, path)
    elif isinstance(value, str):
        yield path, value


async def _rows(query: str, subscriptions: list[str]) -> list[dict[str, Any]]:
    """Return every row; raises ArmError where Resource Graph refuses."""
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
