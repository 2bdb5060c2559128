"""Reads the settings of this process, for the shells alone: what they call is handed the settings, or what it needs of
them. Read on first use: an error at import would leave Azure with no functions.
"""

from functools import cache

from pydantic import ValidationError

from migration.asking.settings import SECRET, Settings, SettingsInvalidError
from migration.values.problems import problems_of


def read_settings() -> Settings:
    """Read the environment; raises SettingsInvalidError naming every bad setting."""
    try:
        return Settings()
    except ValidationError as error:
        names = {field: f"MIGRATION_{field.upper()}" for field in Settings.model_fields}
        quoted = Settings.model_fields.keys() - SECRET
        raise SettingsInvalidError(problems_of(error, names=names, quoted=quoted)) from error


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return read_settings()
