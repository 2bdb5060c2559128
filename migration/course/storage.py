"""What becomes of zones that nobody asked for: where Azure refuses them, the run goes on with LRS, and says so."""

from datetime import datetime

from migration.plan.plan import USED_AGAIN, Plan
from migration.plan.regions import STANDARD_LRS, as_made, in_one_zone, region_notes
from migration.record.audit import entry
from migration.record.run import Run
from migration.resources.gallery import ImageVersion
from migration.values.azure_rules import ZONE_REDUNDANT, ZRS_REFUSED
from migration.values.image_version.number import VersionNumber


def stored_in_one_zone(run: Run, refused: str, at: datetime) -> Run | None:
    """Return the run with LRS for the regions in which zones were only preferred, noted and in its audit.

    `refused` is what Azure said. None where that is another matter, or every region has the storage asked for.
    """
    known = run.planned
    plan = in_one_zone(known)
    if plan == known or not ZRS_REFUSED.search(refused):
        return None
    pairs = zip(known.target_regions, plan.target_regions, strict=True)
    names = ", ".join(after.name for before, after in pairs if after != before)
    said = f"Azure refused {ZONE_REDUNDANT}, which nobody asked for: the replicas in {names} are {STANDARD_LRS}"
    return _stored_as(run, plan).noted(said).audited(entry(at, "stored in one zone", f"{said} ({refused})"))


def stored_as_made(run: Run, version: ImageVersion) -> Run:
    """Return the run with the storage that its version has, wherever that was only preferred."""
    plan = as_made(run.planned, version)
    return run if plan == run.planned else _stored_as(run, plan)


def _stored_as(run: Run, plan: Plan) -> Run:
    stale = region_notes(run.planned.target_regions, run.planned.source)
    notes = [note for note in run.notes if note not in stale]
    return run.changed(plan=plan, notes=notes).noted(*region_notes(plan.target_regions, plan.source))


def to_be_built_again(run: Run, refused: str, at: datetime) -> Run | None:
    """Return the run as it was before its version was created, with LRS and the next number: what failed keeps its own.

    None where the refusal is another matter, or the number was asked for.
    """
    stored = stored_in_one_zone(run, refused, at)
    if stored is None or not run.planned.version_is_auto:
        return None
    failed = run.version_id.rpartition("/")[2]
    number = str(VersionNumber.parse(failed).successor())
    plan = stored.planned.changed(version=number, adopt_version=False, notes=_of_new(stored.planned.notes))
    notes = _of_new(stored.notes)
    anew = stored.changed(plan=plan, notes=notes, replication_since=None, regions=[])
    anew = anew.changed(image_version_id=None, copied=None, operation_url=None)
    return anew.noted(f"version {failed} failed for that, and is left as it is")


def _of_new(notes: list[str]) -> list[str]:
    """Leave out what was said of a version that was to be used again."""
    return [note for note in notes if USED_AGAIN not in note]
