"""Which number a version gets, and which version is this migration's own from an earlier run."""

from typing import Any

import pytest

from migration.asking.request import AUTO_VERSION
from migration.plan.destination.numbering import PlannedVersion, plan_version
from migration.plan.plan import Findings
from migration.resources.gallery import ImageVersion
from migration.values.azure_rules import LARGEST_VERSION_PART as LARGEST_PART
from tests.support.samples import MIGRATION, codes, make_image, make_version

OURS = {"migration-id": MIGRATION, "source-content": "first"}


def number(versions: list[ImageVersion], wanted: str = AUTO_VERSION) -> tuple[PlannedVersion, Findings]:
    findings = Findings()
    return plan_version(wanted, versions, make_image(), MIGRATION, findings), findings


def test_the_first_version_is_1_0_0():
    assert number([])[0] == ("1.0.0", True, False)


def test_a_new_version_follows_the_highest_over_all_pages():
    existing = [make_version(f"1.0.{patch}", source_id=None) for patch in range(120)]
    assert number(existing)[0] == ("1.0.120", True, False)


def test_a_version_of_an_earlier_run_is_used_again():
    planned, findings = number([make_version("1.0.3", tags=OURS), make_version("2.0.0", source_id=None)])
    assert planned == ("1.0.3", True, True)
    assert any("used again" in note for note in findings.notes)


def test_the_latest_of_several_earlier_runs_is_used_again():
    planned, _ = number([make_version("1.0.10", tags=OURS), make_version("1.0.9", tags=OURS)])
    assert planned == ("1.0.10", True, True)


@pytest.mark.parametrize("state", ["Creating", "Updating", "Succeeded", "Deleting"])
def test_a_version_of_ours_is_used_again_unless_it_failed(state: str):
    planned, findings = number([make_version(tags=OURS, provisioning_state=state, exclude_from_latest=True)])
    assert planned.adopt
    assert codes(findings) == []


@pytest.mark.parametrize(
    "known",
    [
        {"tags": OURS},
        {"tags": {**OURS, "decision": "reject"}},
        {"tags": {**OURS, "migration-outcome": "SourceKept"}},
        {"tags": OURS, "exclude_from_latest": False},
    ],
)
def test_a_version_of_ours_that_failed_is_left_as_it_is(known: dict[str, Any]):
    """The next run deleted it, whoever used it meanwhile."""
    failed = make_version("1.0.0", **({"provisioning_state": "Failed", "exclude_from_latest": True} | known))
    planned, findings = number([failed])
    assert planned == ("1.0.1", True, False)
    assert any("is left as it is: the next number is taken" in note for note in findings.notes)
    _, asked = number([failed], wanted="1.0.0")
    assert codes(asked) == ["FailedVersionStays"]


@pytest.mark.parametrize(
    "changes",
    [
        {"tags": {}},
        {"tags": OURS | {"migration-id": "migrate-other-0123456789"}},
        {"tags": OURS, "source_id": None},
        {"tags": OURS, "source_id": "/somewhere/else"},
    ],
)
def test_a_version_of_anyone_else_is_left_alone(changes: dict[str, Any]):
    assert number([make_version(**changes)])[0] == ("1.0.1", True, False)


@pytest.mark.parametrize(
    "tags",
    [OURS | {"source-content": "another"}, {"migration-id": MIGRATION}, OURS | {"migration-outcome": "Migrated"}],
)
def test_an_image_made_again_under_its_old_name_gets_a_version_of_its_own(tags: dict[str, str]):
    """Else its source would be deleted with no copy of it anywhere."""
    assert number([make_version(tags=tags)])[0] == ("1.0.1", True, False)
    assert codes(number([make_version(tags=tags)], wanted="1.0.0")[1]) == ["VersionExists"]


def test_tag_names_do_not_regard_case():
    assert number([make_version(tags={name.upper(): value for name, value in OURS.items()})])[0].adopt


def test_a_number_asked_for_is_taken_when_it_is_free():
    assert number([make_version("1.0.0", source_id=None)], wanted="3.0.0")[0] == ("3.0.0", False, False)


def test_a_number_asked_for_is_used_again_when_it_is_ours():
    assert number([make_version("3.0.0", tags=OURS)], wanted="3.0.0")[0] == ("3.0.0", False, True)


def test_a_number_asked_for_that_is_lost_to_another_is_a_problem():
    assert codes(number([make_version("3.0.0", source_id=None)], wanted="3.0.0")[1]) == ["VersionExists"]


@pytest.mark.parametrize("state", ["Creating", "Updating"])
def test_azure_builds_one_version_from_an_image_at_a_time(state: str):
    findings = number([make_version(provisioning_state=state)])[1]
    assert codes(findings) == ["VersionInFlight"]


def test_a_version_being_built_from_another_image_does_not_matter():
    assert codes(number([make_version(provisioning_state="Creating", source_id="/x")])[1]) == []


def test_a_version_of_the_same_image_that_is_finished_or_failed_does_not_matter():
    finished = [make_version("1.0.0"), make_version("1.0.1", provisioning_state="Failed")]
    planned, findings = number(finished)
    assert planned == ("1.0.2", True, False)
    assert codes(findings) == []


def test_when_every_number_is_used_the_plan_says_so():
    last = ".".join([str(LARGEST_PART)] * 3)
    assert codes(number([make_version(last, source_id=None)])[1]) == ["NoVersionLeft"]
