"""Marketplace plans: what hints at one must be answered before a definition is made that can never have another."""

from typing import Any

import pytest

from migration.plan.choosing import Choices
from migration.plan.destination.marketplace import plan_in_tags, plan_purchase
from migration.plan.plan import Findings
from migration.resources.gallery import ImageDefinition
from migration.values.image_version.purchase_plan import PurchasePlan
from tests.support.samples import DEFAULTS, codes, make_definition, make_request

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
