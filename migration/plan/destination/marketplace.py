"""The Marketplace plan of a definition. An image does not state one, and it can never be changed in a definition.

What hints at one, the tags that Packer writes or the machine the image was captured from, must be answered: without its
plan a version is built well, and no machine made from it starts.
"""

from collections.abc import Mapping
from typing import Literal

from migration.plan.choosing import Choices
from migration.plan.plan import Findings, Plan
from migration.resources.gallery import ImageDefinition
from migration.values.answer import Refusal
from migration.values.image_version.lineage import Lineage
from migration.values.image_version.purchase_plan import PurchasePlan, same_plan
from migration.values.tags import find_tag

_PACKER = {"publisher": "PlanPublisher", "product": "PlanProduct", "name": "PlanInfo"}
_NOT_SAID = "PurchasePlanNotSaid"
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
        findings.problem("purchasePlan", _NOT_SAID, _question(hint, who, existing))
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


def lineage_refusal(plan: Plan, lineage: Lineage | None) -> Refusal | None:
    """Say that Azure names a Marketplace image as where a version comes from, and its definition no plan of that.

    As with every other hint, whoever said which plan it has, or that it has none, knows better.
    """
    has = plan.definition.purchase_plan
    if lineage is None or lineage.has_no_plan or lineage.is_of(has) or plan.was_asked("purchasePlan"):
        return None
    name, offer = plan.definition.name, f"{lineage.publisher}/{lineage.offer or 'product'}"
    message = (
        f"Azure says that the image version descends from the Marketplace image {lineage}, and image definition {name}"
        f" has {f'the purchase plan {has}' if has else 'no purchase plan'}: if that image has one, no machine made of"
        f" the version starts. Ask with plan={offer}/name and another image definition, or plan=none if it has none"
    )
    return Refusal(code=_NOT_SAID, message=message)


def lineage_told(plan: Plan, lineage: Lineage) -> str:
    """Say where a version comes from, and what that means for its plan."""
    has = plan.definition.purchase_plan
    if lineage.is_of(has):
        known = f"its definition has the purchase plan {has}"
    elif plan.was_asked("purchasePlan"):
        known = f"whoever asked said that its purchase plan is {has or 'none'}"
    else:
        known = "its publisher is known for images without a purchase plan" if lineage.has_no_plan else "plan unknown"
    return f"Azure says that the version descends from the Marketplace image {lineage}: {known}."
