"""What a migration starts with: whose wish, for which image. It stands in the record before anything begins."""

from datetime import timedelta
from typing import Literal

from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings
from migration.values.problems import Problem
from migration.values.value import Stored


class Patience(Stored):
    """How long a run waits, taken from the settings when it starts. Nothing that is allowed hangs on it."""

    poll_interval: timedelta
    poll_interval_max: timedelta
    replication: timedelta
    reminder: timedelta
    escalation: timedelta
    expiry: timedelta
    obstacle: timedelta = timedelta(days=2)

    @property
    def absence(self) -> timedelta:
        """How long something has to be looked for in vain before it may count as gone: some looks at replication."""
        return self.poll_interval * 10

    @classmethod
    def of(cls, settings: Settings) -> "Patience":
        return cls(
            poll_interval=settings.poll_interval,
            poll_interval_max=settings.poll_interval_max,
            replication=settings.replication_patience,
            reminder=settings.approval_reminder,
            escalation=settings.approval_escalation,
            expiry=settings.approval_expiry,
            obstacle=settings.patience,
        )


class MigrationStart(Stored):
    """What was asked for an image. `asked_by` is "tag" or "request"; `problems` are those of tags that made no sense.

    `fingerprint` is that of the source's tags when it started, `source_content` and `source_shape` tell its disks: the
    same tags on the same image do not start it again. `requester_ids` are the object id and user name of who asked, as
    far as they are known; `fleet` is the id of the fleet that started it.
    """

    id: str
    source_image_id: str
    request: MigrationRequest | None
    problems: list[Problem] = []
    asked_by: Literal["tag", "request"]
    requested_by: str
    requester_ids: list[str] = []
    fingerprint: str
    source_content: str = ""
    source_shape: str = ""
    fleet: str | None = None
    patience: Patience
