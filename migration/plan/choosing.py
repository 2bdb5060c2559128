"""Which value counts: the request's, else the app setting's, else the built-in default; and where it came from."""

from typing import Any

from migration.asking.request import DeleteSource, MigrationRequest
from migration.asking.settings import Settings
from migration.plan.plan import Findings

# request field -> setting
SETTING_OF = {
    "gallery": "gallery",
    "target_regions": "regions",
    "end_of_life_date": "eol",
    "exclude_from_latest": "exclude_from_latest",
    "delete_source": "delete_source",
    "publisher": "publisher",
    "offer": "offer",
    "security_type": "security_type",
    "features": "features",
    "protect": "protect",
    "encryption_sets": "encryption_sets",
    "soak": "soak",
}


class Choices:
    """Resolves the fields of one request and notes the origin of each value."""

    def __init__(self, request: MigrationRequest, settings: Settings, asked_by: str, findings: Findings) -> None:
        self._request = request
        self._settings = settings
        self._asked_by = asked_by  # "tag" or "request"
        self._findings = findings

    def value(self, field: str, default: Any = None, default_origin: str = "default") -> Any:
        """Return the value of a request field; `default` counts where neither request nor setting has one."""
        alias = type(self._request).model_fields[field].alias or field
        value, origin = self._find(field)
        if value is None and default is not None:
            value, origin = default, default_origin
        self._findings.origins[alias] = origin
        return value

    def delete_source(self, lock: str | None) -> DeleteSource:
        """Return whether the source may go. `never` is a lock wherever it stands: no request opens it."""
        asked, setting = self._request.delete_source, self._settings.delete_source
        chosen: DeleteSource = self.value("delete_source")
        if setting is DeleteSource.NEVER and asked is not DeleteSource.NEVER:
            self._findings.origins["deleteSource"] = "setting MIGRATION_DELETE_SOURCE"
            if asked is not None:
                self._findings.note("the source is kept: MIGRATION_DELETE_SOURCE is never, which no request opens")
            return DeleteSource.NEVER
        if lock is not None and chosen is not DeleteSource.NEVER:
            self._findings.origins["deleteSource"] = "the source image's tags"
            self._findings.note(f"the source is kept: {lock}")
            return DeleteSource.NEVER
        return chosen

    def asked(self, field: str) -> bool:
        """Tell whether the request itself names this field."""
        return getattr(self._request, field) is not None

    def _find(self, field: str) -> tuple[Any, str]:
        asked = getattr(self._request, field)
        if asked is not None:
            return asked, self._asked_by
        setting = SETTING_OF.get(field)
        if setting is None:
            return None, "default"
        is_set = setting in self._settings.model_fields_set
        return getattr(self._settings, setting), f"setting MIGRATION_{setting.upper()}" if is_set else "default"
