"""Lists that Resource Manager gathers from the regions of a provider: Compute's resources in a group or a subscription.

Their ids have the group in capitals, and the answer names the requests it was put together from. Where no such resource
is known, the provider is not asked and counts nothing. A list inside a resource comes from its one region, as it is.
"""

import re
import uuid
from typing import Any

from dev.emulator.vocabulary.request import ArmRequest, ArmResponse

_GATHERED = re.compile(r"/subscriptions/[^/]+(/resourceGroups/[^/]+)?/providers/Microsoft\.Compute/\w+", re.IGNORECASE)
_GROUP = re.compile(r"(?<=/resourceGroups/)[^/]+", re.IGNORECASE)


def completed(request: ArmRequest, response: ArmResponse, remaining: dict[str, str]) -> ArmResponse:
    """The provider's answer as it leaves, with what remains of its rate limits."""
    if request.method != "GET" or not _GATHERED.fullmatch(request.path):
        response.headers |= remaining
        return response
    found: list[dict[str, Any]] = response.body["value"]
    for document in found:
        document["id"] = _GROUP.sub(lambda name: name[0].upper(), document["id"], count=1)
    if found:
        asked = sorted({str(document.get("location")) for document in found})
        response.headers |= remaining | {"x-ms-original-request-ids": ",".join(str(uuid.uuid4()) for _ in asked)}
    return response
