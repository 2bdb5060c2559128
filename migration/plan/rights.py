"""Which of Azure's actions a migration needs at which group, and whether the app's permissions there grant them."""

from fnmatch import fnmatchcase

from migration.plan.plan import Findings
from migration.values.record import Record

READ_SOURCE = (
    "Microsoft.Compute/images/read",
    "Microsoft.Compute/locations/capsOperations/read",
)
DELETE_SOURCE = (
    "Microsoft.Compute/images/delete",
    "Microsoft.Compute/locations/operations/read",
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Compute/virtualMachineScaleSets/read",
    "Microsoft.Authorization/locks/read",
)
WRITE_VERSION = (
    "Microsoft.Compute/galleries/read",
    "Microsoft.Compute/galleries/images/read",
    "Microsoft.Compute/galleries/images/versions/read",
    "Microsoft.Compute/galleries/images/versions/write",
)
WRITE_DEFINITION = ("Microsoft.Compute/galleries/images/write",)
WRITE_GALLERY = ("Microsoft.Compute/galleries/write",)

# Without these a migration still succeeds: the outcome is not left as a tag, a failed version is not removed.
TAG = ("Microsoft.Resources/tags/write",)
CLEAN_UP = ("Microsoft.Compute/galleries/images/versions/delete",)


class Permission(Record):
    """What one role grants: its actions less its notActions, both with wildcards."""

    actions: list[str] = []
    not_actions: list[str] = []

    def grants(self, action: str) -> bool:
        return _among(action, self.actions) and not _among(action, self.not_actions)


class Scope(Record):
    """A resource group and what the app may do there; `permissions` is None where that could not be read."""

    field: str
    id: str
    permissions: list[Permission] | None


def check_rights(scope: Scope, needed: tuple[str, ...], wished: tuple[str, ...], findings: Findings) -> None:
    """Note a problem for each needed action that is missing, and a remark for each one that is only wished for."""
    if scope.permissions is None:
        findings.note(f"not checked: the app's rights in {scope.id}")
        return
    for action in needed:
        if not _granted(action, scope.permissions):
            findings.problem(scope.field, "MissingRight", f"the app may not do {action} in {scope.id}")
    for action in wished:
        if not _granted(action, scope.permissions):
            findings.note(f"the app may not do {action} in {scope.id}; the migration can do without")


def _granted(action: str, permissions: list[Permission]) -> bool:
    return any(permission.grants(action) for permission in permissions)


def _among(action: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
