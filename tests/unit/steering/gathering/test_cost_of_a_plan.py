"""How often a plan asks Azure: a gallery, a list and a page each cost a call, and there are few of them."""

import pytest

from dev.emulator import Emulator
from dev.emulator.seed import GALLERIES_GROUP, SUBSCRIPTION
from migration.asking.start import MigrationStart
from steering.gathering.planning import draw_up_plan
from tests.support.azure_samples import COMPUTE, GALLERY, SOURCE, start
from tests.support.samples import DEFAULTS

# Image, gallery, definitions, versions, rights at both, regions, subscriptions, rights at one: what a plan that deletes
# cannot do without.
BEFORE = 9
MORE = 6
AT_SUBSCRIPTION = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/permissions"
REGIONS = ("westus2", "westeurope", "northeurope")


async def calls_of(azure: Emulator, begun: MigrationStart) -> list[str]:
    """The calls of one plan that finds no problem."""
    before = len(azure.control.calls())
    result = await draw_up_plan(begun, DEFAULTS)
    assert result.problems == []
    return [call["path"] for call in azure.control.calls()[before:] if "/oauth2/" not in call["path"]]


def encrypted(azure: Emulator) -> str:
    """Encrypt the source with a set of its region; gives back what to ask for in three others."""
    for region in ("eastus2", *REGIONS):
        set_id = f"{GALLERIES_GROUP}/providers/Microsoft.Compute/diskEncryptionSets/{region}"
        azure.control.put_resource({"id": set_id, "location": region, "properties": {"provisioningState": "Succeeded"}})
    change(azure, diskEncryptionSet={"id": set_id.replace(REGIONS[-1], "eastus2")})
    return ",".join(f"{region}:{region}" for region in REGIONS)


def change(azure: Emulator, machine: str | None = None, **os_disk: object) -> None:
    image = azure.control.resource(SOURCE)
    image["properties"]["storageProfile"] |= {"zoneResilient": True}
    image["properties"]["storageProfile"]["osDisk"] |= os_disk
    image["properties"] |= {"sourceVirtualMachine": {"id": machine}} if machine else {}
    azure.control.put_resource(image)


def with_machine(azure: Emulator) -> None:
    machine = f"{COMPUTE}/virtualMachines/captured"
    properties = {"storageProfile": {}, "provisioningState": "Succeeded"}
    azure.control.put_resource({"id": machine, "location": "eastus2", "properties": properties})
    change(azure, machine)


async def test_the_dearest_plan_takes_at_most_six_calls_more_than_it_must(azure):
    sets = encrypted(azure)
    with_machine(azure)
    begun = start(gallery=GALLERY, imageDefinition="ubuntu-base", targetRegions=list(REGIONS), encryptionSets=sets)
    calls = await calls_of(azure, begun)
    assert len(calls) <= BEFORE + MORE, calls


def with_rights_in_groups_alone(azure: Emulator) -> None:
    """As roles given by hand often are: the subscription's locks are refused, and those of each group asked for."""
    refusal = {"status": 403, "code": "AuthorizationFailed", "message": "not at the subscription"}
    path = "^/subscriptions/[^/]*/providers/Microsoft.Authorization/locks$"
    azure.control.add_fault(method="GET", path=path, error=refusal, times=9)


def hub_of(azure: Emulator) -> str:
    """The seeded gallery and definition once more, in another subscription; gives back the gallery's id."""
    other = azure.subscription_id.replace("000000000001", "00000000000b")
    base = f"{GALLERY}/images/ubuntu-base"
    for known in (f"/subscriptions/{azure.subscription_id}", GALLERIES_GROUP, GALLERY, base):
        document = azure.control.resource(known)
        azure.control.put_resource(document | {"id": known.replace(azure.subscription_id, other)})
    return GALLERY.replace(azure.subscription_id, other)


async def test_with_rights_in_groups_alone_and_a_gallery_that_keeps_deleted_versions_it_is_no_more(azure):
    sets = encrypted(azure)
    with_machine(azure)
    with_rights_in_groups_alone(azure)
    gallery = azure.control.resource(GALLERY)
    gallery["properties"] |= {"softDeletePolicy": {"isSoftDeleteEnabled": True}}
    azure.control.put_resource(gallery)
    begun = start(gallery=GALLERY, imageDefinition="ubuntu-base", targetRegions=list(REGIONS), encryptionSets=sets)
    calls = await calls_of(azure, begun)
    assert any("softdeletedartifacttypes" in path.lower() for path in calls)
    assert len(calls) <= BEFORE + MORE, calls


async def test_a_gallery_in_another_subscription_costs_no_more_than_six_calls_either(azure):
    hub = hub_of(azure)
    with_machine(azure)
    with_rights_in_groups_alone(azure)
    calls = await calls_of(azure, start(gallery=hub, imageDefinition="ubuntu-base", targetRegions=list(REGIONS)))
    assert len([path for path in calls if path.endswith("/locations")]) == 2
    assert len(calls) <= BEFORE + MORE + 1, calls  # the rights in the other subscription


@pytest.mark.parametrize("further", [1, 2])
async def test_the_regions_of_a_subscription_are_read_once_for_many_plans(azure, further):
    await calls_of(azure, start())
    for _ in range(further):
        assert not [path for path in await calls_of(azure, start()) if path.endswith("/locations")]


async def test_whether_users_can_be_seen_is_asked_once_for_many_plans(azure):
    def asked(calls: list[str]) -> list[str]:
        return [path for path in calls if path == "/subscriptions" or path.startswith(AT_SUBSCRIPTION)]

    assert asked(await calls_of(azure, start())) == ["/subscriptions", AT_SUBSCRIPTION]
    assert asked(await calls_of(azure, start())) == []
    assert asked(await calls_of(azure, start(deleteSource="never"))) == []
