"""The region and the disks that a version hangs on, and what Azure has retired of them, or will."""

from datetime import UTC, date, datetime, timedelta

import pytest

from migration.plan.destination.home import check_home, check_places, note_retired_disk
from migration.plan.plan import Findings
from migration.values.image_version.regions import normalise_region
from migration.values.image_version.retirement import HDD_AS_OS_DISK, REGIONS, Retirement
from tests.support.samples import make_definition, make_gallery, make_image, targets

RETIRED_ON = datetime(2026, 7, 1, tzinfo=UTC)
TODAY = datetime(2026, 11, 29, tzinfo=UTC)


def home(location: str, *more: str, now: datetime = TODAY) -> Findings:
    findings = Findings()
    check_home(make_image(location=location), targets(location, *more), now, findings)
    return findings


def told(findings: Findings) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in findings.problems]


def test_the_plan_says_what_the_version_lives_and_dies_with():
    findings = home("eastus", "westus2")
    assert (told(findings), len(findings.notes)) == ([], 1)
    assert "home region eastus: the version and all its replicas live and die with it" in findings.notes[0]


def test_a_retired_target_region_is_a_problem():
    findings = home("chinanorth3", "chinanorth", "chinaeast", "chinaeast2")
    assert told(findings) == [("targetRegions", "RegionRetired")] * 2
    assert "chinanorth on 2026-07-01" in findings.problems[0].message
    assert "deleted on 2026-09-30" in findings.problems[0].message


def test_a_source_in_a_retired_region_is_one_problem():
    assert told(home("chinaeast", "chinanorth3")) == [("sourceImageId", "RegionRetired")]


@pytest.mark.parametrize(("home_region", "more"), [("chinanorth", []), ("chinanorth3", ["chinanorth"])])
def test_a_region_that_is_going_to_retire_is_a_note(home_region: str, more: list[str]):
    findings = home(home_region, *more, now=RETIRED_ON - timedelta(minutes=1))
    assert told(findings) == []
    assert any("retires region chinanorth on 2026-07-01" in note for note in findings.notes)


def test_a_region_is_retired_from_its_day_on():
    assert told(home("chinanorth", now=RETIRED_ON)) == [("sourceImageId", "RegionRetired")]


def test_an_announcement_that_names_no_day_of_deletion_tells_none(monkeypatch):
    monkeypatch.setitem(REGIONS, "eastus", Retirement(date(2030, 1, 1), "a test"))
    assert home("eastus").notes[1:] == ["Azure retires region eastus on 2030-01-01"]


def test_other_regions_have_no_note_of_retirement():
    assert not any("retires" in note for note in home("eastus", "westus2").notes)


def test_each_retired_region_is_known_by_its_short_name_and_has_its_source():
    for name, retirement in REGIONS.items():
        assert name == normalise_region(name)
        assert retirement.source
        assert retirement.gone_on is None or retirement.gone_on >= retirement.on


@pytest.mark.parametrize("storage", ["Standard_LRS", "standard_lrs"])
def test_unverified_that_the_end_of_standard_hdd_concerns_the_os_disk_of_an_image(storage: str):
    findings = Findings()
    note_retired_disk(make_image(os_disk_storage=storage), findings)
    assert [str(HDD_AS_OS_DISK.on) in note for note in findings.notes] == [True]


@pytest.mark.parametrize("storage", [None, "Premium_LRS", "StandardSSD_LRS", "Standard_ZRS"])
def test_other_os_disks_have_no_note(storage: str | None):
    findings = Findings()
    note_retired_disk(make_image(os_disk_storage=storage), findings)
    assert findings.notes == []


@pytest.mark.parametrize(
    ("gallery", "definition", "problems"),
    [
        ("chinanorth", "chinanorth", [("gallery", "RegionRetired")]),
        ("chinanorth3", "chinaeast", [("imageDefinition", "RegionRetired")]),
        ("chinanorth3", "chinanorth3", []),
    ],
)
def test_a_gallery_that_goes_with_its_region_is_no_place_for_the_only_copy(
    gallery: str, definition: str, problems: list[tuple[str, str]]
):
    """Only the regions of source and replicas were looked at."""
    findings = Findings()
    check_places(make_gallery(location=gallery), make_definition(location=definition), "chinanorth3", TODAY, findings)
    assert told(findings) == problems
