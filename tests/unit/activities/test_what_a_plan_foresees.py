"""Every refusal the emulated Azure knows: a problem of the plan before anything is written, or why none can be."""

from types import ModuleType
from typing import Any

import pytest

from dev.emulator import Emulator
from dev.emulator.authorization import errors as locks
from dev.emulator.compute.any_resource import errors as galleries
from dev.emulator.compute.images import image_errors as images
from dev.emulator.compute.machines import machine_errors as machines
from dev.emulator.compute.versions import version_errors as versions
from dev.emulator.seed import GALLERIES_GROUP
from dev.emulator.subscription import errors as resources
from dev.emulator.vocabulary import errors as common
from dev.emulator.vocabulary.errors import ErrorKind
from migration.asking.reading import settings
from migration.asking.request import MigrationRequest
from migration.asking.start import MigrationStart
from migration.resources.location import Location
from migration.values.problems import RequestInvalidError
from steering.gathering.planning import draw_up_plan
from steering.gathering.reads import each
from tests.support.azure_samples import BASE, COMPUTE, GALLERY, SOURCE, start

TABLES = (common, galleries, versions, resources, locks, images, machines)
DENIED = "Microsoft.Compute/galleries/images/versions/write"
ELSEWHERE_SET = f"{COMPUTE}/diskEncryptionSets/own".replace("000000000001", "00000000000b")
ELSEWHERE = GALLERY.replace("resourceGroups/galleries", "resourceGroups/nowhere")


def kinds(table: ModuleType) -> set[str]:
    return {name for name, value in vars(table).items() if isinstance(value, ErrorKind)}


def changed(azure: Emulator, resource_id: str, **properties: object) -> None:
    document = azure.control.resource(resource_id)
    document["properties"] |= properties
    azure.control.put_resource(document)


def misfit(azure: Emulator, **properties: object) -> MigrationStart:
    changed(azure, BASE, **properties)
    return start(imageDefinition="ubuntu-base")


def taken_identifier(_azure: Emulator, _patch: pytest.MonkeyPatch) -> MigrationStart:
    return start(publisher="contoso", offer="ubuntu", sku="base")


def without_zones(_azure: Emulator, patch: pytest.MonkeyPatch) -> MigrationStart:
    async def offered(_subscription: str) -> dict[str, Location]:
        return {"eastus2": Location(name="eastus2", has_zones=False)}

    patch.setattr(each, "list_locations", offered)
    return start(targetRegions=["eastus2=1=standard_zrs"])


def disks(azure: Emulator, **os_disk: object) -> MigrationStart:
    image = azure.control.resource(SOURCE)
    image["properties"]["storageProfile"]["osDisk"] |= os_disk
    azure.control.put_resource(image)
    return start()


def encrypted_elsewhere(azure: Emulator, _patch: pytest.MonkeyPatch) -> MigrationStart:
    other = azure.subscription_id.replace("000000000001", "00000000000b")
    known = azure.control.resource(f"/subscriptions/{azure.subscription_id}")
    azure.control.put_resource(known | {"id": f"/subscriptions/{other}"})
    hub = GALLERY.replace(azure.subscription_id, other)
    for made, like in ((GALLERIES_GROUP.replace(azure.subscription_id, other), GALLERIES_GROUP), (hub, GALLERY)):
        azure.control.put_resource(azure.control.resource(like) | {"id": made})
    disks(azure, diskEncryptionSet={"id": f"{COMPUTE}/diskEncryptionSets/own"})
    return start(gallery=hub)


def encrypted(azure: Emulator, sets: str) -> MigrationStart:
    """The source, encrypted with a set of its own region; `sets` says what is asked for another one."""
    own = f"{COMPUTE}/diskEncryptionSets/own"
    azure.control.put_resource({"id": own, "location": "eastus2", "properties": {"provisioningState": "Succeeded"}})
    disks(azure, diskEncryptionSet={"id": own})
    return start(targetRegions=["westus2"], **({"encryptionSets": sets} if sets else {}))


def locked(azure: Emulator, _patch: pytest.MonkeyPatch) -> MigrationStart:
    lock = {
        "id": f"{GALLERIES_GROUP}/providers/Microsoft.Authorization/locks/keep",
        "properties": {"level": "ReadOnly"},
    }
    azure.control.put_resource(lock)
    return start()


def denied(azure: Emulator, _patch: pytest.MonkeyPatch) -> MigrationStart:
    azure.control.settings(deniedActions={DENIED: GALLERIES_GROUP})
    return start()


def group_is_missing(_azure: Emulator, patch: pytest.MonkeyPatch) -> MigrationStart:
    patch.setenv("MIGRATION_CREATE_GALLERY", "true")
    settings.cache_clear()
    return start(gallery=ELSEWHERE)


