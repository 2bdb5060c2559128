"""The tags that start a migration and those that record one.

Grammar: `<key>` is `default`, `gallery`, `gallery/definition` or `gallery/definition/version` (or a gallery's id);
`<key>-options` holds `name=value` pairs separated by `;`.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from migration.asking.request import MigrationRequest
from migration.values.azure_rules import LONGEST_TAG_VALUE
from migration.values.ids import GALLERY, ResourceId, ResourceIdInvalidError
from migration.values.problems import Problem, RequestInvalidError, problems_of
from migration.values.tags import find_tag

DEFAULT_VALUE = "default"

OPTIONS = {
    "regions": "targetRegions",
    "eol": "endOfLifeDate",
    "plan": "purchasePlan",
    "delete-source": "deleteSource",
    "exclude-from-latest": "excludeFromLatest",
    "publisher": "publisher",
    "offer": "offer",
    "sku": "sku",
    "security-type": "securityType",
    "features": "features",
    "protect": "protect",
    "encryption": "encryptionSets",
    "definition-tags": "definitionTags",
    "soak": "soak",
}


def options_key(key: str) -> str:
    return f"{key}-options"


def status_key(key: str) -> str:
    return f"{key}-status"


def tag_fingerprint(tags: Mapping[str, str], key: str) -> str:
    """Return ten hex digits that change exactly when the tags' request changes; other tags do not count."""
    texts = [(find_tag(tags, name) or "").strip().lower() for name in (key, options_key(key))]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:10]


def request_from_tags(source_image_id: str, tags: Mapping[str, str], key: str) -> MigrationRequest | None:
    """Read the request an image's tags make.

    Returns None where the image is not tagged; raises RequestInvalidError naming every bad part by its tag.
    """
    value = find_tag(tags, key)
    if value is None:
        return None
    if too_long := _too_long(tags, key):
        raise RequestInvalidError(too_long)
    target, target_problems = _read_target(value.strip(), key)
    options, option_problems = _read_options(find_tag(tags, options_key(key)) or "", options_key(key))
    body: dict[str, Any] = {"sourceImageId": source_image_id, **target, **options}
    problems = target_problems + option_problems
    try:
        request = MigrationRequest.model_validate(body)
    except ValidationError as error:
        problems += problems_of(error, names=_tag_names(key))
        raise RequestInvalidError(problems) from error
    if problems:
        raise RequestInvalidError(problems)
    return request


def _too_long(tags: Mapping[str, str], key: str) -> list[Problem]:
    names = [name for name in (key, options_key(key)) if len(find_tag(tags, name) or "") > LONGEST_TAG_VALUE]
    message = f"the value of a tag has at most {LONGEST_TAG_VALUE} letters"
    return [Problem(field=name, code="Invalid", message=message) for name in names]


def _tag_names(key: str) -> dict[str, str]:
    options = {field: f"{options_key(key)}: {option}" for option, field in OPTIONS.items()}
    return options | {name: f"{key}: {name}" for name in ("gallery", "imageDefinition", "version")}


def _read_target(value: str, key: str) -> tuple[dict[str, str], list[Problem]]:
    if value.lower() == DEFAULT_VALUE:
        return {}, []
    gallery, rest = _split_gallery(value)
    parts = [gallery, *rest]
    if len(parts) > 3 or not all(parts):
        message = f"'{value}' is not default, gallery, gallery/definition or gallery/definition/version"
        return {}, [Problem(field=key, code="Invalid", message=message)]
    return dict(zip(("gallery", "imageDefinition", "version"), parts, strict=False)), []


def _split_gallery(value: str) -> tuple[str, list[str]]:
    parts = value.split("/")
    id_length = 2 * 4 + 1  # /subscriptions/s/resourceGroups/g/providers/p/galleries/n
    if not value.startswith("/") or len(parts) < id_length:
        return parts[0], parts[1:]
    try:
        gallery = ResourceId.parse("/".join(parts[:id_length]), GALLERY)
    except ResourceIdInvalidError:
        return value, []
    return str(gallery), [part for part in parts[id_length:] if part.lower() not in {"images", "versions"}]


def _read_options(text: str, key: str) -> tuple[dict[str, str], list[Problem]]:
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for pair in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, value = (part.strip() for part in pair.partition("="))
        field = OPTIONS.get(name.lower())
        if field is None or not equals or not value:
            known = ", ".join(OPTIONS)
            message = f"'{pair}' is not name=value with a name out of {known}"
            problems.append(Problem(field=f"{key}: {name}", code="UnknownOption", message=message))
        elif field in values:
            problems.append(Problem(field=f"{key}: {name}", code="Duplicate", message=f"'{name}' is given twice"))
        else:
            values[field] = value
    return values, problems
