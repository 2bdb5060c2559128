"""How often one principal may ask: a number of queries in each window, which begins with its first query."""

import math
from datetime import timedelta

from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.vocabulary.tokens import claims_of
from dev.emulator.world import World

WINDOW = timedelta(seconds=5)


def count_query(world: World, request: ArmRequest) -> tuple[bool, dict[str, str]]:
    """Whether the query may be answered, and the headers that say what remains and for how many real seconds."""
    principal = str(claims_of(request.headers.get("authorization", "")).get("oid", ""))
    now = world.clock.now()
    begun, asked = world.queries.get(principal, (now, 0))
    if now >= begun + WINDOW:
        begun, asked = now, 0
    world.queries[principal] = begun, asked + 1
    remaining = world.settings.queries_allowed - asked - 1
    left = world.clock.retry_after_seconds(max(1, math.ceil((begun + WINDOW - now).total_seconds())))
    headers = {
        "x-ms-user-quota-remaining": str(max(0, remaining)),
        "x-ms-user-quota-resets-after": f"00:00:{left:02}",
    }
    if remaining < 0 and world.settings.throttled_with_retry_after:
        headers["Retry-After"] = str(left)
    return remaining >= 0, headers
