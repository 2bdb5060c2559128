"""The Marketplace plan that an image may descend from."""

from typing import Annotated, Any

from migration.values.lengths import LONGEST_PLAN_PART, at_most
from migration.values.value import Stored

NO_PLAN = "none"  # what people say where an image has no plan
PlanPart = Annotated[str, at_most(LONGEST_PLAN_PART)]


class PurchasePlan(Stored):
    """The Marketplace plan an image descends from. A managed image does not say: the user must.

    Azure lets a definition have part of one; what is missing is empty.
    """

    publisher: PlanPart = ""
    product: PlanPart = ""
    name: PlanPart = ""

    @property
    def is_complete(self) -> bool:
        return all(part.strip() for part in (self.publisher, self.product, self.name))

    def __str__(self) -> str:
        return "/".join(part or "?" for part in (self.publisher, self.product, self.name))


def purchase_plan_of(body: dict[str, Any] | None) -> PurchasePlan | None:
    """Read the plan of a definition or a machine as Azure shows it; None where no part of one is named."""
    named = {part: str(text) for part in ("publisher", "product", "name") if (text := (body or {}).get(part))}
    return PurchasePlan.model_validate(named) if named else None


def same_plan(one: PurchasePlan | None, other: PurchasePlan | None) -> bool:
    """Tell whether two plans, or two lacks of one, are the same; Azure does not regard case."""
    return str(one).lower() == str(other).lower()
