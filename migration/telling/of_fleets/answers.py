"""The shapes of what the HTTP API answers about fleets."""

from datetime import datetime

from pydantic import Field

from migration.asking.orders import Order, Reason
from migration.fleet.fleet import Fleet, FleetStage, FleetTerms
from migration.fleet.member import Wave
from migration.telling.answers import Links
from migration.telling.of_fleets.standing import MemberShown, Standing, WaveShown
from migration.values.answer import Refusal
from migration.values.ids import instance_id_for
from migration.values.outcome import Outcome, Phase
from migration.values.value import Value


class FleetStep(Order):
    """Why a fleet is paused, resumed, cancelled or has its failed images tried again."""

    reason: Reason = ""


class FleetLinks(Value):
    """Our own links of a fleet."""

    own: str = Field(alias="self")
    pause: str
    resume: str
    cancel: str
    retry: str
    results: str
    questions: str
    approval: str

    @classmethod
    def of(cls, fleet_id: str, address: str) -> "FleetLinks":
        """Return the links of a fleet, where the API is at this address."""
        own = f"{address}/fleets/{fleet_id}"
        return cls.model_validate({"self": own} | {name: f"{own}/{name}" for name in cls.model_fields if name != "own"})


class FleetShown(Value):
    """A fleet by its own row. `by`, `reason` and `at` are of whoever brought it into its stage."""

    id: str
    name: str
    stage: FleetStage
    size: int
    terms: FleetTerms
    requested_by: str
    by: str
    reason: str
    at: datetime
    created_at: datetime
    over_at: datetime | None
    links: FleetLinks

    @classmethod
    def of(cls, fleet: Fleet, address: str) -> "FleetShown":
        known = {name: value for name, value in fleet.__dict__.items() if name in cls.model_fields}
        return cls(**known, links=FleetLinks.of(fleet.id, address))


class ImageOfFleet(Value):
    """An image of a fleet. `why` says why it was passed; `outcome` is how its run ended, if it has."""

    number: int
    source_image_id: str
    migration_id: str
    wave: Wave
    owner: str
    standing: Standing
    run: str | None
    why: Refusal | None
    phase: Phase | None
    waiting_for: str | None
    image_version_id: str | None
    outcome: Outcome | None
    links: Links

    @classmethod
    def of(cls, shown: MemberShown, links: Links) -> "ImageOfFleet":
        member, status = shown.member, shown.status
        return cls(
            number=member.number,
            source_image_id=member.request.source_image_id,
            migration_id=instance_id_for(member.request.source_image_id),
            wave=member.wave,
            owner=member.owner,
            standing=shown.standing,
            run=status.run if status else member.run,
            why=member.why,
            phase=status.phase if status else None,
            waiting_for=status.waiting_for if status else None,
            image_version_id=status.image_version_id if status else None,
            outcome=shown.outcome,
            links=links,
        )


class FleetInFull(FleetShown):
    """A fleet: how many of its images stand how, in all and in each wave, and a page of them."""

    counts: dict[Standing, int]
    waves: list[WaveShown]
    images: list[ImageOfFleet]
    next_link: str | None


class FleetPage(Value):
    """A page of fleets, the latest first."""

    fleets: list[FleetShown]
    next_link: str | None
