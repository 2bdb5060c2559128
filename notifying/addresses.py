"""Which addresses of the settings cannot be used. They are no reason to read no settings: runs under way go on."""

from urllib.parse import urlsplit

from migration.asking.platform import is_unresolved
from migration.asking.settings import Settings, SettingsInvalidError
from migration.telling.receivers import Address, receivers
from migration.values.problems import Problem
from notifying.services import is_known

PUBLIC_URL = "MIGRATION_PUBLIC_URL"
_UNRESOLVED = "it is the unresolved text of a Key Vault reference: may the app's identity read that secret?"


def wrong_addresses(current: Settings) -> list[Problem]:
    """Return a problem for each address that nobody can be told by, or that no link can begin with."""
    listed = [
        _wrong(f"{setting}.{number}", why)
        for setting, addresses in receivers(current).items()
        for number, address in enumerate(addresses)
        if (why := why_wrong(address))
    ]
    return [*listed, *wrong_links(current)]


def wrong_links(current: Settings) -> list[Problem]:
    """Return a problem where nobody could follow the links that are sent."""
    url = current.public_url
    if url is None or _can_be_followed(url):
        return []
    return [_wrong(PUBLIC_URL, _UNRESOLVED if is_unresolved(url) else f"'{url}' is no https:// address with a host")]


def why_wrong(address: Address) -> str | None:
    """Say why nobody can be told by an address, without its secrets; None where it can be tried."""
    if is_known(address.url):
        return None
    return _UNRESOLVED if is_unresolved(address.url) else f"apprise knows no way to this address ({address.shown})"


def refuse_wrong_addresses(current: Settings) -> None:
    """Raise SettingsInvalidError, naming each, for whoever would begin what people could not be told of."""
    if problems := wrong_addresses(current):
        raise SettingsInvalidError(problems)


def _wrong(setting: str, why: str) -> Problem:
    return Problem(field=setting, code="Invalid", message=why)


def _can_be_followed(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or any(map(str.isspace, url)))
    return parts.scheme in {"https", "http"} and has_host and plain
