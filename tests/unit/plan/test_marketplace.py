"""Marketplace plans: what hints at one must be answered before a definition is made that can never have another."""

from datetime import UTC, datetime
from typing import Any

import pytest

from migration.plan.choosing import Choices
from migration.plan.destination.marketplace import lineage_refusal, plan_in_tags, plan_purchase
from migration.plan.plan import Findings, Plan
from migration.promise.shown import remarks
from migration.resources.gallery import ImageDefinition
from migration.values.image_version.lineage import Lineage, Validation
from migration.values.image_version.purchase_plan import PurchasePlan
from tests.support.samples import DEFAULTS, codes, make_definition, make_plan, make_request, make_version

CIS = PurchasePlan(publisher="cis", product="cis-ws2019", name="l1")
PACKER = {"PlanInfo": "l1", "PlanProduct": "cis-ws2019", "PlanPublisher": "cis"}


def plan(
    tags: dict[str, str],
    existing: ImageDefinition | None = None,
    machine: PurchasePlan | None = None,
    **body: Any,
) -> tuple[PurchasePlan | None, Findings]:
    findings = Findings()
    choices = Choices(make_request(**body), DEFAULTS, "request", findings)
    return plan_purchase(choices, tags, machine, existing, findings), findings


@pytest.mark.parametrize(("tags", "machine"), [(PACKER, None), ({}, CIS), ({"planinfo": "l1"}, None)])
def test_a_hint_that_is_not_answered_is_a_problem(tags: dict[str, str], machine: PurchasePlan | None):
    assert codes(plan(tags, machine=machine)[1]) == ["PurchasePlanNotSaid"]


def test_the_problem_holds_the_option_to_copy():
    (problem,) = plan(PACKER)[1].problems
    assert "plan=cis/cis-ws2019/l1" in problem.message
    assert "plan=none" in problem.message


def test_half_a_hint_is_no_option_to_copy():
    (problem,) = plan({"PlanInfo": "l1"})[1].problems
    assert "plan=publisher/product/name" in problem.message


def test_either_answer_is_taken():
    assert plan(PACKER, purchasePlan="cis/cis-ws2019/l1")[0] == CIS
    asked, findings = plan(PACKER, purchasePlan="none")
    assert (asked, codes(findings)) == (None, [])
    assert [note for note in findings.notes if "while a tag of the image names cis/cis-ws2019/l1" in note]


def test_a_definition_that_has_the_plan_hinted_at_answers_for_it():
    has = CIS.changed(publisher="CIS")
    assert codes(plan(PACKER, make_definition(purchase_plan=has))[1]) == []


@pytest.mark.parametrize("has", [None, PurchasePlan(name="l1"), PurchasePlan(publisher="x", product="y", name="z")])
def test_a_definition_with_another_plan_is_refused_with_a_way_out(has: PurchasePlan | None):
    existing = make_definition(purchase_plan=has)
    (unanswered,) = plan(PACKER, existing)[1].problems
    (mismatch,) = plan(PACKER, existing, purchasePlan="cis/cis-ws2019/l1")[1].problems
    assert (unanswered.code, mismatch.code) == ("PurchasePlanNotSaid", "DefinitionMismatch")
    for problem in (unanswered, mismatch):
        assert "name another image definition" in problem.message


def test_blank_tags_hint_at_nothing():
    assert plan_in_tags(dict.fromkeys(PACKER, " ")) is None
    assert codes(plan(dict.fromkeys(PACKER, ""))[1]) == []


def with_plan(has: PurchasePlan | None, said: str = "default") -> Plan:
    return make_plan(definition=make_definition(purchase_plan=has), origins={"purchasePlan": said})


FROM_CIS = Lineage(publisher="CIS", offer="cis-ws2019", sku="l1-gen2")


@pytest.mark.parametrize(
    ("has", "said", "lineage", "stops"),
    [
        (None, "default", FROM_CIS, True),
        (PurchasePlan(publisher="x", product="y", name="z"), "default", FROM_CIS, True),
        (CIS, "default", FROM_CIS, False),
        (None, "tag", FROM_CIS, False),
        (PurchasePlan(publisher="x", product="y", name="z"), "request", FROM_CIS, False),
        (None, "default", None, False),
        (None, "default", Lineage(publisher="MicrosoftWindowsServer", offer="WindowsServer"), False),
        (None, "default", Lineage(publisher="redhat", offer="rhel-byos", sku="rhel-lvm9"), True),
        (None, "default", Lineage(publisher="canonical", offer="ubuntu-24_04-lts", sku="ubuntu-pro"), True),
    ],
)
def test_a_lineage_is_judged_like_every_other_hint(
    has: PurchasePlan | None, said: str, lineage: Lineage | None, stops: bool
):
    refusal = lineage_refusal(with_plan(has, said), lineage)
    assert (refusal and refusal.code) == ("PurchasePlanNotSaid" if stops else None)


def test_a_plan_of_a_run_that_does_not_say_where_its_plan_came_from_is_asked_about():
    assert lineage_refusal(make_plan(definition=make_definition(purchase_plan=None), origins={}), FROM_CIS)


@pytest.mark.parametrize(
    ("plan", "lineage", "words"),
    [
        (with_plan(CIS), FROM_CIS, "CIS/cis-ws2019/l1-gen2: its definition has the purchase plan cis/cis-ws2019/l1."),
        (with_plan(None, "tag"), FROM_CIS, "whoever asked said that its purchase plan is none."),
        (with_plan(None), Lineage(publisher="Canonical", offer="UbuntuServer"), "images without a purchase plan."),
        (with_plan(None), FROM_CIS, "plan unknown."),
    ],
)
def test_what_a_lineage_means_is_said_beside_the_checks(plan: Plan, lineage: Lineage, words: str):
    (told,) = remarks(plan, make_version(lineage=lineage))
    assert told.endswith(words)


def test_a_version_of_which_azure_says_nothing_has_no_remarks():
    assert remarks(with_plan(None), make_version()) == remarks(with_plan(None), None) == []


def test_validations_of_azures_are_said_beside_the_checks_whatever_came_of_them():
    at = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
    made = [
        Validation(type="TrustedLaunch", status="Failed", executed_at=at),
        Validation(type="Other", status="Succeeded"),
    ]
    assert remarks(with_plan(None), make_version(validations=made)) == [
        "Validated by Azure itself as TrustedLaunch, of 2026-11-29 09:30 UTC: Failed.",
        "Validated by Azure itself as Other: Succeeded.",
    ]
