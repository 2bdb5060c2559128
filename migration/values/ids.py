"""Azure resource ids and the instance id of a migration. Ids compare case-insensitively, as in Azure."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

MANAGED_IMAGE = "Microsoft.Compute/images"
GALLERY = "Microsoft.Compute/galleries"
IMAGE_DEFINITION = "Microsoft.Compute/galleries/images"
SCALE_SET = "Microsoft.Compute/virtualMachineScaleSets"
IMAGE_VERSION = "Microsoft.Compute/galleries/images/versions"
VIRTUAL_MACHINE = "Microsoft.Compute/virtualMachines"
DISK_ENCRYPTION_SET = "Microsoft.Compute/diskEncryptionSets"

MOST_REMEMBERED = 4096  # ids that were read lately, of at most a few hundred characters each

_SUBSCRIPTION = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_RESOURCE_GROUP = re.compile(r".{0,89}[^.]")
_RESOURCE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_TAGS_SUFFIX = re.compile(r"/providers/microsoft\.resources/tags/default/?$", re.IGNORECASE)
LONGEST_NAME_IN_ID = 57  # an instance id has at most 100 characters
_MIGRATION, _TELLER = "migrate-", "tell-"
_INSTANCE_ID = re.compile(r"migrate-[a-z0-9._-]{1,57}-[0-9a-f]{32}")
_EARLIER_INSTANCE_ID = re.compile(r"migrate-[a-z0-9._-]{1,80}-[0-9a-f]{10}")


class ResourceIdInvalidError(ValueError):
    """A text that is not the id of the kind of resource it should name."""


@dataclass(frozen=True)
class ResourceId:
    """The id of a Microsoft.Compute resource, e.g. `.../galleries/g/images/d`: `kind` with one name a segment."""

    subscription: str
    resource_group: str
    kind: str
    names: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, kind: str) -> "ResourceId":
        """Read an id of this kind; the tags sub-resource that some events name is taken off first."""
        try:
            return _take_apart(_TAGS_SUFFIX.sub("", text.strip()).rstrip("/"), kind)
        except ValueError:
            raise ResourceIdInvalidError(f"'{text}' is not the id of a {kind}: expected {_template(kind)}") from None

    @classmethod
    def of_any(cls, text: str, kinds: Iterable[str]) -> "ResourceId":
        """Read an id of one of these kinds."""
        for kind in kinds:
            with suppress(ResourceIdInvalidError):
                return cls.parse(text, kind)
        raise ResourceIdInvalidError(f"'{text}' is not the id of any of {', '.join(kinds)}")

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def group_id(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"

    @property
    def parent(self) -> "ResourceId":
        return ResourceId(self.subscription, self.resource_group, self.kind.rpartition("/")[0], self.names[:-1])

    def child(self, name: str) -> "ResourceId":
        """Return the id of the definition of a gallery, or of the version of a definition."""
        kind = {GALLERY: IMAGE_DEFINITION, IMAGE_DEFINITION: IMAGE_VERSION}[self.kind]
        return ResourceId(self.subscription, self.resource_group, kind, (*self.names, name))

    def __str__(self) -> str:
        provider, *types = self.kind.split("/")
        path = "".join(f"/{segment}/{name}" for segment, name in zip(types, self.names, strict=True))
        return f"{self.group_id}/providers/{provider}{path}"


@lru_cache(maxsize=MOST_REMEMBERED)
def _take_apart(text: str, kind: str) -> ResourceId:
    """Take an id apart once in a process, for all to share: it is frozen.

    Stored state and answers of Azure hold ids as text and are validated anew in each call of a function; this is what
    keeps that from being work.
    """
    parts = text.split("/")
    keys = ["subscriptions", "resourcegroups", "providers", *kind.lower().split("/")[1:]]
    if parts[0] != "" or len(parts) != 2 * len(keys) + 1 or [part.lower() for part in parts[1::2]] != keys:
        raise ValueError(text)
    subscription, group, provider, *names = parts[2::2]
    valid = _SUBSCRIPTION.fullmatch(subscription) and _is_group(group)
    if not valid or provider.lower() != "microsoft.compute" or not all(map(_RESOURCE_NAME.fullmatch, names)):
        raise ValueError(text)
    return ResourceId(subscription, group, kind, tuple(names))


def place(text: str) -> str:
    """Return the id of a subscription or resource group without its last slash; raises ValueError for anything else."""
    match text.strip().rstrip("/").split("/"):
        case ["", "subscriptions", subscription] if _SUBSCRIPTION.fullmatch(subscription):
            return f"/subscriptions/{subscription}"
        case ["", "subscriptions", subscription, groups, group] if (
            _SUBSCRIPTION.fullmatch(subscription) and groups.lower() == "resourcegroups" and _is_group(group)
        ):
            return f"/subscriptions/{subscription}/resourceGroups/{group}"
    raise ValueError(f"'{text}' is not the id of a subscription or resource group")


def _is_group(name: str) -> bool:
    """Azure lets groups have letters of any alphabet, and with them their marks, which are no letters."""
    return bool(_RESOURCE_GROUP.fullmatch(name)) and all(_is_of_groups(character) for character in name)


def _is_of_groups(character: str) -> bool:
    return character.isalnum() or character in "-_.()" or unicodedata.category(character) in {"Mn", "Mc", "Pc"}


def _template(kind: str) -> str:
    provider, *types = kind.split("/")
    path = "".join(f"/{segment}/<name>" for segment in types)
    return f"/subscriptions/<guid>/resourceGroups/<name>/providers/{provider}{path}"


def same_id(left: str | None, right: str | None) -> bool:
    """Tell whether two ids name the same resource: Azure compares them without regard to case."""
    return left is not None and right is not None and left.lower().rstrip("/") == right.lower().rstrip("/")


def instance_id_for(source_image_id: str) -> str:
    """Return the one instance id that migrations of this source image run under, whoever spells its id how."""
    source = ResourceId.parse(source_image_id, MANAGED_IMAGE)
    return f"migrate-{source.name.lower()[:LONGEST_NAME_IN_ID]}-{_digest_of_id(source)[:32]}"


def earlier_instance_id_for(source_image_id: str) -> str:
    """Return the id under which a release with stored data of format 1 kept this image."""
    source = ResourceId.parse(source_image_id, MANAGED_IMAGE)
    return f"migrate-{source.name.lower()}-{_digest_of_id(source)[:10]}"


def _digest_of_id(source: ResourceId) -> str:
    return hashlib.sha256(str(source).lower().encode()).hexdigest()


def teller_of(migration_id: str) -> str:
    """Return the instance id under which people are told of an image's migrations."""
    return f"{_TELLER}{migration_id.removeprefix(_MIGRATION)}"


def id_of_no_image(draw: str) -> str:
    """Return an id under which no image has a record, to try the task hub with; `draw` has 32 random hex digits."""
    return f"{_MIGRATION}self-test-{draw}"


def migration_of_teller(instance_id: str) -> str | None:
    """Return the id of the migrations that such an instance tells of; None for any other instance."""
    migration_id = f"{_MIGRATION}{instance_id.removeprefix(_TELLER)}"
    return migration_id if teller_of(migration_id) == instance_id and is_instance_id(migration_id) else None


def is_instance_id(text: str) -> bool:
    """Tell whether a text could be the id of one of our migrations (and not of something else in the hub)."""
    return _INSTANCE_ID.fullmatch(text) is not None


def is_earlier_instance_id(text: str) -> bool:
    """Tell whether a text could be an id of stored data of format 1."""
    return _EARLIER_INSTANCE_ID.fullmatch(text) is not None
