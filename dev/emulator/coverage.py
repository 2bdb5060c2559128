"""`python -m dev.emulator.coverage` writes COVERAGE.md: what is answered, in which api-versions, how it was checked.

Routes and refusals are read from the code. What checks each route stands in the table here, one letter a check;
tests compare the letters with the SDKs and fail when the file lags.
"""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from types import ModuleType

from dev.emulator import providers
from dev.emulator.authorization import errors as authorization_errors
from dev.emulator.compute.any_resource import errors as gallery_errors
from dev.emulator.compute.images import machine_errors
from dev.emulator.compute.versions import version_errors
from dev.emulator.front_door.routes import GROUP_SCOPE, SUBSCRIPTION_SCOPE, Route, Routes
from dev.emulator.resource_graph import errors as resource_graph_errors
from dev.emulator.subscription import errors as subscription_errors
from dev.emulator.vocabulary import errors
from dev.emulator.vocabulary.errors import ErrorKind
from dev.emulator.wishes import throttling_errors

FILE = Path(__file__).parents[2] / "COVERAGE.md"
CHECKS = {
    "M": "SDK model",
    "F": "recorded facts",
    "S": "Python SDK",
    "A": "az",
}
_COMPUTE = "{group}/providers/Microsoft.Compute"
_OF_SUBSCRIPTION = "{subscription}/providers/Microsoft.Compute"
_GALLERY = f"{_COMPUTE}/galleries/{{galleryName}}"
_DEFINITION = f"{_GALLERY}/images/{{galleryImageName}}"
_VERSION = f"{_DEFINITION}/versions/{{galleryImageVersionName}}"
_VM = f"{_COMPUTE}/virtualMachines/{{vmName}}"
_SCALE_SET = f"{_COMPUTE}/virtualMachineScaleSets/{{vmScaleSetName}}"
_LOCKS = "/{scope*}/providers/Microsoft.Authorization/locks"
CHECKED: dict[str, dict[str, str]] = {
    "/metadata/endpoints": {"GET": "A"},
    "/tenants": {"GET": "MS"},
    "/subscriptions": {"GET": "MSA"},
    "{subscription}": {"GET": "MS"},
    "{subscription}/locations": {"GET": "MSA"},
    "{subscription}/resourceGroups": {"GET": "MSA"},
    "{group}": {"GET": "MFSA", "HEAD": "MSA", "PUT": "MSA", "PATCH": "MS", "DELETE": "MSA"},
    "{subscription}/operationresults/{operationId}": {"GET": "SA"},
    "{subscription}/providers": {"GET": "MS"},
    "{subscription}/providers/{namespace}": {"GET": "MSA"},
    "{subscription}/resources": {"GET": "MSA"},
    "{group}/resources": {"GET": "MS"},
    "/{scope*}/providers/Microsoft.Resources/tags/default": {
        "GET": "MFSA",
        "PUT": "MFSA",
        "PATCH": "MFSA",
        "DELETE": "MFSA",
    },
    _LOCKS: {"GET": "MFSA"},
    f"{_LOCKS}/{{lockName}}": {"GET": "MFSA", "PUT": "MFSA", "DELETE": "MFSA"},
    "/{scope*}/providers/Microsoft.Authorization/permissions": {"GET": "MS"},
    f"{_COMPUTE}/images/{{imageName}}": {"PUT": "MFSA", "PATCH": "MFS", "GET": "MFSA", "DELETE": "MFSA"},
    f"{_COMPUTE}/images": {"GET": "MFSA"},
    f"{_OF_SUBSCRIPTION}/images": {"GET": "MFSA"},
    _GALLERY: {"PUT": "MFSA", "PATCH": "MFS", "GET": "MFSA", "DELETE": "MFSA"},
    f"{_COMPUTE}/galleries": {"GET": "MSA"},
    f"{_OF_SUBSCRIPTION}/galleries": {"GET": "MSA"},
    _DEFINITION: {"PUT": "MFSA", "PATCH": "MF", "GET": "MFSA", "DELETE": "MFA"},
    f"{_GALLERY}/images": {"GET": "MA"},
    _VERSION: {"PUT": "MFSA", "PATCH": "MF", "GET": "MFSA", "DELETE": "MFSA"},
    f"{_DEFINITION}/versions": {"GET": "MA"},
    f"{_GALLERY}/softDeletedArtifactTypes/{{artifactType}}/artifacts/{{artifactName}}/versions": {"GET": "M"},
    _VM: {"PUT": "MF", "GET": "MA", "DELETE": "MA"},
    f"{_COMPUTE}/virtualMachines": {"GET": "MA"},
    f"{_OF_SUBSCRIPTION}/virtualMachines": {"GET": "MS"},
    _SCALE_SET: {"PUT": "MF", "GET": "MA", "DELETE": "MA"},
    f"{_COMPUTE}/virtualMachineScaleSets": {"GET": "MA"},
    f"{_SCALE_SET}/virtualMachines": {"GET": "MS"},
    f"{_OF_SUBSCRIPTION}/virtualMachineScaleSets": {"GET": "MSA"},
    f"{_COMPUTE}/diskEncryptionSets/{{diskEncryptionSetName}}": {
        "PUT": "MFS",
        "PATCH": "MFS",
        "GET": "MFS",
        "DELETE": "MFS",
    },
    f"{_COMPUTE}/diskEncryptionSets": {"GET": "MS"},
    f"{_OF_SUBSCRIPTION}/diskEncryptionSets": {"GET": "MS"},
    f"{_OF_SUBSCRIPTION}/locations/{{location}}/operations/{{operationId}}": {"GET": "FSA"},
    f"{_OF_SUBSCRIPTION}/locations/{{location}}/capsOperations/{{operationId}}": {"GET": "FSA"},
    f"{_OF_SUBSCRIPTION}/locations/{{location}}/DiskOperations/{{operationId}}": {"GET": "FS"},
    "/providers/Microsoft.ResourceGraph/resources": {"POST": "A"},
}
LEFT_OUT = (
    "sharing profiles (`POST …/galleries/{galleryName}/share`), shared and community galleries",
    "gallery applications and their versions, in-VM access control profiles",
    "PATCH of virtual machines and scale sets, and whatever they do beyond naming an image",
    "disks, snapshots, storage and key vaults: their ids are believed",
    "the refusal to delete a disk encryption set in use; that of a source is not looked for, and an encrypted source",
    "  does not oblige its versions to name sets",
    "role assignments: everybody may do everything, except the actions that the settings deny and do not grant again",
    "deployments, policy, the tag names of a subscription, moving resources",
)
TABLE_STORAGE = (
    "tables: create, list, delete; entities: insert, get, query, replace, merge, delete, with `If-Match` or without",
    "tested through the Python SDK, beside Azurite with the same tests; limits that Azurite does not hold, by the",
    "  documentation alone (*unverified*: that a key over 1 KiB is refused as `KeyValueTooLarge`)",
    "tokens for `https://storage.azure.com` only: keys and signatures are refused as on an account without them",
    "left out: transactions (`$batch`), access policies, service properties and statistics (501); a deleted table's",
    "  name is free at once",
)
RESOURCE_GRAPH = (
    "the table `resources`, in which every resource is that exists, but no subscription, group or lock",
    "`where`, `project`, `extend`, `order by` (strings), `limit` and `take`, `count`",
    "`==`, `!=`, `=~`, `!~`, `in`, `in~`, `contains`, `has`, `startswith`, `endswith`, their negations and `_cs` forms",
    "`and`, `or`, `not()`, parentheses, paths like `properties.list[0].name` and `tags['key']`",
    "`tostring()`, `tolower()`, `toupper()`, `isempty()`, `isnotempty()`, `isnull()`, `isnotnull()`",
    "pages of 1,000 rows at most; 15 queries of a principal in 5 seconds, times `rateLimitFactor`",
    "`resourceGraphDelaySeconds` shows what existed that long ago; what the caller may not read is not shown",
    "anything else is refused with 400 `BadRequest`, and the details name it (*unverified*: their second message)",
)
REFUSALS = (
    ("Any provider", errors),
    ("Galleries, image definitions", gallery_errors),
    ("Image versions", version_errors),
    ("Managed images, machines", machine_errors),
    ("Throttling", throttling_errors),
    ("Subscriptions, groups, tags", subscription_errors),
    ("Locks", authorization_errors),
    ("Resource Graph", resource_graph_errors),
)


