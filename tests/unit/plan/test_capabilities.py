"""What a definition can serve: what it is created with, what an existing one must have, and what the plan notes."""

from typing import Any

import pytest

from migration.asking.settings import Settings
from migration.plan.choosing import Choices
from migration.plan.destination.definitions import plan_definition
from migration.plan.plan import Findings
from migration.resources.gallery import ImageDefinition
from migration.resources.image import ManagedImage
from migration.values.image_version.capabilities import Feature
from tests.support.samples import (
    DEFAULTS,
    codes,
    make_definition,
    make_gallery,
    make_image,
    make_request,
    make_settings,
)

ALL = ["nvme", "accelerated-networking", "hibernation"]
SUPPORTED = "TrustedLaunchSupported"


def plan(
    image: ManagedImage | None = None,
    *,
    existing: ImageDefinition | None = None,
    settings: Settings = DEFAULTS,
    api: str | None = None,
    **asked: Any,
) -> tuple[ImageDefinition, Findings]:
    findings = Findings()
    choices = Choices(make_request(**asked), settings, "request", findings)
    definitions = [existing] if existing else []
    definition, created = plan_definition(
        choices, image or make_image(), make_gallery(), definitions, findings, api_version=api
    )
    assert created is (existing is None)
    return definition, findings


def old(**changes: Any) -> ManagedImage:
    return make_image(generation="V1", **changes)


def notes(findings: Findings, words: str) -> list[str]:
    return [note for note in findings.notes if words in note]


# What it is created with


def test_a_new_definition_has_the_features_asked_for():
    definition, findings = plan(features=["hibernation", "nvme"])
    assert definition.features == [Feature.NVME, Feature.HIBERNATION]
    assert (findings.origins["features"], codes(findings)) == ("request", [])


def test_a_new_definition_has_the_features_of_the_setting():
    definition, findings = plan(settings=make_settings(features="nvme"))
    assert definition.features == [Feature.NVME]
    assert findings.origins["features"] == "setting MIGRATION_FEATURES"


def test_nobody_who_asks_for_nothing_gets_a_feature():
    assert plan()[0].features == []


def test_a_request_for_none_counts_before_the_setting():
    assert plan(settings=make_settings(features="nvme"), features="none")[0].features == []


def test_a_feature_that_the_generation_does_not_know_is_a_problem_by_its_name():
    _, findings = plan(old(), features=ALL)
    (problem,) = findings.problems
    assert (problem.field, problem.code) == ("features", "GenerationTooOld")
    assert problem.message.startswith("nvme: not with generation V1")


def test_a_feature_of_the_setting_that_the_generation_does_not_know_is_left_out_and_noted():
    definition, findings = plan(old(), settings=make_settings(features=",".join(ALL)))
    assert definition.features == [Feature.ACCELERATED_NETWORKING, Feature.HIBERNATION]
    assert codes(findings) == []
    assert notes(findings, "left out of MIGRATION_FEATURES: nvme")


def test_every_feature_that_the_api_version_does_not_know_is_named_in_one_problem():
    _, findings = plan(features=ALL, api="2019-12-01")
    (problem,) = findings.problems
    assert (problem.field, problem.code) == ("features", "FeatureUnknown")
    assert problem.message.startswith(f"{', '.join(ALL)}: not known to api-version 2019-12-01")


def test_features_of_the_setting_that_the_api_version_does_not_know_are_left_out_and_noted():
    definition, findings = plan(settings=make_settings(features=",".join(ALL)), api="2019-12-01")
    assert (definition.features, codes(findings)) == ([], [])
    assert notes(findings, "left out of MIGRATION_FEATURES: nvme, accelerated-networking, hibernation")


def test_what_generation_and_api_version_do_not_know_is_told_of_each():
    assert codes(plan(old(), features=ALL, api="2019-12-01")[1]) == ["GenerationTooOld", "FeatureUnknown"]


@pytest.mark.parametrize("api", [None, "2022-03-03", "2026-03-03"])
def test_an_api_version_that_knows_the_features_is_no_problem(api: str | None):
    assert codes(plan(features=ALL, api=api)[1]) == []


# Security type


