"""What can go wrong with the store of records, sorted by what the caller can do about it."""


class RecordsUnavailableError(Exception):
    """The store gave no usable answer; a write may have happened all the same. A retry may cure it."""


class RecordUnreadableError(RecordsUnavailableError):
    """The record of one image makes no sense to this version of the app; those of others may."""


class RecordTooNewError(RecordUnreadableError):
    """The record of one image may be acted on by a later version of the app only."""


class RecordsMissingError(Exception):
    """No storage account is configured: nothing can be asked, and nothing may be deleted."""
