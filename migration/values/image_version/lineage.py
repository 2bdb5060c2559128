"""What Azure says of where an image version comes from, and how its own validations of it went."""

from datetime import datetime

from migration.values.azure_rules import IMAGES_WITH_PLANS_ALL_THE_SAME, PUBLISHERS_WITHOUT_PLANS
from migration.values.image_version.purchase_plan import PurchasePlan
from migration.values.value import Value


class Lineage(Value):
    """The Marketplace image that a version descends from. Whether that has a purchase plan, Azure does not say here.

    What Azure leaves out is empty; without a publisher there is no lineage.
    """

    publisher: str
    offer: str = ""
    sku: str = ""

    @property
    def has_no_plan(self) -> bool:
        """Tell whether images of this publisher are known to have no purchase plan, and this is no exception."""
        named = f"{self.offer}/{self.sku}".lower()
        excepted = any(word in named for word in IMAGES_WITH_PLANS_ALL_THE_SAME)
        return self.publisher.lower() in PUBLISHERS_WITHOUT_PLANS and not excepted

    def is_of(self, plan: PurchasePlan | None) -> bool:
        """Tell whether a plan is one of this image's offer. Its name need not be the SKU's: a SKU of generation 2 has
        the plan of its sibling.
        """
        if plan is None:
            return False
        return (plan.publisher.lower(), plan.product.lower()) == (self.publisher.lower(), self.offer.lower())

    def __str__(self) -> str:
        return "/".join(part or "?" for part in (self.publisher, self.offer, self.sku))


class Validation(Value):
    """A validation that Azure has made of a version, an hour or more after it was published; `status` is its word."""

    type: str
    status: str
    executed_at: datetime | None = None
