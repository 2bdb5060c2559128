"""What Resource Manager puts on every answer: ids to trace the call by, and how many calls the subscription has left.

A call that the gateway itself refuses reaches nobody who counts, so nothing is said to remain. Since 2024 a
subscription is counted twice: for who calls, and for all its callers (`global`); older api-versions are answered as
most of their records. These limits are not emulated: the numbers, as recorded, never shrink. Those of
Microsoft.Compute do (`misbehaving/throttling.py`).
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
_CALLS = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}  # all else: writes
_REMAINING = {
    "subscription-reads": "1099",
    "subscription-global-reads": "16499",
    "subscription-writes": "199",
    "subscription-global-writes": "2999",
    "subscription-deletes": "199",
    "subscription-global-deletes": "2999",
    "tenant-reads": "2199",
    "tenant-writes": "1199",
    "tenant-deletes": "14999",
}
_ALL_CALLERS_COUNTED_SINCE = "2021-10-01"
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
    levels = ["subscription" if path.lower().startswith("/subscriptions/") else "tenant"]
    if levels == ["subscription"] and api_version >= _ALL_CALLERS_COUNTED_SINCE:
        levels.append("subscription-global")
    counted = [f"{level}-{_CALLS.get(method, 'writes')}" for level in levels]
    return headers | {f"{_COUNTED}remaining-{name}": _REMAINING[name] for name in counted}
