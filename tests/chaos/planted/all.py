"""All safeguards that are undone, one at a time."""

from tests.chaos.planted.deciding import DECIDING
from tests.chaos.planted.promise import PROMISE
from tests.chaos.planted.running import RUNNING
from tests.chaos.planted.safeguard import Safeguard
from tests.chaos.planted.writing import WRITING

SAFEGUARDS: dict[str, Safeguard] = {one.name: one for one in (*PROMISE, *DECIDING, *WRITING, *RUNNING)}
