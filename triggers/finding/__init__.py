"""Finds the migration that a request is about: in the record, with the task hub asked only whether it is there."""
