"""By which of its tags somebody's clean-up job may delete a version."""

import pytest

from migration.plan.galleries import guards
from migration.plan.tagging.lifetimes import LIFETIMES, decides_over_a_life, lifetime_guards
from tests.support.samples import NOW, make_gallery, make_plan

READ = ["expireOn", "ExpireIfEmptyOn", "ttl", "ttl_expiry", "DeleteAfter", "DaysUntilDeletion", "MaxExpirationDays"]
READ += ["SubjectForDeletion", "SubjectForDeletion-FindingDate", "ExpiresBy", "ephemeral"]
GUESSED = ["expiry", "Expires", "expiration-date", "delete-after", "delete_on", "auto-delete", "cleanup", "valid-until"]


@pytest.mark.parametrize("name", READ)
def test_a_tag_that_a_published_job_goes_by_decides_over_a_life(name: str):
    assert decides_over_a_life(name)


@pytest.mark.parametrize("name", GUESSED)
def test_unverified_a_tag_of_such_a_name_decides_over_a_life(name: str):
    assert decides_over_a_life(name)


@pytest.mark.parametrize("name", ["CostCenter", "owner", "created", "deletedBy", "export", "ttl-owner", "é", ""])
def test_another_tag_decides_over_nothing(name: str):
    assert not decides_over_a_life(name)


def test_each_name_says_where_it_was_read_or_that_it_was_not():
    assert all(lifetime.source and lifetime.names for lifetime in LIFETIMES)


def test_whoever_decides_is_told_of_the_tag_the_version_bears():
    (said,) = lifetime_guards({"team": "web", "Expire-On": "2027-01-01"})
    assert "Expire-On=2027-01-01" in said
    assert lifetime_guards({"team": "web"}) == []


def test_whoever_decides_is_told_of_the_tags_of_gallery_and_definition():
    plan = make_plan(gallery=make_gallery(tags={"ttl": "30d"}))
    (said,) = [guard for guard in guards(plan, None, NOW) if "clean-up jobs" in guard]
    assert said.startswith(f"Gallery {plan.gallery.name} bears a tag that clean-up jobs go by: ttl=30d;")
