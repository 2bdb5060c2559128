"""Why a version that failed cannot be deleted by anybody, as far as that can be read before somebody tries."""

from collections.abc import Iterable
from datetime import datetime

from migration.resources.gallery import Gallery, ImageVersion
from migration.resources.lock import Lock


def what_keeps(version: ImageVersion, gallery: Gallery, locks: Iterable[Lock] | None, now: datetime) -> list[str]:
    """Return every reason in words; Azure may have others, which it tells whoever tries."""
    end = version.end_of_life_date
    reasons = [f"lock {lock.name} ({lock.level}) at {lock.scope}" for lock in locks or () if lock.covers(version.id)]
    if version.protected and end is not None and end > now:
        reasons.append(f"it is protected until its end of life, {end:%Y-%m-%d}")
    if gallery.soft_delete_days is not None:
        reasons.append(f"soft delete is on in gallery {gallery.name}: switch it off for that long")
    return reasons


def said(reasons: list[str]) -> str:
    """Say it as the end of a sentence, or nothing where nothing is known."""
    return f"; as things stand nobody can delete it: {'; '.join(reasons)}" if reasons else ""
