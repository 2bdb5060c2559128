"""What can go wrong with the store of records, sorted by what the caller can do about it."""


class RecordsUnavailableError(Exception):
    """The store gave no usable answer; a write may have happened all the same. A retry may cure it."""


class RecordsMissingError(Exception):
    """No storage account is configured: nothing can be asked, and nothing may be deleted."""
