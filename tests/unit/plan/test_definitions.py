"""The image definition: an existing one must fit the image, a new one is made to fit it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.asking.settings import Settings
from migration.plan.choosing import Choices
from migration.plan.destination.definitions import definition_name, find_definition, plan_definition
from migration.plan.plan import Findings
from migration.resources.gallery import ImageDefinition
from migration.resources.image import ManagedImage
from migration.resources.provenance import origin_of
from migration.values.image_version.capabilities import SecurityType
from migration.values.image_version.purchase_plan import PurchasePlan
from migration.values.problems import RequestInvalidError
from tests.support.samples import (
    DEFAULTS,
    DEFINITION,
    codes,
    make_definition,
    make_gallery,
    make_image,
    make_request,
    make_settings,
)

SUPPORTED: dict[str, Any] = {"securityType": "TrustedLaunchSupported"}
PLAN = {"publisher": "p", "product": "q", "name": "n"}


def plan(
    existing: list[ImageDefinition], image: ManagedImage | None = None, settings: Settings | None = None, **body: Any
) -> tuple[ImageDefinition, bool, Findings]:
    findings = Findings()
    choices = Choices(make_request(**body), settings or DEFAULTS, "request", findings)
    definition, create = plan_definition(choices, image or make_image(), make_gallery(), existing, findings)
    return definition, create, findings


def test_a_definition_that_fits_is_used():
    existing = make_definition(name="WEB", publisher="someone", offer="else", sku="entirely")
    definition, create, findings = plan([make_definition(name="other", sku="other"), existing])
    assert (definition, create, codes(findings)) == (existing, False, [])


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("os_type", "Windows", "OS type"),
        ("os_state", "Specialized", "OS state"),
        ("generation", "V1", "generation"),
        ("architecture", "Arm64", "architecture"),
    ],
)
def test_a_definition_of_another_kind_does_not_fit(field: str, value: str, label: str):
    _, create, findings = plan([make_definition(**{field: value})])
    assert not create
    assert [(problem.field, problem.code) for problem in findings.problems] == [
        ("imageDefinition", "DefinitionMismatch")
    ]
    assert f"{label} {value}" in findings.problems[0].message


@pytest.mark.parametrize(
    ("asked", "field"),
    [("publisher", "publisher"), ("offer", "offer"), ("sku", "sku"), ("securityType", "security_type")],
)
def test_what_the_request_names_must_be_what_the_definition_has(asked: str, field: str):
    wanted = "TrustedLaunchSupported" if asked == "securityType" else "asked"
    said: dict[str, Any] = {asked: wanted}
    assert codes(plan([make_definition()], **said)[2]) == ["DefinitionMismatch"]
    assert codes(plan([make_definition(**{field: wanted.upper()})], **said)[2]) == []


def test_settings_do_not_make_an_existing_definition_unfit():
    settings = make_settings(publisher="another", offer="another", security_type="TrustedLaunchSupported")
    assert codes(plan([make_definition()], settings=settings)[2]) == []


def test_every_mismatch_is_told():
    existing = make_definition(os_type="Windows", generation="V1", purchase_plan=None)
    assert len(plan([existing], purchasePlan=PLAN, sku="s")[2].problems) == 4


@pytest.mark.parametrize("existing", [None, PurchasePlan(publisher="p", product="q", name="other")])
def test_another_purchase_plan_than_asked_for_does_not_fit(existing: PurchasePlan | None):
    findings = plan([make_definition(purchase_plan=existing)], purchasePlan=PLAN)[2]
    assert [problem.field for problem in findings.problems] == ["purchasePlan"]


def test_the_purchase_plan_asked_for_fits():
    existing = make_definition(purchase_plan=PurchasePlan.model_validate(PLAN))
    assert codes(plan([existing], purchasePlan="p/q/n")[2]) == []


def test_a_purchase_plan_nobody_asked_about_is_noted():
    findings = plan([make_definition(purchase_plan=PurchasePlan.model_validate(PLAN))])[2]
    assert codes(findings) == []
    assert "purchase plan p/q/n" in findings.notes[0]


def test_a_new_definition_is_made_after_the_image():
    image = make_image(os_type="Windows", generation="V1")
    definition, create, findings = plan([], image)
    assert create
    assert definition == make_definition(os_type="Windows", generation="V1")
    assert definition.id == DEFINITION
    assert findings.origins["offer"] == "derived from the image's resource group"
    assert findings.origins["sku"] == "derived from the definition's name"
    assert any("is created by this migration" in note for note in findings.notes)
    assert any("no purchase plan" in note for note in findings.notes)


def test_a_new_definition_gets_what_was_asked_for():
    body = {"imageDefinition": "base", "publisher": "p", "offer": "o", "sku": "s"} | SUPPORTED
    definition, _, findings = plan([], **body, purchasePlan=PLAN)
    assert (definition.name, definition.publisher, definition.offer, definition.sku) == ("base", "p", "o", "s")
    assert definition.security_type == "TrustedLaunchSupported"
    assert str(definition.purchase_plan) == "p/q/n"
    assert codes(findings) == []


def test_a_first_generation_image_cannot_have_trusted_launch():
    assert codes(plan([], make_image(generation="V1"), **SUPPORTED)[2]) == ["GenerationTooOld"]
    assert codes(plan([], **SUPPORTED)[2]) == []


@pytest.mark.parametrize("security", ["TrustedLaunch", "ConfidentialVM", "trustedlaunch"])
def test_a_definition_whose_machines_need_a_guest_state_takes_no_managed_image(security: str):
    """Azure builds the version, and no machine ever starts from it: its source must not be deleted."""
    existing = make_definition(security_type=security)
    (problem,) = plan([existing], imageDefinition="web")[2].problems
    assert (problem.field, problem.code) == ("imageDefinition", "GuestStateMissing")


def test_a_new_definition_that_needs_a_guest_state_is_refused_whoever_asks_for_it():
    asked = plan([], securityType="TrustedLaunch")[2].problems
    setting = plan([], settings=make_settings(security_type=SecurityType.TRUSTED_LAUNCH))[2].problems
    for (problem,) in (asked, setting):
        assert (problem.field, problem.code) == ("securityType", "GuestStateMissing")
        assert "TrustedLaunchSupported" in problem.message


@pytest.mark.parametrize("security", ["TrustedLaunchSupported", "ConfidentialVMSupported", "Standard", "ToCome"])
def test_a_definition_that_only_supports_more_takes_a_managed_image(security: str):
    assert codes(plan([make_definition(security_type=security)])[2]) == []


def test_a_taken_identifier_is_a_problem_before_azure_says_so():
    taken = make_definition(name="other", publisher="MANAGED-IMAGES", offer="Images", sku="WEB")
    findings = plan([taken])[2]
    assert codes(findings) == ["IdentifierTaken"]
    assert "other" in findings.problems[0].message


def test_a_definition_may_have_an_underscore():
    assert codes(plan([], imageDefinition="my_web_")[2]) == []
    assert codes(plan([make_definition(name="my_web")], imageDefinition="my_web")[2]) == []


@pytest.mark.parametrize(
    ("image", "definition"),
    [("web", "web"), ("my_web", "my-web"), ("web_", "web"), ("a__b", "a-b"), ("w.1-2_", "w.1-2")],
)
def test_a_definition_is_named_after_its_image(image: str, definition: str):
    assert definition_name(image) == definition


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", fullmatch=True))
def test_every_image_name_makes_a_definition_that_can_be_created(name: str):
    image = make_image(name=name)
    definition, create, findings = plan([], image)
    assert create
    assert codes(findings) == []
    try:
        make_request(imageDefinition=definition.name)
    except RequestInvalidError as error:
        pytest.fail(f"{definition.name} cannot be asked for again: {error}")


def test_a_definition_is_found_without_regard_to_case():
    assert find_definition([make_definition(name="Web")], "wEB") is not None
    assert find_definition([make_definition(name="Web")], "web2") is None


def test_two_images_whose_names_derive_one_definition_are_kept_apart():
    other = make_definition(name="a-b", tags={"migrated-from": "sub/images/a_b"})
    findings = plan([other], make_image(name="a-b"))[2]
    assert codes(findings) == ["DefinitionOfAnotherImage"]


def test_an_image_is_added_to_another_images_definition_where_someone_says_so():
    other = make_definition(tags={"migrated-from": "sub/images/web-2024"})
    assert codes(plan([other], imageDefinition="web")[2]) == []


def test_a_definition_made_for_the_same_image_is_used_again():
    own = make_definition(tags={"Migrated-From": origin_of(make_image()).upper()})
    assert codes(plan([own])[2]) == []
