"""What others do in Azure at any moment: rebuild, delete, lock, use, change what the app works with."""

from dataclasses import dataclass
from typing import Any

from dev.emulator.seed import SHOP_GROUP, managed_image
from dev.emulator.users_of_images import machine, scale_set
from tests.chaos.happenings.happening import IMAGES, Happening, OfImage
from tests.chaos.world.world import ChaosWorld
from tests.support.documents import GALLERY_ID, LOCKS

ADDED = "northeurope"  # a region that nobody asks for but those who have it added


@dataclass(frozen=True)
class Rebuilds(OfImage):
    """An image is deleted and made anew under the same name, by a pipeline that keeps its tags, or does not."""

    keeps_tags: bool = True

    def happen(self, world: ChaosWorld) -> None:
        known = world.azure.get(self.id)
        tags = dict(known.tags or {}) if known and self.keeps_tags else {}
        world.azure.take_away(self.id)
        world.azure.put(document_of(self.image) | {"tags": tags})


def document_of(image: int) -> dict[str, Any]:
    """An image of this number as somebody makes it."""
    name = IMAGES[image % len(IMAGES)]
    if name == "windows-build":
        return managed_image(name, os_type="Windows", generation="V2", os_gib=127, data_gib=(256,))
    return managed_image(name, location="westeurope" if name == "debian-legacy" else "eastus2")


@dataclass(frozen=True)
class DeletesImage(OfImage):
    """Somebody deletes an image by hand."""

    def happen(self, world: ChaosWorld) -> None:
        world.azure.others("DELETE", self.id)


@dataclass(frozen=True)
class MakesImage(OfImage):
    """Somebody makes an image where there is none."""

    def happen(self, world: ChaosWorld) -> None:
        if world.azure.get(self.id) is None:
            world.azure.put(document_of(self.image))


@dataclass(frozen=True)
class DeletesVersion(OfImage):
    """Somebody deletes the version that a migration made."""

    def happen(self, world: ChaosWorld) -> None:
        version = self.version(world)
        if version:
            world.azure.others("DELETE", version)


@dataclass(frozen=True)
class RemakesVersion(OfImage):
    """Somebody deletes the version that a migration made, and another of that number is there at once."""

    def happen(self, world: ChaosWorld) -> None:
        known = world.azure.get(self.version(world) or "")
        if known is not None:
            document = known.document()
            world.azure.take_away(known.id)
            document["properties"]["storageProfile"]["source"] = {"id": "/subscriptions/0/somebody/elses"}
            world.azure.put(document)


@dataclass(frozen=True)
class ChangesVersion(OfImage):
    """Somebody changes the version that a migration made: drops its other regions, adds one, or moves `latest`."""

    how: str = "regions"

    def happen(self, world: ChaosWorld) -> None:
        known = world.azure.get(self.version(world) or "")
        if known is None:
            return
        profile = known.document()["properties"]["publishingProfile"]
        regions = profile["targetRegions"]
        changed = {
            "regions": {"targetRegions": regions[:1]},
            "one more": {"targetRegions": [*regions, {"name": ADDED, "regionalReplicaCount": 1}]},
            "latest": {"excludeFromLatest": not profile.get("excludeFromLatest")},
        }[self.how]
        world.azure.others("PATCH", known.id, {"properties": {"publishingProfile": changed}})


@dataclass(frozen=True)
class TakesNumber(OfImage):
    """Somebody makes a version with the number that comes next, of another source."""

    number: str = "1.0.0"

    def happen(self, world: ChaosWorld) -> None:
        definition = f"{GALLERY_ID}/images/{IMAGES[self.image % len(IMAGES)]}"
        if world.azure.get(definition) and not world.azure.get(f"{definition}/versions/{self.number}"):
            world.azure.put(_version(f"{definition}/versions/{self.number}", "/subscriptions/0/another", "Full"))


@dataclass(frozen=True)
class MakesShallowVersion(OfImage):
    """Somebody makes a shallow version of an image: it stays in need of it."""

    def happen(self, world: ChaosWorld) -> None:
        shallow = f"{GALLERY_ID}/images/ubuntu-base/versions/7.0.0"
        if self.image % len(IMAGES) == 0 and world.azure.get(self.id):
            world.azure.put(_version(shallow, self.id, "Shallow"))


def _version(version_id: str, source: str, mode: str) -> dict[str, Any]:
    region = {"name": "East US 2", "regionalReplicaCount": 1, "storageAccountType": "Standard_LRS"}
    profile = {"targetRegions": [region], "replicationMode": mode, "excludeFromLatest": False}
    done = {"publishingProfile": profile, "storageProfile": {"source": {"id": source}}}
    return {"id": version_id, "location": "eastus2", "properties": done | {"provisioningState": "Succeeded"}}


@dataclass(frozen=True)
class Uses(OfImage):
    """Something is made that needs an image: a scale set, or a machine with an ephemeral disk."""

    by: str = "scale set"

    def happen(self, world: ChaosWorld) -> None:
        name = f"uses-{IMAGES[self.image % len(IMAGES)]}"
        if self.by == "scale set":
            world.azure.put(scale_set(name, self.id))
        else:
            world.azure.put(machine(name, self.id, ephemeral=self.by == "ephemeral"))


@dataclass(frozen=True)
class StopsUsing(OfImage):
    """What was made with `Uses` is gone."""

    def happen(self, world: ChaosWorld) -> None:
        name = f"uses-{IMAGES[self.image % len(IMAGES)]}"
        for kind in ("virtualMachineScaleSets", "virtualMachines"):
            made = f"{SHOP_GROUP}/providers/Microsoft.Compute/{kind}/{name}"
            if world.azure.get(made):
                world.azure.take_away(made)


@dataclass(frozen=True)
class Locks(OfImage):
    """Somebody locks an image, or its group."""

    level: str = "CanNotDelete"
    group: bool = False

    def happen(self, world: ChaosWorld) -> None:
        body = {"properties": {"level": self.level}}
        world.azure.others("PUT", _lock(self.id, group=self.group), body, api=LOCKS)


@dataclass(frozen=True)
class Unlocks(OfImage):
    """The locks are taken off."""

    def happen(self, world: ChaosWorld) -> None:
        for group in (True, False):
            world.azure.others("DELETE", _lock(self.id, group=group), api=LOCKS)


def _lock(image_id: str, *, group: bool) -> str:
    scope = image_id.partition("/providers/")[0] if group else image_id
    return f"{scope}/providers/Microsoft.Authorization/locks/keep"


@dataclass(frozen=True)
class DeletesDefinition(OfImage):
    """Somebody takes away the definition with all its versions."""

    def happen(self, world: ChaosWorld) -> None:
        version = self.version(world)
        if version:
            world.azure.take_away(version.rpartition("/versions/")[0])


@dataclass(frozen=True)
class AzureIs(Happening):
    """Settings of the emulated Azure from now on: how long things take, what fails, what may be read."""

    settings: Any

    def happen(self, world: ChaosWorld) -> None:
        world.azure.world.settings = world.azure.world.settings.merged(self.settings)
