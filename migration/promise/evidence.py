"""Everything the promise depends on, as read from Azure at one time. What has not been read is known to be unread."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypedDict, Unpack

from migration.resources.gallery import ImageVersion
from migration.resources.image import ManagedImage
from migration.resources.lock import Lock
from migration.users.kinds import OTHERS, kind_of
from migration.values.answer import Refusal
from migration.values.value import Value


class Part(StrEnum):
    """What can be read, by the name of its field. Whoever uses a source is found by a search that takes minutes."""

    CONSUMERS = "consumers"
    MACHINES = "machines"
    LOCKS = "locks"
    MENTIONS = "mentions"
    VERSION = "version"
    IMAGE = "image"
    OLDER = "older"


LAST = {Part.VERSION, Part.IMAGE}  # read nearest to the deed; all others before, for they take long
NOT_READ = Refusal(code="NotRead", message="it has not been looked at")
_OF_FIELD = 4  # characters of a digest: enough to name what changed, and never to decide whether it did
_WORDS = {
    Part.CONSUMERS: "who uses the source image",
    Part.MACHINES: "the machines that came from the source image, and have disks of their own",
    Part.LOCKS: "the locks on the source image",
    Part.MENTIONS: "who else names the source image",
    Part.VERSION: "the image version or its replicas",
    Part.IMAGE: "the source image",
    Part.OLDER: "whether a version of a newer image is latest",
}


class Consumer(Value):
    """Who came from the image, or needs it. `kind` is a key of `migration/users/kinds.py`, `type` the resource type
    where Resource Graph told of it. `created_at` is when a machine or scale set was made, where Azure says so.
    """

    id: str
    kind: str
    type: str = ""
    created_at: datetime | None = None

    @property
    def words(self) -> str:
        """Return what it is, for people: of other resources the type."""
        return self.type if self.kind == OTHERS.key and self.type else kind_of(self.kind).singular


class Mentions(NamedTuple):
    """Who names an image by Resource Graph; `unlooked` says of each kind that was not looked for everywhere, why."""

    found: list[Consumer]
    unlooked: dict[str, str]


def counted(consumers: Sequence[Consumer]) -> str:
    """Return how many of each kind there are, in words."""
    kinds = Counter(one.kind for one in consumers)
    return ", ".join(kind_of(key).counted(count) for key, count in sorted(kinds.items()))


class Parts(TypedDict, total=False):
    """Parts that have been read, as `Evidence` has them."""

    image: ManagedImage | None
    version: ImageVersion | None
    consumers: list[Consumer]
    machines: list[Consumer]
    locks: list[Lock]
    mentions: list[Consumer]
    unlooked: dict[str, str]
    older: Refusal | None


class Evidence(Value):
    """What has been read. `image` is None once the source is gone, `version` where there is none.

    `consumers` need the image by what Compute says, whatever the settings do; `machines` came from it, and have disks
    of their own. `mentions` are other resources that name it, by Resource Graph, and `unlooked` says of each kind that
    was not looked for there, why. `older` is why the version stays out of `latest` for its age.
    `unread` says of every part that has not been read, why: until somebody has read it (`having`), a part is one of
    those.
    """

    image: ManagedImage | None = None
    version: ImageVersion | None = None
    consumers: list[Consumer] = []
    machines: list[Consumer] = []
    locks: list[Lock] = []
    mentions: list[Consumer] = []
    unlooked: dict[str, str] = {}
    older: Refusal | None = None
    unread: dict[Part, Refusal] = dict.fromkeys(Part, NOT_READ)
    read_at: datetime

    @property
    def users(self) -> list[Consumer]:
        """All who were found, of whatever kind and by whom."""
        return [*self.consumers, *self.machines, *self.mentions]

    @property
    def source_is_gone(self) -> bool:
        """Tell whether it was looked for, and is not there."""
        return self.image is None and Part.IMAGE not in self.unread

    @property
    def version_is_gone(self) -> bool:
        """Tell whether it was looked for, and is not there."""
        return self.version is None and Part.VERSION not in self.unread

    def having(self, **parts: Unpack[Parts]) -> "Evidence":
        """Return the evidence with parts that have been read now."""
        return self.changed(**parts, unread={part: why for part, why in self.unread.items() if part not in parts})

    def lacking(self, part: Part, why: Refusal) -> "Evidence":
        """Return the evidence with the reason why a part cannot be read."""
        return self.changed(unread={**self.unread, part: why})

    def digest(self, parts: Sequence[Part]) -> str:
        """Return text that changes when any of these parts does: whoever decides must have seen what is true now."""
        return "-".join(_digest_of_part(self._fact(part)) for part in parts)

    def changes_since(self, digest: str, parts: Sequence[Part]) -> list[str]:
        """Return in words what differs from the facts of an earlier digest; everything for a text that is none."""
        now, then = self.digest(parts).split("-"), digest.split("-")
        if len(then) != len(now):
            return [_WORDS[part] for part in parts]
        changed = [(part, one, other) for part, one, other in zip(parts, now, then, strict=True) if one != other]
        return [f"{_WORDS[part]}{_difference(self._fact(part), one, other)}" for part, one, other in changed]

    def _fact(self, part: Part) -> Any:
        return self.unread.get(part) or getattr(self, part)


def _digest_of_part(part: Value | Sequence[Value] | None) -> str:
    """Return a digest of it all, by which parts compare; then one of each field, by which people are told."""
    if not isinstance(part, Value):
        return _hashed([one.dump() for one in part or []])[:16]
    facts = part.dump()
    fields = (_hashed(value)[:_OF_FIELD] for value in facts.values())
    return f"{_hashed(facts)[:16]}_{''.join(fields)}"


def _difference(part: Value | Sequence[Value] | None, now: str, then: str) -> str:
    """Say which fields differ, as far as that can be told."""
    if part is None:
        return ", which is gone"
    ours, theirs = now.partition("_")[2], then.partition("_")[2]
    if not isinstance(part, Value) or len(ours) != len(theirs):
        return ""
    ends = range(0, len(ours), _OF_FIELD)
    named = zip(type(part).model_fields, ends, strict=True)
    differing = [name for name, at in named if ours[at : at + _OF_FIELD] != theirs[at : at + _OF_FIELD]]
    return f" ({', '.join(name.replace('_', ' ') for name in differing)})" if differing else ""


def _hashed(facts: Any) -> str:
    return hashlib.sha256(_ordered(facts).encode()).hexdigest()


def _ordered(value: Any) -> str:
    """Write plain JSON so that order, in which Azure is free, makes no difference."""
    if isinstance(value, dict):
        return str(sorted((key, _ordered(one)) for key, one in value.items()))
    return str(sorted(_ordered(one) for one in value)) if isinstance(value, list) else repr(value)