def routes() -> Routes:
    found = Routes()
    for register in providers.REGISTER:
        register(found)
    return found


def short_path(route: Route) -> str:
    return route.template.replace(GROUP_SCOPE, "{group}").replace(SUBSCRIPTION_SCOPE, "{subscription}")


def document() -> str:
    return "\n".join(
        [
            "# What the emulated Azure answers",
            "",
            "Generated by `python -m dev.emulator.coverage`; do not edit. `{subscription}` stands for",
            "`/subscriptions/{subscriptionId}`, `{group}` for a resource group in it. Every other path, method or",
            "api-version answers 501 `NotEmulated` and names the URL.",
            "",
            "## Operations",
            "",
            "Each table is headed by the api-versions its operations answer. Models are those of the SDKs that",
            "`requirements-dev.txt` pins; `tests/emulator/facts.py` tells where Azure is known to differ.",
            *(line for versions, some in groupby(routes(), _versions) for line in _operations(versions, some)),
            "",
            "## Left out: 501",
            "",
            *_listed(LEFT_OUT),
            "",
            *_table_storage(),
            *_resource_graph(),
            "## Refusals",
            "",
            "Every line has a test that provokes it and compares it word for word. *Unverified* fields are chosen by",
            "analogy: no record of the real service shows them.",
            *(line for title, table in REFUSALS for line in _refusals(title, table)),
            "",
        ]
    )


