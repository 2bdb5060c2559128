"""The emulated Azure as everybody but the app sees it: people with `az`, pipelines, other teams."""

import json
from contextlib import contextmanager
from copy import deepcopy
from itertools import count

from dev.emulator import running_emulator
from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP, SHOP_GROUP, managed_image
from tests.support.documents import COMPUTE, GALLERY, GALLERY_ID, Arm
from tests.support.waiting import eventually

LOCKS = "2020-05-01"
RESOURCES = "2024-07-01"
DONE = {"provisioningState": "Succeeded"}
TAG = "migrate-to-gallery"
SPEED = 1000  # emulated minutes take some hundredths of a second
_numbers = count(1)


def unique(name):
    """A name no other test uses."""
    return f"{name}-{next(_numbers)}"


class Azure:
    """Seeds and reads state through the control plane; writes that raise events go through Resource Manager."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.control = emulator.control
        self.arm = Arm(emulator)

    def seed_image(self, name="image", *, group=IMAGES_GROUP, **facts):
        """A generalized managed image nobody has tagged; gives back its id."""
        document = managed_image(unique(name), **facts)
        document["id"] = document["id"].replace(IMAGES_GROUP, group)
        return self.control.put_resource(document)["id"]

    def seed_group(self, name):
        group = IMAGES_GROUP.replace("/images", f"/{unique(name)}")
        return self.control.put_resource({"id": group, "location": "eastus2", "properties": DONE})["id"]

    def seed_gallery(self, name="gallery"):
        gallery = f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/{unique(name).replace('-', '_')}"
        return self.control.put_resource({"id": gallery, "location": "eastus2", "properties": DONE})["id"]

    def seed_definition(self, name="definition", *, gallery=GALLERY_ID, exact=False, **properties):
        name = name if exact else unique(name)
        known = {
            "osType": "Linux",
            "osState": "Generalized",
            "hyperVGeneration": "V1",
            "architecture": "x64",
            "identifier": {"publisher": "contoso", "offer": "seeded", "sku": name},
        }
        document = {"id": f"{gallery}/images/{name}", "location": "eastus2", "properties": known | properties | DONE}
        return self.control.put_resource(document)["id"]

    def seed_version(self, definition, number, *, source="/subscriptions/0/another", regions=("East US 2",)):
        """A version somebody else made long ago."""
        targets = [
            {"name": region, "regionalReplicaCount": 1, "storageAccountType": "Standard_LRS"} for region in regions
        ]
        properties = {
            "publishingProfile": {"targetRegions": targets, "replicationMode": "Full", "excludeFromLatest": False},
            "storageProfile": {"source": {"id": source}},
        }
        document = {"id": f"{definition}/versions/{number}", "location": "eastus2", "properties": properties | DONE}
        return self.control.put_resource(document)["id"]

    def seed_consumer(self, kind, image_id):
        """A virtual machine or a scale set whose model names the image."""
        storage = {"storageProfile": {"imageReference": {"id": image_id}}}
        properties = {"virtualMachineProfile": storage} if kind.endswith("ScaleSets") else storage
        resource_id = f"{SHOP_GROUP}/providers/Microsoft.Compute/{kind}/{unique('consumer')}"
        document = {"id": resource_id, "location": "westeurope", "properties": properties | DONE}
        return self.control.put_resource(document)["id"]

    def update_image(self, image_id, tags):
        """`az image update`: the image's provider writes it, with all its tags, and has sent the event afterwards.

        The next write, where it came sooner, would end this one without an event.
        """
        assert self.arm("PATCH", image_id, {"tags": tags}, api=COMPUTE).status_code == 200
        eventually(lambda: self.control.resource(image_id)["properties"]["provisioningState"] != "Updating")

    def update_tags(self, image_id, tags, operation="Merge"):
        """`az tag update --operation Merge`: the Tags API writes it."""
        body = {"operation": operation, "properties": {"tags": tags}}
        path = f"{image_id}/providers/Microsoft.Resources/tags/default"
        assert self.arm("PATCH", path, body, api=RESOURCES).status_code == 200

    def lock(self, scope, level="CanNotDelete"):
        """Gives back the lock's id."""
        path = f"{scope}/providers/Microsoft.Authorization/locks/{unique('keep')}"
        answer = self.arm("PUT", path, {"properties": {"level": level}}, api=LOCKS)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def unlock(self, lock_id):
        assert self.arm("DELETE", lock_id, api=LOCKS).status_code == 200

    def until_failed(self, version_id):
        """A region fails before its version does: wait until the version has failed, too."""
        eventually(lambda: self.read(version_id)["properties"]["provisioningState"] == "Failed")

    def read(self, resource_id):
        """The resource as Resource Manager shows it, None where there is none."""
        api = COMPUTE if "/galleries/" not in resource_id else GALLERY
        answer = self.arm("GET", resource_id, api=api)
        return answer.json() if answer.status_code == 200 else None

    def record(self, migration_id):
        """What the app has taken down about an image in its table storage, None where it has nothing."""
        row = self._table(_row_of(migration_id))
        return json.loads("".join(row[f"document{part}"] for part in range(row["chunks"]))) if "chunks" in row else None

    def change_record(self, migration_id, **fields):
        """Write a record as an app of another version would: with these fields, too."""
        row = self._table(_row_of(migration_id))
        assert row["chunks"] == 1
        self.put_rows([row | {"document0": json.dumps(json.loads(row["document0"]) | fields)}])

    def forget_record(self, migration_id):
        """Take a record out of the app's table storage, as somebody with rights there can."""
        self.forget_row("image", migration_id)

    def forget_row(self, partition, key):
        url, bearer = self._address(f"(PartitionKey='{partition}',RowKey='{key}')")
        answer = self.arm.session.delete(url, headers=bearer | {"If-Match": "*"})
        assert answer.status_code == 204, answer.text

    def delete_table(self):
        """Delete the app's table of records, as somebody with rights on its storage account can."""
        known, (_, bearer) = self.emulator.environment["MIGRATION_RECORDS"], self._address("")
        answer = self.arm.session.delete(f"{known}/Tables('imageMigrations')", headers=bearer)
        assert answer.status_code == 204, answer.text

    def rows(self, partition):
        """The rows of the app's table storage that serve one purpose, as they are."""
        return self._table("()", **{"$filter": f"PartitionKey eq '{partition}'"}).get("value", [])

    def put_rows(self, rows):
        """Leave rows in the app's table storage, as another version of it, or years of use, might have."""
        self.control.put_entities("imageMigrations", rows)

    def _table(self, path, **query):
        url, bearer = self._address(path)
        return self.arm.session.get(url, params=query, headers=bearer).json()

    def _address(self, path):
        known = self.emulator.environment
        about = {"resource": "https://storage.azure.com", "api-version": "2019-08-01"}
        identity = {"X-IDENTITY-HEADER": known["IDENTITY_HEADER"]}
        token = self.arm.session.get(known["IDENTITY_ENDPOINT"], params=about, headers=identity).json()["access_token"]
        return f"{known['MIGRATION_RECORDS']}/imageMigrations{path}", {"Authorization": f"Bearer {token}"}

    def exists(self, resource_id):
        return self.control.resource(resource_id) is not None

    def tags(self, resource_id):
        return self.control.resource(resource_id).get("tags") or {}

    def versions(self, definition):
        """The ids of all versions of an image definition."""
        found, link = [], f"{definition}/versions"
        while link:
            page = self.arm("GET", link).json()
            found += [version["id"] for version in page["value"]]
            link = page.get("nextLink")
        return found

    def change(self, resource_id, change):
        """Lets `change` edit the raw resource behind everybody's back."""
        document = deepcopy(self.control.resource(resource_id))
        change(document["properties"])
        self.control.put_resource(document)

    def events_about(self, resource_id):
        """Events whose subject is this resource or its tags."""
        return [
            record
            for record in self.control.events()
            if record["event"]["subject"].lower().startswith(resource_id.lower())
        ]


def _row_of(migration_id):
    return f"(PartitionKey='image',RowKey='{migration_id}')"


def definition_of(image_id):
    """The image definition an image goes into where nothing else is asked for."""
    return f"{GALLERY_ID}/images/{image_id.rpartition('/')[2]}"


def target_regions(version):
    """The target regions of a version's document, as (name, replicas, storage)."""
    regions = version["properties"]["publishingProfile"]["targetRegions"]
    return [(each["name"], each["regionalReplicaCount"], each["storageAccountType"]) for each in regions]


@contextmanager
def running_azure():
    with running_emulator(speed=SPEED) as emulator:
        azure = Azure(emulator)
        yield azure
        azure.arm.session.close()
