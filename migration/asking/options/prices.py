"""What a gigabyte of replicas costs a month, as `[region=]storage=price`: this app knows no prices of its own."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from migration.values.image_version.regions import RegionName, StorageAccountType
from migration.values.lengths import MOST_LISTED, at_most
from migration.values.value import Value


class Price(Value):
    """What a gigabyte a month costs in this storage, in one region, or (None) wherever nothing else is said.

    The currency is whatever the deployment counts in.
    """

    region: RegionName | None = None
    storage: StorageAccountType
    price: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split("=")]
        if len(parts) not in {2, 3} or not all(parts):
            raise ValueError(f"'{value}' is not storage=price, nor region=storage=price")
        *region, storage, price = parts
        return {"region": region[0] if region else None, "storage": storage, "price": price}


def _told_by_comma(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _of_replicas(prices: list[Price]) -> list[Price]:
    if any(one.storage is StorageAccountType.PREFER_ZRS for one in prices):
        raise ValueError("prefer-zrs is no storage by itself: give the prices of Standard_ZRS and Standard_LRS")
    named = [(one.region, one.storage) for one in prices]
    if len(set(named)) < len(named):
        raise ValueError("a price is there twice")
    return prices


Prices = Annotated[list[Price], BeforeValidator(_told_by_comma), AfterValidator(_of_replicas), at_most(MOST_LISTED)]


def price_of(prices: list[Price], region: str, storage: str) -> float | None:
    """Return the price in a region, else the one that counts anywhere; None where nobody has said."""
    known = {(one.region, one.storage.lower()): one.price for one in prices}
    return known.get((region, storage.lower()), known.get((None, storage.lower())))
