"""What host.json and local.settings.json say, as far as this host honours it."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from dev.host.engine.limits import Limits

_OVERRIDE = "azurefunctionsjobhost__"
_DEFAULT_TIMEOUT = timedelta(minutes=30)
_UNLIMITED_TIMEOUT = "-1"
_PER_CORE = 10


class HostSettingsError(Exception):
    """host.json or local.settings.json cannot be used."""


@dataclass(frozen=True)
class HostSettings:
    """Settings with the platform's defaults filled in."""

    route_prefix: str
    hub_name: str
    concurrent_activities: int
    concurrent_orchestrators: int
    concurrent_entities: int
    function_timeout: timedelta | None
    message_bytes: int | None
    app_settings: Mapping[str, str]
    """The "Values" of local.settings.json."""

    def within(self, limits: Limits) -> Limits:
        """These limits, with what host.json says of them."""
        return replace(limits, message_bytes=self.message_bytes) if self.message_bytes else limits


def read_settings(app_dir: Path, environment: Mapping[str, str]) -> HostSettings:
    """Read the app's settings; `%NAME%` in them stands for the app setting or variable NAME."""
    app_settings = _app_settings(app_dir)
    known = {**app_settings, **os.environ, **environment}
    host = _overridden(_read_json(app_dir / "host.json"), known)
    extensions = host.get("extensions", {})
    durable = extensions.get("durableTask", {})
    default_concurrency = _PER_CORE * (os.cpu_count() or 1)
    return HostSettings(
        route_prefix=str(extensions.get("http", {}).get("routePrefix", "api")).strip("/"),
        hub_name=resolve(str(durable.get("hubName", "TestHubName")), known),
        concurrent_activities=int(durable.get("maxConcurrentActivityFunctions", default_concurrency)),
        concurrent_orchestrators=int(durable.get("maxConcurrentOrchestratorFunctions", default_concurrency)),
        concurrent_entities=int(durable.get("maxConcurrentEntityFunctions", default_concurrency)),
        function_timeout=_timeout(host.get("functionTimeout")),
        message_bytes=int(durable.get("maxGrpcMessageSizeInBytes", 0)) or None,
        app_settings=app_settings,
    )


def resolve(text: str, known: Mapping[str, str]) -> str:
    """Replace each `%NAME%` by its value; an unknown name is an error, as in Azure."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in known:
            raise HostSettingsError(f"'%{name}%' does not resolve to a value")
        return known[name]

    return re.sub(r"%([^%]+)%", value, text)


def is_disabled(function_name: str, known: Mapping[str, str]) -> bool:
    """Whether the app setting of a function disables it; its name in any case, with dots or double underscores."""
    setting = f"azurewebjobs.{function_name}.disabled".lower()
    given = (value for name, value in known.items() if setting in (name.lower(), name.lower().replace("__", ".")))
    return any(value.strip().lower() in ("true", "1") for value in given)


def parse_time_span(text: str) -> timedelta:
    """A .NET TimeSpan: `[days.]hours:minutes:seconds[.fraction]`."""
    match = re.fullmatch(r"(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?", text)
    if not match:
        raise HostSettingsError(f"'{text}' is not a time span such as 00:05:00")
    days, hours, minutes, seconds = match.groups(default="0")
    return timedelta(days=int(days), hours=int(hours), minutes=int(minutes), seconds=float(seconds))


def _overridden(host: dict[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """host.json with each `AzureFunctionsJobHost__section__name` in place of what it says; names in any case."""
    for variable in sorted(name for name in known if name.lower().startswith(_OVERRIDE)):
        *sections, last = variable[len(_OVERRIDE) :].split("__")
        place = host
        for section in sections:
            place = place.setdefault(_spelled(place, section), {})
        place[_spelled(place, last)] = known[variable]
    return host


def _spelled(section: dict[str, Any], name: str) -> str:
    """The name as this section already spells it, if it does."""
    return next((one for one in section if one.lower() == name.lower()), name)


def _timeout(text: str | None) -> timedelta | None:
    if text is None:
        return _DEFAULT_TIMEOUT
    return None if text == _UNLIMITED_TIMEOUT else parse_time_span(text)


def _app_settings(app_dir: Path) -> dict[str, str]:
    content = _read_json(app_dir / "local.settings.json")
    if content.get("IsEncrypted"):
        raise HostSettingsError("local.settings.json is encrypted; decrypt it with 'func settings decrypt'")
    return {name: str(value) for name, value in content.get("Values", {}).items()}


def _read_json(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise HostSettingsError(f"{path.name} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise HostSettingsError(f"{path.name} does not hold an object")
    return content
