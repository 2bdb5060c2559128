"""Api-versions the emulator answers, per resource type: those of the API definitions, the Python SDK and `az`,
and older ones whose answers differ.
"""

IMAGES = frozenset(
    [
        "2018-06-01",
        "2018-10-01",
        "2019-03-01",
        "2019-07-01",
        "2019-12-01",
        "2020-06-01",
        "2020-12-01",
        "2021-11-01",
        "2022-08-01",
        "2022-11-01",
        "2023-09-01",
        "2024-03-01",
        "2024-07-01",
        "2024-11-01",
        "2025-04-01",
        "2026-04-01",
    ]
)
GALLERIES = frozenset(
    [
        "2018-06-01",
        "2019-03-01",
        "2019-07-01",
        "2019-12-01",
        "2020-09-30",
        "2021-10-01",
        "2022-01-03",
        "2022-03-03",
        "2022-08-03",
        "2023-07-03",
        "2024-03-03",
        "2025-03-03",
        "2025-12-03",
        "2026-03-03",
    ]
)
ENCRYPTION_SETS = frozenset({"2022-07-02", "2023-04-02", "2023-10-02", "2024-03-02", "2025-01-02", "2026-03-02"})
MACHINES = frozenset({"2022-11-01", "2023-09-01", "2024-07-01", "2024-11-01", "2025-04-01", "2026-04-01"})


def any_version(_api_version: str) -> bool:
    """Operation URLs carry a version of the service's choosing, not the client's."""
    return True
