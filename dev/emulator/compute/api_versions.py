"""Api-versions the emulator answers, per resource type: those of the API definitions, the Python SDK and `az`."""

IMAGES = frozenset({"2024-07-01", "2024-11-01", "2026-04-01"})
GALLERIES = frozenset({"2021-10-01", "2024-03-03", "2026-03-03"})
MACHINES = frozenset({"2024-07-01", "2024-11-01", "2026-04-01"})


def any_version(_api_version: str) -> bool:
    """Operation URLs carry a version of the service's choosing, not the client's."""
    return True
