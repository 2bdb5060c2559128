"""What Resource Manager puts on every answer: ids to trace the call by, and how many calls the subscription has left.

A call that the gateway itself refuses reaches nobody who counts, so nothing is said to remain. The limits of a
subscription are not emulated: the numbers never shrink. Those of Microsoft.Compute do (`misbehaving/throttling.py`).
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
_REMAINING = {"GET": ("reads", "11999"), "HEAD": ("reads", "11999"), "DELETE": ("deletes", "14999")}
_REMAINING_WRITES = ("writes", "1199")
_ENTRANCE = "LOCALHOST"  # the region whose front door a call came through
_COUNTED = "x-ms-ratelimit-"


def completed(response: ArmResponse, method: str, path: str, now: datetime) -> ArmResponse:
    """The answer with what every answer carries."""
    request_id, correlation_id = str(uuid.uuid4()), str(uuid.uuid4())
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    traced = {
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": correlation_id,
        "x-ms-routing-request-id": f"{_ENTRANCE}:{stamp}:{correlation_id}",
    }
    response.headers = _ALWAYS | traced | _counted(response.headers, method, path)
    return response


def _counted(headers: dict[str, str], method: str, path: str) -> dict[str, str]:
    if FROM_GATEWAY.items() <= headers.items():
        return {name: value for name, value in headers.items() if not name.startswith(_COUNTED)}
    level = "subscription" if path.lower().startswith("/subscriptions/") else "tenant"
    calls, number = _REMAINING.get(method, _REMAINING_WRITES)
    return {**headers, f"{_COUNTED}remaining-{level}-{calls}": number}
