"""What Resource Manager puts on every answer: ids to trace the call by, and how many calls the subscription has left.

A call that the gateway itself refuses reaches nobody who counts, so nothing is said to remain. The limits of a
subscription are not emulated: the numbers never shrink. Those of Microsoft.Compute do (`misbehaving/throttling.py`).
Since 2024 a call is also counted for all regions together; older api-versions are answered as most of their records.
"""

import uuid
from datetime import UTC, datetime

from dev.emulator.vocabulary.errors import FROM_GATEWAY
from dev.emulator.vocabulary.request import ArmResponse

_ALWAYS = {
    "Cache-Control": "no-cache",
    "Pragma": "no-cache",
    "Expires": "-1",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
_REMAINING = {"GET": ("reads", 1099), "HEAD": ("reads", 1099), "DELETE": ("deletes", 799)}
_REMAINING_WRITES = ("writes", 799)
_REGIONS_COUNTED_TOGETHER = 15  # so many times what is left in one region is left in all
_COUNTED_TOGETHER_SINCE = "2021-10-01"
_ENTRANCE = "LOCALHOST"  # the region whose front door a call came through
_COUNTED = "x-ms-ratelimit-"


def completed(response: ArmResponse, method: str, path: str, api_version: str, now: datetime) -> ArmResponse:
    """The answer with what every answer carries."""
    request_id, correlation_id = str(uuid.uuid4()), str(uuid.uuid4())
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    traced = {
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": correlation_id,
        "x-ms-routing-request-id": f"{_ENTRANCE}:{stamp}:{correlation_id}",
    }
    response.headers = _ALWAYS | traced | _counted(response.headers, method, path, api_version)
    return response


def _counted(headers: dict[str, str], method: str, path: str, api_version: str) -> dict[str, str]:
    if FROM_GATEWAY.items() <= headers.items():
        return {name: value for name, value in headers.items() if not name.startswith(_COUNTED)}
    level = "subscription" if path.lower().startswith("/subscriptions/") else "tenant"
    calls, number = _REMAINING.get(method, _REMAINING_WRITES)
    counted = {**headers, f"{_COUNTED}remaining-{level}-{calls}": str(number)}
    if level == "subscription" and api_version >= _COUNTED_TOGETHER_SINCE:
        counted[f"{_COUNTED}remaining-{level}-global-{calls}"] = str(number * _REGIONS_COUNTED_TOGETHER)
    return counted