def _listed(lines: Iterable[str]) -> list[str]:
    """Lines that are indented go on with the one before."""
    return [line if line.startswith("  ") else f"- {line}" for line in lines]


def _table_storage() -> list[str]:
    return ["## Table storage", "", "One account, at the path `/records`.", "", *_listed(TABLE_STORAGE), ""]


def _resource_graph() -> list[str]:
    return ["## Resource Graph", "", "What a query may use, and what it sees.", "", *_listed(RESOURCE_GRAPH), ""]


def _versions(route: Route) -> str:
    return "any" if callable(route.api_versions) else ", ".join(sorted(route.api_versions))


def _operations(versions: str, routes: Iterable[Route]) -> list[str]:
    return ["", f"**{versions}**", "", "| operation | checked against |", "| --- | --- |", *map(_operation, routes)]


def _operation(route: Route) -> str:
    checks = CHECKED[short_path(route)][route.method]
    against = ", ".join(CHECKS[check] for check in checks) or "its own tests"
    return f"| {route.method} `{short_path(route)}` | {against} |"


def _refusals(title: str, table: ModuleType) -> list[str]:
    kinds = [kind for kind in vars(table).values() if isinstance(kind, ErrorKind)]
    heading = ["", f"### {title}", "", "| status | code | arrives with the | message | unverified |"]
    return [*heading, "| --- | --- | --- | --- | --- |", *(_refusal(kind) for kind in kinds)]


def _refusal(kind: ErrorKind) -> str:
    message = kind.message.replace("|", "\\|").replace("<", "&lt;")
    unverified = ", ".join(kind.unverified)
    return f"| {kind.status} | `{kind.code}` | {kind.arrives} | {message} | {unverified} |"


if __name__ == "__main__":
    FILE.write_text(document())
