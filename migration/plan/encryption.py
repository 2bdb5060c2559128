"""Customer-managed keys: which disk encryption set encrypts the copies in each region. All regions have one, or none.

The sets of the request count first, then those of the settings, then the source's own in its region. Settings alone
encrypt nothing: they are for sources that are encrypted.
"""

from collections.abc import Iterable, Mapping

from migration.asking.encryption_sets import NamedEncryptionSet
from migration.plan.choosing import Choices
from migration.plan.plan import Findings
from migration.resources.encryption_set import EncryptionSet
from migration.resources.gallery import Gallery
from migration.resources.image import ManagedImage
from migration.values.azure_rules import CONFIDENTIAL_ENCRYPTION
from migration.values.ids import DISK_ENCRYPTION_SET, ResourceId, ResourceIdInvalidError
from migration.values.image_version.regions import RegionEncryption, TargetRegion

type Sets = Mapping[str, RegionEncryption]
_FIELD = "encryptionSets"
_WAYS = "encryption={0}:name in the tag, encryptionSets in the request, or MIGRATION_ENCRYPTION_SETS"


def chosen_sets(choices: Choices, image: ManagedImage, gallery: Gallery) -> Sets:
    """Return the encryption of each region, as named; empty where nothing is to be encrypted."""
    named: list[NamedEncryptionSet] = choices.value("encryption_sets") or []
    if not image.encrypted and not choices.asked("encryption_sets"):
        return {}
    home = gallery.resource_id
    own = _own(image)
    found = {image.location: own} if own else {}
    for one in named:
        set_id = one.within(home.subscription, home.resource_group)
        found[one.region] = RegionEncryption(os_disk=set_id, data_disks=dict.fromkeys(_luns(image), set_id))
    return found


def _own(image: ManagedImage) -> RegionEncryption | None:
    """Return the source's own sets, disk by disk; None where it has none that can be read."""
    named = (image.encryption_set, *(disk.encryption_set for disk in image.data_disks))
    own = [one for one in named if one is not None and _is_id(one)]
    if not own:
        return None
    disks = {disk.lun: disk.encryption_set or own[0] for disk in image.data_disks}
    return RegionEncryption(os_disk=image.encryption_set or own[0], data_disks=disks)


def _is_id(text: str) -> bool:
    try:
        return bool(ResourceId.parse(text, DISK_ENCRYPTION_SET))
    except ResourceIdInvalidError:
        return False


def _luns(image: ManagedImage) -> list[int]:
    return [disk.lun for disk in image.data_disks]


def ids_of(sets: Sets, regions: Iterable[str] | None = None) -> list[str]:
    """Return the ids of all sets, each once, or of those of some regions."""
    chosen = [one for region, one in sets.items() if regions is None or region in regions]
    ids = {one.lower(): one for each in chosen for one in (each.os_disk, *each.data_disks.values())}
    return [ids[key] for key in sorted(ids)]


def plan_encryption(
    regions: list[TargetRegion],
    sets: Sets,
    read: Mapping[str, EncryptionSet | None],
    image: ManagedImage,
    gallery: Gallery,
    findings: Findings,
) -> list[TargetRegion]:
    """Return the regions with their encryption. `read` holds, by lower-case id, the sets as Azure shows them."""
    if not sets and not image.encrypted:
        return regions
    home = gallery.resource_id.subscription
    if image.encrypted and image.resource_id.subscription.lower() != home.lower():
        message = f"the source is encrypted, so its version must be in its own subscription, not in {home}"
        findings.problem("gallery", "EncryptedSourceElsewhere", message)
    code = "SourceEncrypted" if image.encrypted else "EncryptionSetMissing"
    for region in regions:
        if region.name in sets:
            for set_id in ids_of(sets, [region.name]):
                _check(set_id, region.name, home, read, findings)
        else:
            message = f"region {region.name} needs a disk encryption set of its own: {_WAYS.format(region.name)}"
            findings.problem(_FIELD, code, message)
    return [region.changed(encryption=sets.get(region.name)) for region in regions]


def _check(set_id: str, region: str, home: str, read: Mapping[str, EncryptionSet | None], findings: Findings) -> None:
    if ResourceId.parse(set_id, DISK_ENCRYPTION_SET).subscription.lower() != home.lower():
        message = f"{set_id} is not in the gallery's subscription {home}"
        findings.problem(_FIELD, "EncryptionSetElsewhere", message)
    elif set_id.lower() not in read:
        findings.note(f"not checked: whether {set_id} exists and is in {region}")
    else:
        found = read[set_id.lower()]
        if found is None:
            message = f"there is no disk encryption set {set_id}, or the app may not read it"
            findings.problem(_FIELD, "EncryptionSetNotFound", message)
        elif found.location != region:
            message = f"{set_id} is in {found.location}: region {region} needs one of its own"
            findings.problem(_FIELD, "EncryptionSetElsewhere", message)
        elif found.kind.lower() == CONFIDENTIAL_ENCRYPTION:
            message = f"{set_id} is for confidential machines, which a managed image cannot make"
            findings.problem(_FIELD, "EncryptionSetUnfit", message)
