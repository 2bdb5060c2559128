"""After the change: names the role assignments of earlier deployments that this one does not contain any more.

A deployment adds and never removes. What a narrower choice, another region or an `azd down` leaves behind is a right
that somebody still has, so the commands that take it away are printed. They are not run: the groups may be others'.
"""

import sys

from infra.hooks.azure import AzureError, az, deployments, made

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
    history = [{path.lower(): path for path in made(one) if ASSIGNMENT in path.lower()} for one in deployments()]
    if not history:
        return []
    last, *earlier = history
    gone = {key: path for one in earlier for key, path in one.items() if key not in last}
    scopes = sorted({path[: key.index(ASSIGNMENT)] for key, path in gone.items()})
    there = {path.lower() for scope in scopes for path in _assignments_at(scope)}
    return sorted(path for key, path in gone.items() if key in there)


def _assignments_at(scope: str) -> list[str]:
    try:
        return [one["id"] for one in az("role", "assignment", "list", "--scope", scope)]
    except AzureError:
        return []  # the scope itself is gone, and its assignments with it


if __name__ == "__main__":
    sys.exit(main())
