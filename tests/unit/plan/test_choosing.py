"""Which value counts: the request's, then the setting's, then the default; the plan says which it was."""

from typing import Any

import pytest

from migration.asking.request import DeleteSource, MigrationRequest
from migration.asking.settings import Settings
from migration.plan.choosing import SETTING_OF, Choices
from migration.plan.plan import Findings
from tests.support.samples import make_request, make_settings

# request field: (in the request, in the setting)
VALUES: dict[str, tuple[Any, Any]] = {
    "gallery": ("asked", "setting"),
    "target_regions": (["westus2"], ["eastus"]),
    "end_of_life_date": ("2030-01-01", "2031-01-01"),
    "exclude_from_latest": (False, True),
    "delete_source": ("afterApproval", "never"),
    "publisher": ("asked", "setting"),
    "offer": ("asked", "setting"),
    "security_type": ("TrustedLaunch", "TrustedLaunchSupported"),
    "features": (["nvme"], ["hibernation"]),
    "protect": (True, False),
    "soak": ("P14D", "P7D"),
    "encryption_sets": (["eastus:asked"], ["eastus:setting"]),
}


def choose(field: str, request: dict[str, Any], settings: dict[str, Any], **default: Any) -> tuple[Any, str]:
    findings = Findings()
    chosen = Choices(make_request(**request), make_settings(**settings), "tag", findings).value(field, **default)
    alias = MigrationRequest.model_fields[field].alias
    assert list(findings.origins) == [alias]
    return chosen, findings.origins[str(alias)]


def test_every_field_that_a_setting_can_fill_is_tried_here():
    assert VALUES.keys() == SETTING_OF.keys()
    assert set(SETTING_OF.values()) <= Settings.model_fields.keys()


@pytest.mark.parametrize("field", VALUES)
def test_the_request_counts_before_the_setting(field: str):
    asked, setting = VALUES[field]
    body = {str(MigrationRequest.model_fields[field].alias): asked}
    value, origin = choose(field, body, {SETTING_OF[field]: setting})
    assert value == getattr(make_request(**body), field)
    assert origin == "tag"


@pytest.mark.parametrize("field", VALUES)
def test_the_setting_counts_where_the_request_is_silent(field: str):
    setting = {SETTING_OF[field]: VALUES[field][1]}
    value, origin = choose(field, {}, setting)
    assert value == getattr(make_settings(**setting), SETTING_OF[field])
    assert origin == f"setting MIGRATION_{SETTING_OF[field].upper()}"


@pytest.mark.parametrize("field", VALUES)
def test_the_default_counts_where_both_are_silent(field: str):
    value, origin = choose(field, {}, {})
    assert value == getattr(Settings(), SETTING_OF[field])
    assert origin == "default"


def test_a_no_in_the_request_is_an_answer():
    value, origin = choose("exclude_from_latest", {"excludeFromLatest": False}, {"exclude_from_latest": True})
    assert (value, origin) == (False, "tag")


def test_a_derived_value_says_so():
    assert choose("sku", {}, {}, default="web", default_origin="derived") == ("web", "derived")
    assert choose("offer", {}, {"offer": "base"}, default="web", default_origin="derived")[0] == "base"


def test_a_setting_that_repeats_the_default_is_still_the_setting():
    chosen = choose("delete_source", {}, {"delete_source": "after-approval"})
    assert chosen == (DeleteSource.AFTER_APPROVAL, "setting MIGRATION_DELETE_SOURCE")


LOCK = "the tag says delete-source=never"


@pytest.mark.parametrize("asked", [None, "afterApproval", "never"])
@pytest.mark.parametrize("setting", ["afterApproval", "never"])
@pytest.mark.parametrize("lock", [None, LOCK])
def test_never_is_a_lock_wherever_it_stands(asked: str | None, setting: str, lock: str | None):
    """A request's after-approval beat the setting never."""
    findings = Findings()
    body = {"deleteSource": asked} if asked else {}
    choices = Choices(make_request(**body), make_settings(delete_source=setting), "request", findings)
    chosen = choices.delete_source(lock)
    assert (chosen is DeleteSource.NEVER) == ("never" in {asked, setting} or lock is not None)
    assert any("which no request opens" in note for note in findings.notes) == (
        asked == "afterApproval" and setting == "never"
    )
    assert findings.origins["deleteSource"]
