"""After the change: names the role assignments of earlier deployments that this one does not contain any more.

A deployment adds and never removes. What a narrower choice, another region or an `azd down` leaves behind is a right
that somebody still has, so the commands that take it away are printed. They are not run: the groups may be others'.
Only deployments of this app count: another project's environment may have the same name.
"""

from __future__ import annotations

import sys
from typing import Any

from infra.hooks.azure import AzureError, az, deployments, made, succeeded

ASSIGNMENT = "/providers/microsoft.authorization/roleassignments/"


def main() -> int:
    try:
        stays = left_behind()
    except AzureError as error:
        print(f"Rights that stay behind could not be looked for: {error}", file=sys.stderr)
        return 0  # the deployment itself is done
    if stays:
        print("These rights of earlier deployments are not part of this one and stay until you take them away:")
    for path in stays:
        print(f"  az role assignment delete --ids {path}")
    return 0


def left_behind() -> list[str]:
    """Ids of the assignments that earlier deployments made, the last one did not, and Azure still has."""
    history = deployments()
    last = next((one for one in history if succeeded(one)), None)
    if last is None:
        return []
    stays = _assignments_of(last)
    gone = {key: path for one in history for key, path in _assignments_of(one).items() if key not in stays}
    scopes = sorted({path[: key.index(ASSIGNMENT)] for key, path in gone.items()})
    there = {path.lower() for scope in scopes for path in _assignments_at(scope)}
    return sorted(path for key, path in gone.items() if key in there)


def _assignments_of(deployment: dict[str, Any]) -> dict[str, str]:
    """Their ids as Azure writes them, by those in lower case."""
    return {path.lower(): path for path in made(deployment) if ASSIGNMENT in path.lower()}


def _assignments_at(scope: str) -> list[str]:
    try:
        return [one["id"] for one in az("role", "assignment", "list", "--scope", scope)]
    except AzureError:
        return []  # the scope itself is gone, and its assignments with it


if __name__ == "__main__":
    sys.exit(main())
