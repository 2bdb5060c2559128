"""The Marketplace plan of a definition. An image does not state one, and it can never be changed in a definition.

What hints at one, the tags that Packer writes or the machine the image was captured from, must be answered: without its
plan a version is built well, and no machine made from it starts.
"""

from collections.abc import Mapping
from typing import Literal

from migration.plan.choosing import Choices
from migration.plan.plan import Findings
from migration.resources.gallery import ImageDefinition
from migration.values.image_version.purchase_plan import PurchasePlan, same_plan
from migration.values.tags import find_tag

_PACKER = {"publisher": "PlanPublisher", "product": "PlanProduct", "name": "PlanInfo"}
_OTHER = "name another image definition, or delete this one if it holds no version"


def plan_in_tags(tags: Mapping[str, str]) -> PurchasePlan | None:
    """Return the plan that an image's tags name, or as much of it as they do."""
    named = {part: (find_tag(tags, tag) or "").strip() for part, tag in _PACKER.items()}
    return PurchasePlan.model_validate(named) if any(named.values()) else None


def plan_purchase(
    choices: Choices,
    tags: Mapping[str, str],
    machine_plan: PurchasePlan | None,
    existing: ImageDefinition | None,
    findings: Findings,
) -> PurchasePlan | None:
    """Return the plan for the definition, held against what hints at one and what an existing definition has."""
    said: PurchasePlan | Literal["none"] | None = choices.value("purchase_plan")
    hint = plan_in_tags(tags) or machine_plan
    who = "a tag of the image" if plan_in_tags(tags) else "the machine that the image was captured from"
    if said is not None:
        asked = None if isinstance(said, str) else said
        _check_asked(asked, existing, findings)
        if hint is not None and not same_plan(hint, asked):
            findings.note(f"asked for is the purchase plan {said}, while {who} names {hint}")
        return asked
    if hint is not None and not (existing and same_plan(existing.purchase_plan, hint)):
        findings.problem("purchasePlan", "PurchasePlanNotSaid", _question(hint, who, existing))
    elif existing is not None and existing.purchase_plan is not None:
        findings.note(f"image definition {existing.name} has the purchase plan {existing.purchase_plan}")
    elif existing is None:
        findings.note("no purchase plan is given: right only if the image does not descend from a Marketplace image")
    return None


def _check_asked(asked: PurchasePlan | None, existing: ImageDefinition | None, findings: Findings) -> None:
    if existing is not None and not same_plan(existing.purchase_plan, asked):
        has, wants = existing.purchase_plan or "none", asked or "none"
        message = f"image definition {existing.name} has purchase plan {has}, asked for is {wants}: {_OTHER}"
        findings.problem("purchasePlan", "DefinitionMismatch", message)


def _question(hint: PurchasePlan, who: str, existing: ImageDefinition | None) -> str:
    copy = f"plan={hint}" if hint.is_complete else "plan=publisher/product/name"
    message = f"{who} names the Marketplace plan {hint}: ask with {copy}, or with plan=none if the image has none"
    if existing is None:
        return message
    has = existing.purchase_plan or "no purchase plan"
    return f"{message}; image definition {existing.name} has {has}, so with the plan {_OTHER}"