def test_generation_1_counts_as_standard_whatever_the_setting_says():
    """One image of generation 1 was refused because of a setting that is meant for the others."""
    definition, findings = plan(old(), settings=make_settings(security_type=SUPPORTED))
    assert (definition.security_type, codes(findings)) == ("Standard", [])
    assert notes(findings, "MIGRATION_SECURITY_TYPE does not count")


def test_generation_1_cannot_have_a_security_type_that_is_asked_for():
    assert codes(plan(old(), securityType=SUPPORTED)[1]) == ["GenerationTooOld"]


def test_generation_2_has_that_of_the_setting():
    definition, findings = plan(settings=make_settings(security_type=SUPPORTED))
    assert (definition.security_type, codes(findings)) == (SUPPORTED, [])
    assert not notes(findings, "does not count")


def test_a_security_type_that_the_api_version_cannot_say_is_a_problem_where_it_was_asked_for():
    assert codes(plan(securityType=SUPPORTED, api="2019-12-01")[1]) == ["FeatureUnknown"]
    definition, findings = plan(settings=make_settings(security_type=SUPPORTED), api="2019-12-01")
    assert (definition.security_type, codes(findings)) == ("Standard", [])
    assert notes(findings, "MIGRATION_SECURITY_TYPE does not count")
    assert codes(plan(api="2019-12-01")[1]) == []


# A definition that exists


def test_an_existing_definition_that_lacks_what_the_request_names_does_not_fit():
    _, findings = plan(existing=make_definition(features=[Feature.HIBERNATION]), features=ALL)
    (problem,) = findings.problems
    assert (problem.field, problem.code) == ("imageDefinition", "DefinitionMismatch")
    assert "lacks nvme, accelerated-networking, which" in problem.message


def test_an_existing_definition_that_has_more_than_the_request_names_fits():
    existing = make_definition(features=list(Feature))
    for asked in (["nvme"], "none"):
        definition, findings = plan(existing=existing, features=asked)
        assert (definition, codes(findings)) == (existing, [])


def test_the_setting_does_not_make_an_existing_definition_unfit_and_says_what_it_lacks():
    existing, settings = make_definition(), make_settings(features="nvme")
    definition, findings = plan(existing=existing, settings=settings)
    assert (definition, codes(findings)) == (existing, [])
    assert notes(findings, "lacks nvme of MIGRATION_FEATURES")
    assert not notes(plan(existing=existing)[1], "lacks")
    assert not notes(plan(existing=make_definition(features=["nvme"]), settings=settings)[1], "lacks")


# Notes: which machines cannot be made


@pytest.mark.parametrize("existing", [None, make_definition()])
def test_a_definition_without_nvme_says_which_sizes_it_bars(existing: ImageDefinition | None):
    (note,) = notes(plan(existing=existing)[1], "v6 or v7 sizes")
    assert ("features=nvme" in note) is (existing is None)


@pytest.mark.parametrize("existing", [None, make_definition(features=[Feature.NVME])])
def test_a_definition_with_nvme_bars_no_sizes(existing: ImageDefinition | None):
    assert not notes(plan(existing=existing, features=["nvme"])[1], "v6 or v7 sizes")


@pytest.mark.parametrize("existing", [None, make_definition()])
def test_unverified_that_a_standard_definition_bars_trusted_launch(existing: ImageDefinition | None):
    (note,) = notes(plan(existing=existing)[1], "no machines with Trusted Launch")
    assert ("security-type=TrustedLaunchSupported" in note) is (existing is None)


@pytest.mark.parametrize("existing", [None, make_definition(security_type=SUPPORTED)])
def test_a_definition_that_supports_trusted_launch_bars_none(existing: ImageDefinition | None):
    assert not notes(plan(existing=existing, securityType=SUPPORTED)[1], "no machines with Trusted Launch")


@pytest.mark.parametrize("existing", [None, make_definition(generation="V1")])
def test_generation_1_says_what_it_bars_and_the_way_there(existing: ImageDefinition | None):
    findings = plan(old(), existing=existing)[1]
    (note,) = notes(findings, "generation 1")
    assert "v6 or v7" in note
    assert "Trusted Launch" in note
    assert "upgrade a machine" in note
    assert not notes(findings, "has no NVMe")
    assert not notes(findings, "security type Standard")


def test_generation_2_has_no_note_of_generation_1():
    assert not notes(plan()[1], "generation 1")
