"""Which images are meant: by subscription, group, name, tag or id. An image is one of them if it meets all of these."""

import re
from collections.abc import Iterable
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import AfterValidator, model_validator

from migration.asking.request import SourceImageId
from migration.fleet.member import MOST_MEMBERS
from migration.resources.image import ManagedImage
from migration.values.ids import MANAGED_IMAGE, ResourceId, ResourceIdInvalidError
from migration.values.lengths import MOST_LISTED, at_most
from migration.values.tags import TagName, TagValue, find_tag
from migration.values.value import Value

LONGEST_GLOB = 90  # as long as the name of a resource group may be
_SUBSCRIPTION = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_OPEN = {"*", "?"}


def _subscription(text: str) -> str:
    told = text.strip().lower().removeprefix("/subscriptions/")
    if not _SUBSCRIPTION.fullmatch(told):
        raise ValueError(f"'{text}' is not the id of a subscription")
    return told


def _glob(text: str) -> str:
    """Take the name as it is, with `*` for any characters and `?` for any one; what else a shell knows is refused."""
    told = text.strip()
    if not told or not all(one.isalnum() or one in "-_.()" or one in _OPEN for one in told):
        raise ValueError(f"'{text}' is not a name, in which * stands for any characters and ? for any one")
    return told


SubscriptionId = Annotated[str, at_most(LONGEST_GLOB), AfterValidator(_subscription)]
Glob = Annotated[str, at_most(LONGEST_GLOB), AfterValidator(_glob)]


class ImageSelector(Value):
    """Which images. What is not said leaves none out; of several values any counts, of several tags each.

    `resource_groups` and `names` may hold `*` and `?`, and regard no case. A tag with null as its value is there,
    whatever its value. `ids` are those images and no others.
    """

    subscriptions: Annotated[list[SubscriptionId], at_most(MOST_LISTED)] = []
    resource_groups: Annotated[list[Glob], at_most(MOST_LISTED)] = []
    names: Annotated[list[Glob], at_most(MOST_LISTED)] = []
    tags: Annotated[dict[TagName, TagValue | None], at_most(MOST_LISTED)] = {}
    ids: Annotated[list[SourceImageId], at_most(MOST_MEMBERS)] = []

    @model_validator(mode="after")
    def _says_something(self) -> "ImageSelector":
        """Refuse to take everything there is for what was meant: whoever wants that names the subscriptions."""
        if not any((self.subscriptions, self.resource_groups, self.names, self.tags, self.ids)):
            raise ValueError("say which images: by subscriptions, resourceGroups, names, tags or ids")
        return self

    def chosen(self, images: Iterable[ManagedImage]) -> list[ManagedImage]:
        """Return those images that are meant; of one that cannot be read, only its id and what is seen of it count."""
        named = {one.lower() for one in self.ids}
        found = []
        for image in images:
            with suppress(ResourceIdInvalidError):  # nobody could name it
                if self._takes(image, image.resource_id, named):
                    found.append(image)
        return found

    def _takes(self, image: ManagedImage, place: ResourceId, named: set[str]) -> bool:
        return (
            (not self.subscriptions or place.subscription.lower() in self.subscriptions)
            and _matches(place.resource_group, self.resource_groups)
            and _matches(place.name, self.names)
            and all(_has_tag(image, name, value) for name, value in self.tags.items())
            and (not named or str(place).lower() in named)
        )

    def groups_of(self, subscription: str) -> set[str] | None:
        """Return the only groups of a subscription, in lower case, that can hold what is meant; None where any may."""
        if self.ids:
            places = [ResourceId.parse(one, MANAGED_IMAGE) for one in self.ids]
            return {one.resource_group.lower() for one in places if one.subscription.lower() == subscription.lower()}
        if not self.resource_groups or any(_OPEN & set(one) for one in self.resource_groups):
            return None
        return {one.lower() for one in self.resource_groups}

    def may_be_in(self, subscription: str) -> bool:
        """Tell whether any image that is meant can be in a subscription."""
        is_asked = not self.subscriptions or subscription.lower() in self.subscriptions
        return is_asked and self.groups_of(subscription) != set()


def _matches(name: str, globs: Iterable[str]) -> bool:
    wanted = [one.lower() for one in globs]
    return not wanted or any(fnmatchcase(name.lower(), one) for one in wanted)


def _has_tag(image: ManagedImage, name: str, value: str | None) -> bool:
    found = find_tag(image.tags, name)
    return found is not None and (value is None or found == value)
