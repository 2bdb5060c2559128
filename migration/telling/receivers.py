"""Who is told: the addresses of the settings, each known by a digest, since they hold secrets of their own."""

import re
from typing import NamedTuple

from pydantic import SecretStr

from migration.approval.link import digest_of
from migration.asking.platform import is_unresolved
from migration.asking.settings import Settings
from migration.values.occasion import Occasion

_SCHEMA = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,29})://")
_NAME = re.compile(r"[\w.@+-]+")


class Address(NamedTuple):
    """Where notifications go. `name` is the person behind it, if it is one person's."""

    url: str
    name: str | None

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `url` or `name=url`."""
        name, equals, url = text.partition("=")
        named = equals and "://" not in name and not is_unresolved(text)
        return cls(url, name) if named else cls(text, None)

    @property
    def shown(self) -> str:
        """The person and the kind of service, as far as no secret can be in them: the text may be no address at all."""
        found = _SCHEMA.match(self.url)
        kind = found[1] if found else "no URL"
        return f"{self.name}, {kind}" if self.name and found and _NAME.fullmatch(self.name) else kind

    @property
    def receiver(self) -> str:
        """By which a link knows whom it went to."""
        return digest_of(f"{self.name or ''}={self.url}")


def audience(occasion: Occasion, current: Settings) -> list[Address]:
    """Return the addresses that are told of an occasion."""
    return _addresses_in(current.escalate if occasion is Occasion.ESCALATION else current.notify)


def is_receiver(receiver: str, current: Settings) -> bool:
    """Tell whether somebody is still told anything: a link of somebody who is not stops."""
    return any(one.receiver == receiver for addresses in receivers(current).values() for one in addresses)


def receivers(current: Settings) -> dict[str, list[Address]]:
    """Return the addresses of each setting that names some."""
    return {"MIGRATION_NOTIFY": _addresses_in(current.notify), "MIGRATION_ESCALATE": _addresses_in(current.escalate)}


def _addresses_in(addresses: list[SecretStr]) -> list[Address]:
    return [Address.parse(secret.get_secret_value()) for secret in addresses]
