"""Which image `latest` means: the newest, whatever the order in which versions were numbered and became eligible."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from migration.plan.destination.latest import hides, older_than_latest, overtaken_by, to_exclude
from migration.resources.gallery import ImageVersion
from migration.resources.provenance import creation_tags
from migration.values.ids import instance_id_for
from tests.support.samples import COMPUTE, NOW, make_image, make_version

MADE_AT = NOW - timedelta(days=30)
OLDER, NEWER = MADE_AT - timedelta(days=1), MADE_AT + timedelta(days=1)
OWN = "1.0.5"


def version(name: str, made_at: datetime | None, *, eligible: bool = True, image: str = "other") -> ImageVersion:
    """A version that this app has made of another image, of that age."""
    source = make_image(id=f"{COMPUTE}/images/{image}", name=image, created_at=made_at)
    tags = creation_tags(source, instance_id_for(source.id))
    return make_version(name, source_id=source.id, tags=tags, exclude_from_latest=not eligible)


def somebody_elses(name: str, **changes: object) -> ImageVersion:
    """A version that somebody else made, who has copied the tags of one of ours, too."""
    return make_version(
        name, **{"source_id": f"{COMPUTE}/images/foreign", "tags": version("1.0.0", OLDER).tags} | changes
    )


def reason(*versions: ImageVersion, name: str = OWN, made_at: datetime | None = MADE_AT) -> str | None:
    refusal = older_than_latest(versions, name, made_at)
    return refusal.message if refusal else None


def test_the_first_version_becomes_latest():
    assert reason() is None
    assert reason(version("1.0.4", NEWER, eligible=False)) is None


@pytest.mark.parametrize("made_at", [OLDER, MADE_AT])
def test_a_newer_image_and_the_same_one_again_become_latest(made_at: datetime):
    assert reason(version("1.0.4", made_at)) is None


@pytest.mark.parametrize("number", ["1.0.4", "1.0.6"])
def test_an_older_image_does_not_take_the_place_of_a_newer_one(number: str):
    said = reason(version(number, NEWER))
    assert said is not None
    assert f"version {number}, which is latest, was made from a newer image" in said
    assert f"{NEWER:%Y-%m-%d}" in said


def test_only_the_version_that_is_latest_counts():
    assert reason(version("1.0.2", NEWER), version("1.0.10", OLDER), name="1.0.11") is None
    assert reason(version("1.0.9", OLDER), version("1.0.10", NEWER), name="1.0.11") is not None


@pytest.mark.parametrize(
    "latest",
    [
        version("1.0.4", None),
        somebody_elses("1.0.4"),
        somebody_elses("1.0.4", source_id=None, tags={}),
        version("1.0.4", OLDER).changed(tags=version("1.0.4", OLDER).tags | {"source-created": "long ago"}),
        version("1.0.4", OLDER).changed(tags=version("1.0.4", OLDER).tags | {"source-created": "2020-01-01"}),
        make_version("1.0.4", unreadable="it cannot be read"),
    ],
)
def test_a_latest_of_unknown_age_counts_as_newer(latest: ImageVersion):
    said = reason(latest)
    assert said is not None
    assert "it is not known how old the image is" in said


def test_an_image_of_which_azure_does_not_say_when_it_was_made_does_not_become_latest():
    assert "does not say when" in (reason(version("1.0.4", OLDER), made_at=None) or "")
    assert reason(made_at=None) is None


def test_what_is_eligible_already_is_not_judged():
    assert reason(version("1.0.4", NEWER), version("1.00.5", MADE_AT)) is None


def test_names_that_are_no_numbers_are_nobodys_latest():
    assert reason(version("snapshot", NEWER)) is None


def test_an_older_image_of_ours_with_a_higher_number_stands_in_no_ones_way():
    ahead = version("1.0.6", OLDER)
    assert reason(ahead) is None
    assert to_exclude([ahead, version(OWN, MADE_AT)], OWN, MADE_AT) == [ahead]


@pytest.mark.parametrize(
    "other",
    [
        version("1.0.4", OLDER),
        version("1.0.6", MADE_AT),
        version("1.0.6", NEWER),
        version("1.0.6", None),
        version("1.0.6", OLDER, eligible=False),
        somebody_elses("1.0.6"),
        version("snapshot", OLDER),
    ],
)
def test_nothing_else_is_excluded(other: ImageVersion):
    assert to_exclude([other, version(OWN, MADE_AT)], OWN, MADE_AT) == []
    assert not hides(other, OWN, MADE_AT)


@pytest.mark.parametrize("own", [[], [version(OWN, MADE_AT, eligible=False)]])
def test_nothing_is_excluded_while_the_newer_is_not_eligible(own: list[ImageVersion]):
    """Or there could be no version left that `latest` means."""
    assert to_exclude([version("1.0.6", OLDER), *own], OWN, MADE_AT) == []


def test_of_two_that_became_eligible_at_the_same_time_the_older_steps_back():
    both = [version("1.0.4", NEWER), version(OWN, MADE_AT)]
    assert overtaken_by(both, OWN, MADE_AT) is not None
    assert overtaken_by(both, "1.0.4", NEWER) is None
    assert to_exclude(both, "1.0.4", NEWER) == [both[1]]


NUMBERS, AGES = ("1.0.4", "1.0.5", "1.0.6"), (OLDER, MADE_AT, NEWER)
ORDERS = [(ages, ends) for ages in permutations(AGES) for ends in permutations(range(3))]


def ordered(versions: list[ImageVersion], own: int) -> list[ImageVersion]:
    """What is left eligible once the migration of one of them has put them in order."""
    name, made_at = versions[own].name, AGE_OF[versions[own].source_id]
    out = [versions[own]] if overtaken_by(versions, name, made_at) else to_exclude(versions, name, made_at)
    return [one.changed(exclude_from_latest=True) if one in out else one for one in versions]


AGE_OF = {version("1.0.0", made_at, image=f"of-{made_at:%d}").source_id: made_at for made_at in AGES}


def latest_of(versions: list[ImageVersion]) -> datetime:
    eligible = [one for one in versions if not one.exclude_from_latest]
    return AGE_OF[max(eligible, key=lambda one: one.name).source_id]


@pytest.mark.parametrize(("ages", "ends"), ORDERS)
def test_latest_is_the_newest_in_whatever_order_migrations_begin_and_end(
    ages: tuple[datetime, ...], ends: tuple[int, ...]
):
    versions = [version(name, at, eligible=False, image=f"of-{at:%d}") for name, at in zip(NUMBERS, ages, strict=True)]
    for count, own in enumerate(ends, start=1):
        if older_than_latest(versions, NUMBERS[own], ages[own]) is None:
            versions[own] = versions[own].changed(exclude_from_latest=False)
            versions = ordered(versions, own)
        assert latest_of(versions) == max(ages[one] for one in ends[:count])


@pytest.mark.parametrize(("ages", "ends"), ORDERS)
def test_latest_is_the_newest_when_all_become_eligible_at_the_same_moment(
    ages: tuple[datetime, ...], ends: tuple[int, ...]
):
    versions = [version(name, at, image=f"of-{at:%d}") for name, at in zip(NUMBERS, ages, strict=True)]
    for own in ends:
        versions = ordered(versions, own)
    assert latest_of(versions) == NEWER


@pytest.mark.parametrize("other", [version("1.0.6", NEWER), version("1.0.4", OLDER), somebody_elses("1.0.4")])
def test_a_version_does_not_step_back_for_what_it_does_not_hide(other: ImageVersion):
    assert overtaken_by([other, version(OWN, MADE_AT)], OWN, MADE_AT) is None
