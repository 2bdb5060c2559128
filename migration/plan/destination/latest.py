"""Which version `latest` may mean: an image older than what it was made from never takes its place by itself.

`latest` is the eligible version with the highest number, and numbers follow the order of starts, not the age of images.
The age of a version is that of its source, kept in its tags; of what this app has not made it is not known.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from migration.plan.destination.numbering import is_the_apps
from migration.resources.gallery import ImageVersion
from migration.resources.provenance import source_created
from migration.values.answer import Refusal
from migration.values.image_version.number import VersionNumber, number_of

OLDER = "OlderThanLatest"


def older_than_latest(versions: Iterable[ImageVersion], name: str, made_at: datetime | None) -> Refusal | None:
    """Say why a version does not become eligible as latest, as things stand; None where it does, or is so already.

    `versions` are all of its definition, `name` is its number, planned or there, `made_at` when its source was made.
    """
    eligible = [one for one in versions if _is_eligible(one)]
    if any(number_of(one.name) == number_of(name) for one in eligible):
        return None
    latest = max((one for one in eligible if not hides(one, name, made_at)), key=_number, default=None)
    if latest is None:
        return None
    age = _age(latest)
    if made_at is None:
        reason = f"Azure does not say when its source was made, and version {latest.name} is latest"
    elif age is None:
        reason = f"it is not known how old the image is that version {latest.name}, which is latest, was made from"
    elif age > made_at:
        reason = f"version {latest.name}, which is latest, was made from a newer image ({_day(age)}, this one"
        reason += f" {_day(made_at)})"
    else:
        return None
    return Refusal(code=OLDER, message=reason)


def to_exclude(versions: Iterable[ImageVersion], name: str, made_at: datetime | None) -> list[ImageVersion]:
    """Return what must not be eligible beside a version of this number, once that is."""
    eligible = [one for one in versions if _is_eligible(one)]
    if not any(number_of(one.name) == number_of(name) for one in eligible):
        return []
    return [one for one in eligible if hides(one, name, made_at)]


def hides(version: ImageVersion, name: str, made_at: datetime | None) -> bool:
    """Tell whether `latest` would mean a version of ours, from an older source, rather than the one of this number."""
    age = _age(version)
    is_older = age is not None and made_at is not None and age < made_at
    return is_older and _is_eligible(version) and _number(version) > VersionNumber.parse(name)


def overtaken_by(versions: Iterable[ImageVersion], name: str, made_at: datetime | None) -> Refusal | None:
    """Say that a version hides one of ours, from a newer source, that has become eligible at the same time."""
    newer = [one for one in versions if _is_eligible(one) and _is_hidden(one, name, made_at)]
    if not newer:
        return None
    return Refusal(code=OLDER, message=f"version {max(newer, key=_number).name} was made from a newer image")


def _is_hidden(version: ImageVersion, name: str, made_at: datetime | None) -> bool:
    age = _age(version)
    is_newer = age is not None and made_at is not None and age > made_at
    return is_newer and _number(version) < VersionNumber.parse(name)


def _is_eligible(version: ImageVersion) -> bool:
    return number_of(version.name) is not None and not version.exclude_from_latest


def _age(version: ImageVersion) -> datetime | None:
    return source_created(version.tags) if is_the_apps(version) else None


def _number(version: ImageVersion) -> VersionNumber:
    return VersionNumber.parse(version.name)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