def old_galleries(_azure: Emulator, patch: pytest.MonkeyPatch) -> MigrationStart:
    patch.setenv("MIGRATION_API_VERSIONS", "galleries=2019-12-01")
    settings.cache_clear()
    return start(features=["hibernation"])


def in_flight(azure: Emulator, _patch: pytest.MonkeyPatch) -> MigrationStart:
    version = azure.control.resource(f"{BASE}/versions/1.0.0")
    version["properties"]["provisioningState"] = "Creating"
    version["properties"]["storageProfile"]["source"] = {"id": SOURCE}
    azure.control.put_resource(version)
    return start(imageDefinition="ubuntu-base")


# refusal: (what brings it about, the code of the plan's problem)
FORESEEN = {
    "RESOURCE_NOT_FOUND": (lambda *_: start(f"{COMPUTE}/images/none"), "NotFound"),
    "SOURCE_NOT_FOUND": (lambda *_: start(f"{COMPUTE}/images/none"), "NotFound"),
    "PARENT_RESOURCE_NOT_FOUND": (lambda *_: start(gallery="none"), "NotFound"),
    "RESOURCE_GROUP_NOT_FOUND": (group_is_missing, "ResourceGroupNotFound"),
    "SCOPE_LOCKED": (locked, "GalleryLocked"),
    "AUTHORIZATION_FAILED": (denied, "MissingRight"),
    "LOCATION_NOT_AVAILABLE": (lambda *_: start(targetRegions=["atlantis"]), "RegionNotFound"),
    "DUPLICATE_REGIONS": (lambda *_: start(targetRegions=["East US", "eastus"]), "Duplicate"),
    "ZRS_NOT_SUPPORTED": (without_zones, "NoZones"),
    "END_OF_LIFE_IN_THE_PAST": (lambda *_: start(endOfLifeDate="2020-01-01"), "InThePast"),
    "IDENTIFIER_TAKEN": (taken_identifier, "IdentifierTaken"),
    "GENERATION_MISMATCH": (lambda azure, _: misfit(azure, hyperVGeneration="V2"), "DefinitionMismatch"),
    "OS_TYPE_MISMATCH": (lambda azure, _: misfit(azure, osType="Windows"), "DefinitionMismatch"),
    "OS_STATE_MISMATCH": (lambda azure, _: misfit(azure, osState="Specialized"), "DefinitionMismatch"),
    "ENCRYPTED_SOURCE_ELSEWHERE": (encrypted_elsewhere, "EncryptedSourceElsewhere"),
    "MANAGED_IMAGE_HAS_NO_GUEST_STATE": (
        lambda azure, _: misfit(azure, features=[{"name": "SecurityType", "value": "TrustedLaunch"}]),
        "GuestStateMissing",
    ),
    "ENCRYPTION_SET_NOT_FOUND": (lambda azure, _: encrypted(azure, "westus2:none"), "EncryptionSetNotFound"),
    "ENCRYPTION_SET_IN_ANOTHER_REGION": (
        lambda azure, _: encrypted(azure, f"westus2:{COMPUTE}/diskEncryptionSets/own"),
        "EncryptionSetElsewhere",
    ),
    "ENCRYPTION_SET_IN_ANOTHER_SUBSCRIPTION": (
        lambda azure, _: encrypted(azure, f"westus2:{ELSEWHERE_SET}"),
        "EncryptionSetElsewhere",
    ),
    "ENCRYPTED_IN_SOME_REGIONS": (lambda azure, _: encrypted(azure, ""), "SourceEncrypted"),
    "IDENTIFIER_INVALID": (lambda *_: start(offer="a" * 65), "IdentifierInvalid"),
    "FEATURE_NOT_OF_GENERATION": (lambda *_: start(features=["nvme"]), "GenerationTooOld"),
    "FEATURES_NOT_KNOWN": (old_galleries, "FeatureUnknown"),
    "TOO_MANY_REQUESTS_ON_SOURCE": (in_flight, "VersionInFlight"),
}
# refusal: the field of a request that is refused before there is a plan
REFUSED_AT_ONCE: dict[str, dict[str, Any]] = {
    "INVALID_VERSION_NAME": {"version": "1.0"},
    "INVALID_ENTITY_NAME": {"imageDefinition": "-web"},
    "REPLICA_COUNT_OUT_OF_RANGE": {"targetRegions": ["eastus2=101"]},
}
NEVER_SENT = "the app never sends that"
NO_CALL = "an answer to calls that the app does not make"
LATER = "what others do between plan and write"
NOT_FORESEEN = {
    "AUTHENTICATION_FAILED": NEVER_SENT,
    "MISSING_API_VERSION": NEVER_SENT,
    "INVALID_REQUEST_CONTENT": NEVER_SENT,
    "REQUEST_TOO_LARGE": NEVER_SENT,
    "INVALID_RESOURCE_ID": "ids are read as ids before they are sent",
    "INVALID_PARAMETER": "what has a rule is held against it: migration/values/azure_rules.py",
    "REQUIRED_PARAMETER_MISSING": NEVER_SENT,
    "LOCATION_REQUIRED": NEVER_SENT,
    "TYPE_BESIDE_STRATEGY": NEVER_SENT,
    "STRATEGY_NOT_KNOWN_YET": NEVER_SENT,
    "SOURCE_REGION_NOT_TARGETED": "the plan adds the source region",
    "NOT_EMULATED": "the emulator's own",
    "INTERNAL_SERVER_ERROR": "the emulator's own",
    "SUBSCRIPTION_NOT_FOUND": "told as the image or gallery in it that is not found",
    "LINKED_TENANT_NOT_AUTHORIZED": "the image cannot be read: Azure's own refusal ends the planning",
    "INVALID_RESOURCE_LOCATION": LATER,
    "PROPERTY_CHANGE_NOT_ALLOWED": LATER,
    "OPERATION_PREEMPTED": LATER,
    "MARKED_FOR_DELETION": "a version that is being deleted is waited for",
    "NESTED_RESOURCES_EXIST": "the app deletes no gallery and no definition",
    "DELETION_BLOCKED_BEFORE_END_OF_LIFE": "a version is protected once it is approved, and failed ones never were",
    "QUOTA_EXCEEDED": "each subscription has its own, and counting takes a call for every gallery in it",
    "PLAN_MISMATCH": "a managed image does not show its plan; what hints at one is asked about",
    "REPLICATION_FAILED": "what becomes of a copy",
    "RESOURCE_GROUP_NAME_INVALID": NO_CALL,
    "RESOURCE_GROUP_LOCATION_NOT_AVAILABLE": NO_CALL,
    "RESOURCE_GROUP_LOCATION_CHANGED": NO_CALL,
    "OPERATION_RESULT_NOT_FOUND": "an operation is followed only once it was started",
    "PROVIDER_NOT_FOUND": NO_CALL,
    "FILTER_INVALID": NO_CALL,
    "TAG_COUNT_EXCEEDED": "the tags of a version are counted; on the source it costs a note",
    "TAG_NAME_CHARACTERS_INVALID": "tags of the source have passed that rule",
    "TAG_NAME_TOO_LONG": "tags of the source have passed that rule",
    "TAG_VALUE_TOO_LONG": "tags of the source have passed that rule, ours are cut",
    "LOCK_NOT_FOUND": NO_CALL,
    "LOCK_LEVEL_INVALID": NO_CALL,
    "SOURCE_VM_NOT_FOUND": NO_CALL,
    "IMAGE_CANNOT_BE_FOUND": "for machines that are made from an image",
    "FAILED_VERSION_UNDER_SOFT_DELETE": "such a version is passed over: the next number is taken",
    "SIZE_CANNOT_BOOT": "for machines and scale sets that are made from a version",
    "SOFT_DELETE_NEEDS_ONE_PLACE": "the app switches no soft delete on",
    "SOFT_DELETED_VERSION_IN_GRACE": "for machines that are made from a version",
    "NO_LATEST_VERSION": "for machines that are made from a version",
    "DISALLOWED_BY_POLICY": "policies may be anything, and no call asks them beforehand",
    "MANAGED_IMAGE_NOT_SUPPORTED": "for machines and scale sets that are made from an image",
    "IMAGE_BEING_PROVISIONED": "who uses the source is looked for just before its delete",
}


