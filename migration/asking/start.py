"""What a migration starts with: whose wish, for which image. Signed by the trigger, which alone knows who asked."""

from datetime import datetime, timedelta
from typing import Any, Literal

from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings
from migration.asking.signing import LinkInvalidError, Signer, SigningKeyMissingError
from migration.values.ids import instance_id_for
from migration.values.problems import Problem
from migration.values.record import Record

UNKNOWN_REQUESTER = "unknown: it was not started by this app's tag or API"
_PURPOSE = "start"


class Patience(Record):
    """How long an orchestration waits, taken from the settings when it starts. Nothing that is allowed hangs on it."""

    poll_interval: timedelta
    poll_interval_max: timedelta
    replication: timedelta
    reminder: timedelta
    escalation: timedelta
    expiry: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Patience":
        return cls(
            poll_interval=settings.poll_interval,
            poll_interval_max=settings.poll_interval_max,
            replication=settings.replication_patience,
            reminder=settings.approval_reminder,
            escalation=settings.approval_escalation,
            expiry=settings.approval_expiry,
        )


class MigrationStart(Record):
    """The input of a migration. `asked_by` is "tag" or "request"; `problems` are those of tags that made no sense.

    `fingerprint` is that of the source's tags when it started, `source_content` that of its disks: the same tags on the
    same image do not start it again. `requester_ids` are the object id and user name of who asked, as far as they are
    known. `run` names this start among others of the image; `signed` is all of this as the app signed it.
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
    patience: Patience
    run: str = ""
    started_at: datetime | None = None
    signed: str | None = None


def signed_start(start: MigrationStart, run: str, at: datetime, settings: Settings) -> MigrationStart:
    """Return the start as one of this very moment, signed; without a signing key nobody can vouch for it later."""
    fresh = start.model_copy(update={"run": run, "started_at": at, "signed": None})
    try:
        return fresh.model_copy(update={"signed": Signer(settings, _PURPOSE).sign(fresh)})
    except SigningKeyMissingError:
        return fresh


def trusted_start(start: MigrationStart, settings: Settings) -> MigrationStart:
    """Return the start as the app signed it. Of one that nobody signed, neither who asked nor when is believed."""
    try:
        known = Signer(settings, _PURPOSE).read(start.signed or "", MigrationStart)
    except (LinkInvalidError, SigningKeyMissingError):
        known = None
    if known is not None and known.id == start.id == instance_id_for(known.source_image_id):
        return known.model_copy(update={"signed": start.signed})
    unknown: dict[str, Any] = {
        "requested_by": UNKNOWN_REQUESTER,
        "requester_ids": [],
        "started_at": None,
        "signed": None,
    }
    return start.model_copy(update=unknown)
