"""What the API and the pages tell of a fleet: its own row, and how each of its images stands by the list."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from migration.fleet.fleet import Fleet
from migration.fleet.member import Member, MemberStage, Wave
from migration.telling.status import Status
from migration.values.outcome import Outcome, Phase
from migration.values.value import Value

_ASKED = {Phase.AWAITING_APPROVAL, Phase.SOAKING}


class Standing(StrEnum):
    """How an image of a fleet stands, in one word; what is shown first is first.

    An image is on its way until it is asked about, and again once it was decided; `passed` was not started by the
    fleet, which says why.
    """

    FAILED = "failed"
    ASKED = "asked"
    SOAKING = "soaking"
    ON_ITS_WAY = "onItsWay"
    WAITING = "waiting"
    KEPT = "kept"
    MIGRATED = "migrated"
    PASSED = "passed"
    LEFT_OUT = "leftOut"


class MemberShown(Value):
    """An image of a fleet, and how its migration stands.

    `status` is None as long as the list has none of a run of the fleet, or has none any more: how it ended the image
    itself says then.
    """

    member: Member
    standing: Standing
    status: Status | None = None

    @classmethod
    def of(cls, member: Member, status: Status | None) -> "MemberShown":
        """Join an image with its row of the list; a row of a run that the fleet did not start does not count, nor one
        that is still of the run before a retry.
        """
        is_begun = member.stage is MemberStage.STARTED
        own = status if status is not None and is_begun and status.run != member.retried else None
        return cls(member=member, standing=_standing(member, own), status=own)

    @property
    def outcome(self) -> Outcome | None:
        """How its migration ended, if it has."""
        return _outcome(self.member, self.status)

    @property
    def is_past_its_question(self) -> bool:
        """Tell whether it holds up no wave: it has ended, was passed, waits for people, or was decided by them."""
        is_decided = self.status is not None and self.status.approval is not None
        return is_decided or self.standing not in {Standing.WAITING, Standing.ON_ITS_WAY}


class WaveShown(Value):
    """How many images of a wave stand how."""

    wave: Wave
    counts: dict[Standing, int]


class FleetStand(Value):
    """A fleet, and how all of its images stand."""

    fleet: Fleet
    members: list[MemberShown]

    @property
    def counts(self) -> dict[Standing, int]:
        return _counted(self.members)

    @property
    def waves(self) -> list[WaveShown]:
        """Return the waves in their order."""
        by_wave: dict[int, list[MemberShown]] = {}
        for one in self.members:
            by_wave.setdefault(one.member.wave, []).append(one)
        return [WaveShown(wave=wave, counts=_counted(found)) for wave, found in sorted(by_wave.items())]


def _outcome(member: Member, status: Status | None) -> Outcome | None:
    """Say how it ended once its run is over: until then it can neither be told of nor begun anew."""
    if status is None:
        return member.ended
    return status.outcome if status.over else None


def _standing(member: Member, status: Status | None) -> Standing:
    if member.left_out:
        return Standing.LEFT_OUT
    if member.stage is not MemberStage.STARTED:
        return Standing.WAITING if member.stage is MemberStage.WAITING else Standing.PASSED
    outcome = _outcome(member, status)
    if outcome is not None:
        return Standing.FAILED if outcome.is_failure else _ended_well(outcome)
    if status is None or status.phase not in _ASKED:
        return Standing.ON_ITS_WAY
    return Standing.SOAKING if status.phase is Phase.SOAKING else Standing.ASKED


def _ended_well(outcome: Outcome) -> Standing:
    return Standing.MIGRATED if outcome.is_source_gone else Standing.KEPT


def _counted(members: Iterable[MemberShown]) -> dict[Standing, int]:
    found = Counter(one.standing for one in members)
    return {standing: found[standing] for standing in Standing if found[standing]}
