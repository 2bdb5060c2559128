"""Where a test of `az` works: a resource group of its own."""

from dataclasses import dataclass


@dataclass
class Place:
    """A resource group with one managed image."""

    group: str
    scope: str
    image_id: str
