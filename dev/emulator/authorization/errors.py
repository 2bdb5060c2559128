"""The refusals of Microsoft.Authorization, in the form of the table in `dev/emulator/vocabulary/errors.py`."""

from dev.emulator.vocabulary.errors import ErrorKind

LOCK_NOT_FOUND = ErrorKind(404, "LockNotFound", "The lock '{name}' could not be found.", unverified=("code", "message"))
LOCK_LEVEL_INVALID = ErrorKind(
    400,
    "InvalidLockLevel",
    "The lock level '{level}' is not one of CanNotDelete, ReadOnly, NotSpecified.",
    unverified=("code", "message"),
)
