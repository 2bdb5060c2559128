"""A disk encryption set as read from Azure: it holds the customer's key for the disks of one region."""

from migration.values.value import Value


class EncryptionSet(Value):
    """`kind` is Azure's encryption type: a set for confidential machines encrypts no other disks."""

    id: str
    location: str
    kind: str = ""
