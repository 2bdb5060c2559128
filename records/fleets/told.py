"""How far people have been told of a fleet: a row for each, changed by compare-and-swap, and one for each link sent.

Of links only digests are kept, by which they are found; a link allows nothing but to look at the questions of a fleet
and answer them one by one, under the rules that each image's own link is under.
"""

from collections.abc import Callable
from dataclasses import dataclass

from migration.fleet.told import FleetLink, FleetTold
from records.errors import RecordsUnavailableError
from records.fleets.documents import document_in, row_of
from records.fleets.members import remove_rows
from records.table import ChangedMeanwhileError, find, put, remove, write

TOLD, LINKS = "fleettold", "fleetlinks"
ATTEMPTS = 20


@dataclass
class HeldTold:
    """How far people have been told, as this caller last saw it, with the etag that goes with it (None: no row)."""

    told: FleetTold
    etag: str | None


async def hold_told(fleet_id: str) -> HeldTold | None:
    """Read how far people have been told of a fleet; None where nobody has been yet."""
    entity = await find(TOLD, fleet_id)
    return (
        HeldTold(document_in(FleetTold, entity, f"{TOLD} {fleet_id}"), str(entity.metadata["etag"]))
        if entity is not None
        else None
    )


async def change_told(held: HeldTold, step: Callable[[FleetTold], FleetTold]) -> bool:
    """Apply a step to the row as it is now, and again if somebody else was quicker; tells whether it has changed."""
    for _ in range(ATTEMPTS):
        result = step(held.told)
        if result == held.told:
            return False
        try:
            held.etag = await write(row_of(TOLD, result.fleet, result), held.etag)
        except ChangedMeanwhileError:
            found = await hold_told(held.told.fleet)
            held.told, held.etag = (found.told, found.etag) if found else (held.told, None)
            continue
        held.told = result
        return True
    raise RecordsUnavailableError(f"what is told of the fleet {held.told.fleet} is being changed by too many at once")


async def write_link(fleet_id: str, link: FleetLink) -> None:
    """Keep a link before anybody has it. Its token is nobody else's: to write it again changes nothing."""
    await put(row_of(f"{LINKS}~{fleet_id}", link.token, link))


async def find_link(fleet_id: str, digest: str) -> FleetLink | None:
    """Return the link whose token has this digest; None where none was sent."""
    entity = await find(f"{LINKS}~{fleet_id}", digest)
    return document_in(FleetLink, entity, f"{LINKS}~{fleet_id} {digest}") if entity is not None else None


async def forget_told(fleet_id: str) -> None:
    """Remove the links that were sent, and the row that says how far people have been told."""
    await remove_rows(f"{LINKS}~{fleet_id}")
    await remove(TOLD, fleet_id)
