"""The Marketplace plan that an image may descend from."""

from migration.values.record import Record


class PurchasePlan(Record):
    """The Marketplace plan an image descends from. A managed image does not say: the user must."""

    publisher: str
    product: str
    name: str

    def __str__(self) -> str:
        return f"{self.publisher}/{self.product}/{self.name}"
