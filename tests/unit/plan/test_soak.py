"""A soak in the plan: whose word counts, what is said of it, and that it means nothing where the source is kept."""

from datetime import timedelta

import pytest

from migration.asking.request import DeleteSource
from migration.course.wishes import is_met
from migration.plan.choosing import Choices
from migration.plan.plan import Findings
from migration.plan.planning import _plan_soak
from migration.record.asked import allowed_by
from tests.support.samples import DEFAULTS, make_image, make_plan, make_request, make_run, make_settings, make_start

DAYS = timedelta(days=14)
AFTER, NEVER = DeleteSource.AFTER_APPROVAL, DeleteSource.NEVER


def planned(asked: str | None, setting: str | None, delete: DeleteSource = AFTER) -> tuple[timedelta, Findings]:
    findings = Findings()
    request = make_request(**({"soak": asked} if asked else {}))
    settings = make_settings(**({"soak": setting} if setting else {}))
    return _plan_soak(Choices(request, settings, "tag", findings), delete, findings), findings


@pytest.mark.parametrize(
    ("asked", "setting", "soak", "origin"),
    [
        (None, None, timedelta(0), "default"),
        ("P14D", None, DAYS, "tag"),
        (None, "P14D", DAYS, "setting MIGRATION_SOAK"),
        ("P14D", "P30D", DAYS, "tag"),
        ("PT0S", "P14D", timedelta(0), "tag"),
    ],
)
def test_the_request_counts_before_the_setting(asked: str | None, setting: str | None, soak: timedelta, origin: str):
    found, findings = planned(asked, setting)
    assert (found, findings.origins["soak"]) == (soak, origin)
    assert [note for note in findings.notes if "after a soak of 14 days" in note] == findings.notes
    assert bool(findings.notes) == bool(soak)


def test_where_the_source_is_kept_there_is_none_and_that_is_no_problem():
    found, findings = planned("P14D", None, NEVER)
    assert (found, findings.problems) == (timedelta(0), [])
    assert findings.notes == ["there is no soak: the source is kept, and nobody is asked about it"]


@pytest.mark.parametrize("delete", DeleteSource)
@pytest.mark.parametrize("soak", [timedelta(0), DAYS])
@pytest.mark.parametrize("is_soaked", [False, True])
def test_the_delete_is_asked_about_once_and_never_before_the_soak(
    delete: DeleteSource, soak: timedelta, *, is_soaked: bool
):
    allows = allowed_by(make_plan(delete_source=delete, soak=soak), is_soaked=is_soaked)
    assert ("approve" in allows) == (delete is AFTER and (is_soaked or not soak))
    assert ("accept" in allows) == (not is_soaked)
    assert "reject" in allows


def test_a_tag_that_asks_for_a_soak_is_met_by_a_plan_with_the_same_one():
    image = make_image(tags={"migrate-to-gallery": "default", "migrate-to-gallery-options": "soak=P14D"})
    for plan, met in (
        (make_plan(), False),
        (make_plan(soak=DAYS), True),
        (make_plan(soak=2 * DAYS), False),
        (make_plan(delete_source=NEVER), True),
    ):
        run = make_run(plan=plan, start=make_start())
        assert is_met(image, run, DEFAULTS) is met
