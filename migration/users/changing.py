"""What to change where, so that a user of an image goes to its version instead: a row for each kind that can be told.

Of scale sets Microsoft says that the image they refer to may be changed from a managed image to a gallery image where
OS type, generation and data disks are the same, and of machines that it can never be (FAQ of azure-docs, "Migrate from
a managed image to an Azure Compute Gallery image", read 2026-11-30). The paths are those of the resources' definitions
(Azure/bicep-types-az, read the same day).
"""

import json
from shlex import quote
from typing import NamedTuple

from migration.users.kinds import (
    DISKS,
    FLEETS,
    HOST_CONFIGURATIONS,
    HOST_POOLS,
    IMAGE_TEMPLATES,
    INSTANCES,
    LAB_IMAGES,
    MACHINES,
    NODE_TYPES,
    OTHERS,
    SCALE_SETS,
    TEMPLATE_TARGETS,
    VERSIONS,
    WITHOUT_OWN_DISK,
)
from migration.values.value import Value

CONDITIONS = (
    "Azure takes it where OS type, generation and data disks of both images are the same. A model that answers that its"
    " image type may not be changed has to be made anew."
)
_UPGRADES = {
    "manual": "Its instances keep the old image until you upgrade them, which replaces their OS disks:"
    " az vmss update-instances --name {name} --resource-group {group} --subscription {subscription} --instance-ids '*'",
    "automatic": "Azure then replaces the OS disks of all its instances, in no order, and maybe all at once.",
    "rolling": "Azure then replaces the OS disks of its instances in batches, as its rolling upgrade policy says.",
}
_UPGRADE_UNKNOWN = "What then happens to its instances its upgradePolicy says: manual, automatic or rolling."


class Lines(Value):
    """One change, as each tool writes it; None where a tool has no way to."""

    az: str | None
    terraform: str | None
    bicep: str | None
    arm: str | None


class Change(Value):
    """What to change of one user. `path` is the property that names the image, below `properties`.

    `latest` goes to the definition, whose latest version counts from then on; `pinned` to this very version. Both are
    None where nothing of it can be changed. `notes` say what comes of it, and what there is to do besides.
    """

    path: str | None = None
    latest: Lines | None = None
    pinned: Lines | None = None
    notes: list[str]


class _Row(NamedTuple):
    """How one kind is changed: without `az` there is no line that does it."""

    path: str | None
    note: str
    az: str | None = None
    terraform: str | None = None


_SET = "az resource update --ids {id} --set properties.{path}={target}"
ROWS: dict[str, _Row] = {
    SCALE_SETS.key: _Row(
        "virtualMachineProfile.storageProfile.imageReference.id",
        CONDITIONS,
        "az vmss update --name {name} --resource-group {group} --subscription {subscription} --set {path}={target}",
        'source_image_id = "{target}"',
    ),
    INSTANCES.key: _Row(
        None,
        "Change the model of its scale set, then upgrade the instance, which replaces its OS disk:"
        " az vmss update-instances --name {parent} --resource-group {group} --subscription {subscription}"
        " --instance-ids {name}",
    ),
    WITHOUT_OWN_DISK.key: _Row(
        None,
        "The image of a machine can never be changed (PropertyChangeNotAllowed): make it anew from the version, or look"
        " again once it is complete, where it is still in the making.",
    ),
    MACHINES.key: _Row(
        None,
        "It keeps running. Leave it as it is, or make it anew from the version where it is to be reimaged some day: the"
        " image of a machine can never be changed (PropertyChangeNotAllowed). In templates, name the version instead,"
        " for new machines; Terraform replaces a machine whose source_image_id changes, unless ignore_changes has it.",
    ),
    VERSIONS.key: _Row(
        None,
        "Wait until it is complete. One that failed, or is shallow, holds nothing of its own: have it made anew from"
        " the version, or delete it.",
    ),
    FLEETS.key: _Row(
        "computeProfile.baseVirtualMachineProfile.storageProfile.imageReference.id",
        "The scale sets that it made are changed as such.",
        _SET,
    ),
    IMAGE_TEMPLATES.key: _Row(
        "source",
        "A template cannot be changed: make it anew with a source of type SharedImageVersion, whose imageVersionId is"
        " the version, or the definition with /versions/latest.",
    ),
    TEMPLATE_TARGETS.key: _Row(
        "distribute",
        "It makes the managed image anew when it is built again: have it distribute to the gallery (type SharedImage)"
        " instead. A template cannot be changed, so make it anew.",
    ),
    HOST_POOLS.key: _Row(
        "vmTemplate",
        "Its vmTemplate is JSON in a text: set customImageId in it to the version, and imageType to CustomImage. The"
        " portal offers it as the image of new session hosts.",
    ),
    HOST_CONFIGURATIONS.key: _Row("imageInfo.customInfo.resourceId", "It counts for session hosts made then.", _SET),
    LAB_IMAGES.key: _Row(
        None,
        "A custom image cannot be changed: attach the gallery to its lab, and make new machines from the version.",
    ),
    NODE_TYPES.key: _Row("vmImageResourceId", CONDITIONS, _SET),
    DISKS.key: _Row(None, "Nothing: it is a copy already, and only remembers what it was made from."),
    OTHERS.key: _Row(None, "Replace the id of the image, wherever it stands, by the version's or the definition's."),
}


class Target(NamedTuple):
    """Where the users of an image go: to the latest version of a definition, or to one version."""

    definition_id: str
    version_id: str


def change_of(kind: str, user_id: str, target: Target, upgrades: str | None = None) -> Change:
    """Return what to change of a user of this kind (a key of the table); `upgrades` is how a scale set takes up a new
    model ("Manual", "Automatic", "Rolling"), None where nobody has looked.
    """
    row = ROWS.get(kind, ROWS[OTHERS.key])
    return Change(
        path=row.path,
        latest=_lines(row, user_id, target.definition_id),
        pinned=_lines(row, user_id, target.version_id),
        notes=[note.format_map(_parts_of(user_id)) for note in [row.note, *_upgrade(kind, upgrades)]],
    )


def _upgrade(kind: str, upgrades: str | None) -> list[str]:
    """Say what becomes of the instances of a scale set whose model is changed."""
    return [_UPGRADES.get((upgrades or "").lower(), _UPGRADE_UNKNOWN)] if kind == SCALE_SETS.key else []


def _lines(row: _Row, user_id: str, image_id: str) -> Lines | None:
    if row.az is None or row.path is None:
        return None
    *_, holder, key = ["", *row.path.split(".")]
    inner = f"{{ {key}: '{image_id}' }}" if holder else f"'{image_id}'"
    return Lines(
        az=row.az.format(id=quote(user_id), path=row.path, target=quote(image_id), **_parts_of(user_id)),
        terraform=row.terraform.format(target=image_id) if row.terraform else None,
        bicep=f"{holder or key}: {inner}",
        arm=json.dumps({holder: {key: image_id}} if holder else {key: image_id})[1:-1],
    )


def _parts_of(user_id: str) -> dict[str, str]:
    """Take apart an id for the commands that want its parts, quoted for a shell."""
    parts = [*[""] * 4, *user_id.split("/"), *[""] * 4]
    named = {"subscription": parts[6], "group": parts[8], "name": parts[-5], "parent": parts[-7]}
    return {word: quote(part) for word, part in named.items()}
