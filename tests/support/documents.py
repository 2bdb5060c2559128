"""What the emulator tests send: a client by hand, ids of the seed, and bodies of machines, definitions, versions."""

import requests

from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP
from dev.emulator.vocabulary.tokens import unsigned_token
from tests.emulator.contract import check

COMPUTE = "2024-07-01"
GALLERY = "2024-03-03"
LOCKS = "2020-05-01"
RESOURCES = "2024-07-01"
RESOURCE_GRAPH = "2022-10-01"
SOME_OBJECT_ID = "9f6d4c1e-5b7a-4a27-9d0b-6c1f2e3d4a5b"
_USUAL = {
    "microsoft.compute/galleries": GALLERY,
    "microsoft.compute/": COMPUTE,
    "microsoft.authorization/": LOCKS,
    "microsoft.resourcegraph/": RESOURCE_GRAPH,
}
_ODATA = frozenset({"expand", "filter", "skiptoken", "top"})
GALLERY_ID = f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/contoso_gallery"
DEFINITION_ID = f"{GALLERY_ID}/images/ubuntu-web"


class Arm:
    """Resource Manager by hand, as one principal: paths (or whole links) in, `requests` responses out.

    Every call is checked against the models of the SDKs.
    Without `api` the call carries the usual api-version of what serves its path.
    """

    def __init__(self, emulator, **claims):
        self.url = emulator.url
        self.subscription = f"/subscriptions/{emulator.subscription_id}"
        self.session = requests.Session()
        self.session.trust_env = False  # else REQUESTS_CA_BUNDLE would win over verify
        self.session.verify = emulator.environment["SSL_CERT_FILE"]
        token = unsigned_token({"oid": SOME_OBJECT_ID, "tid": "a-tenant", "appid": "an-app", **claims})
        self.session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method, path, body=None, *, api=None, **query):
        if path.startswith("https:"):
            return self._checked(method, path, None, body)
        options = {f"${name}" if name in _ODATA else name: value for name, value in query.items()}
        params = {"api-version": api or usual_version(path), **options}
        return self._checked(method, self.url + path, params, body)

    def _checked(self, method, url, params, body):
        response = self.session.request(method, url, params=params, json=body, timeout=30)
        check(response)
        return response

    def poll(self, response):
        """The status body of the operation a response started."""
        return self("GET", response.headers["Azure-AsyncOperation"]).json()

    def new_group(self, name):
        answer = self("PUT", f"{self.subscription}/resourceGroups/{name}", {"location": "westus2"})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


def usual_version(path):
    """One that clients often ask for, by the last provider of the path."""
    provider = path.lower().rpartition("/providers/")[2]
    for start, version in _USUAL.items():
        if provider.startswith(start):
            return version
    return RESOURCES


def image_id(name):
    return f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/{name}"


def machine_body(image, **profile):
    """A virtual machine made from the image of this id."""
    storage = {"storageProfile": {"imageReference": {"id": image}}}
    return {"location": "westeurope", "properties": {**storage, **profile}}


def definition_body(**properties):
    return {
        "location": "eastus2",
        "properties": {
            "osType": "Linux",
            "osState": "Generalized",
            "hyperVGeneration": "V1",
            "identifier": {"publisher": "contoso", "offer": "ubuntu", "sku": "web"},
            **properties,
        },
    }


def version_body(*regions, source="ubuntu-web", **profile):
    targets = [region if isinstance(region, dict) else {"name": region} for region in regions or ("eastus2",)]
    return {
        "location": "eastus2",
        "properties": {
            "publishingProfile": {"targetRegions": targets, **profile},
            "storageProfile": {"source": {"id": image_id(source)}} if source else {},
        },
    }


def seed_image(emulator, name="web", group="images", **document):
    """Puts a finished managed image into the world, without events, and answers its id."""
    scope = f"/subscriptions/{emulator.subscription_id}/resourceGroups/{group}"
    disk = {"osType": "Linux", "osState": "Generalized", "diskSizeGB": 30}
    disk["managedDisk"] = {"id": f"{scope}/providers/Microsoft.Compute/disks/{name}"}
    image = {
        "id": f"{scope}/providers/Microsoft.Compute/images/{name}",
        "location": "eastus2",
        "properties": {
            "hyperVGeneration": "V1",
            "provisioningState": "Succeeded",
            "storageProfile": {"osDisk": disk, "dataDisks": []},
        },
    }
    return emulator.control.put_resource(image | document)["id"]
