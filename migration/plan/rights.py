"""What may stand in a migration's way: actions that the app's permissions do not grant, and locks.

Rights count where they were given: at the image, the definition or the gallery itself, or anywhere above. Those to see
who uses an image count at whole subscriptions alone: a list holds what its reader may read, and hides the rest.
"""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from migration.plan.plan import Findings
from migration.resources.lock import Lock
from migration.users.kinds import EVERY_READ, KINDS
from migration.values.value import Value

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
SEE_USERS = (
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Compute/virtualMachineScaleSets/read",
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read",
    "Microsoft.Compute/galleries/read",
    "Microsoft.Compute/galleries/images/read",
    "Microsoft.Compute/galleries/images/versions/read",
)
LOOK = "Image migration: look"  # the role that holds them, as `infra/roles.json` names it
MOST_NAMED = 5  # subscriptions in one message
WRITE_VERSION = (
    "Microsoft.Compute/galleries/read",
    "Microsoft.Compute/galleries/images/read",
    "Microsoft.Compute/galleries/images/versions/read",
    "Microsoft.Compute/galleries/images/versions/write",
)
WRITE_DEFINITION = ("Microsoft.Compute/galleries/images/write",)
WRITE_GALLERY = ("Microsoft.Compute/galleries/write",)

# Without this a migration still succeeds: the outcome is not left as a tag.
TAG = ("Microsoft.Resources/tags/write",)


class Permission(Value):
    """What one role grants: its actions less its notActions, both with wildcards."""

    actions: list[str] = []
    not_actions: list[str] = []

    def grants(self, action: str) -> bool:
        return _among(action, self.actions) and not _among(action, self.not_actions)


class Scope(Value):
    """A resource, group or subscription, and what the app may do there; `permissions` is None where nobody can tell."""

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


def are_enough(scope: Scope, actions: Iterable[str]) -> bool:
    """Tell whether all of these actions are known to be granted."""
    return scope.permissions is not None and all(_granted(action, scope.permissions) for action in actions)


def hidden_users(scope: Scope) -> str | None:
    """Say that machines and galleries of a subscription cannot all be seen, and why; None where they can."""
    if scope.permissions is None:
        return f"{scope.id}, where the app's own rights cannot be read"
    missing = [action for action in SEE_USERS if not _granted(action, scope.permissions)]
    return f"{scope.id}, where the app may not do {', '.join(missing)}" if missing else None


def hidden_kinds(scopes: Iterable[Scope]) -> dict[str, str]:
    """Say of each kind that Resource Graph tells of, where those of it may be hidden; it is silent on what it hides."""
    hidden: dict[str, list[str]] = {}
    for scope in scopes:
        for kind in KINDS:
            if not all(_may_read(action, scope.permissions or []) for action in kind.reads):
                hidden.setdefault(kind.key, []).append(scope.id)
    return {key: f"the app may not read them in {_first(places)}" for key, places in hidden.items()}


def _may_read(action: str, permissions: list[Permission]) -> bool:
    if action != EVERY_READ:
        return _granted(action, permissions)
    return any(_among(action, one.actions) and not any(map(_hides, one.not_actions)) for one in permissions)


def _hides(not_action: str) -> bool:
    return not_action.lower().rpartition("/")[2] in {"read", "*"}


def _first(places: list[str]) -> str:
    more = [f"{len(places) - MOST_NAMED} more"] if len(places) > MOST_NAMED else []
    return ", ".join([*places[:MOST_NAMED], *more])


def users_not_visible(hidden: Sequence[str]) -> str:
    """Say in which subscriptions users of an image cannot be seen, and what to do about it."""
    more = [f"{len(hidden) - MOST_NAMED} more"] if len(hidden) > MOST_NAMED else []
    where = "; in ".join([*hidden[:MOST_NAMED], *more])
    remedy = f'give the app the role "{LOOK}" at the subscription, not on groups alone'
    return f"who uses the source image cannot be seen in {where}: {remedy}"


def check_gallery_locks(locks: Iterable[Lock] | None, version_id: str, findings: Findings) -> None:
    """A lock that makes things read-only at the version's place, or above it, refuses every write there."""
    if locks is None:
        findings.note("not checked: whether a lock protects the gallery")
        return
    for lock in locks:
        if lock.is_read_only and lock.covers(version_id):
            message = f"lock {lock.name} ({lock.level}) at {lock.scope} lets nothing be written: remove it first"
            findings.problem("gallery", "GalleryLocked", message)


def check_source_locks(locks: Iterable[Lock] | None, image_id: str, findings: Findings, *, deletes: bool) -> None:
    """Locks of the source keep it; one that makes it read-only keeps the outcome from being left on it, too."""
    if locks is None:
        findings.note("not checked: whether a lock protects the source image")
        return
    for lock in [one for one in locks if one.covers(image_id)]:
        if deletes:
            held = f"lock {lock.name} ({lock.level}) at {lock.scope}"
            findings.note(f"as things stand the source will be kept: {held}")
        elif lock.is_read_only:
            findings.note(f"the outcome cannot be left as a tag: lock {lock.name} ({lock.level}) at {lock.scope}")


def _granted(action: str, permissions: list[Permission]) -> bool:
    return any(permission.grants(action) for permission in permissions)


def _among(action: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