def test_each_refusal_has_its_problem_or_its_reason():
    known = set().union(*map(kinds, TABLES))
    told = [*FORESEEN, *REFUSED_AT_ONCE, *NOT_FORESEEN]
    assert sorted(told) == sorted(known)


@pytest.mark.parametrize("refusal", FORESEEN)
async def test_a_refusal_that_can_be_read_beforehand_is_a_problem_of_the_plan(refusal: str, azure, monkeypatch):
    bring_about, code = FORESEEN[refusal]
    result = await draw_up_plan(bring_about(azure, monkeypatch), settings())
    assert code in {problem.code for problem in result.problems}
    assert azure.control.state()["writes"] == 0


@pytest.mark.parametrize("refusal", REFUSED_AT_ONCE)
def test_a_refusal_that_needs_no_reading_is_one_of_the_request(refusal: str):
    (field,) = REFUSED_AT_ONCE[refusal]
    with pytest.raises(RequestInvalidError) as told:
        MigrationRequest.parse({"sourceImageId": SOURCE, **REFUSED_AT_ONCE[refusal]})
    assert [problem.field.split(".")[0] for problem in told.value.problems] == [field]


async def test_a_disk_that_is_larger_than_azure_copies_is_a_problem_of_the_plan(azure):
    """Such a version fails in every region, after hours."""
    result = await draw_up_plan(disks(azure, diskSizeGB=2049), settings())
    assert [problem.code for problem in result.problems] == ["OsDiskTooLarge"]
