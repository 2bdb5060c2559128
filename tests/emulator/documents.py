"""What the emulator tests send: a client by hand, ids of the seed, and bodies of definitions and versions."""

import requests

from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP

COMPUTE = "2024-07-01"
GALLERY = "2024-03-03"
GALLERY_ID = f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/contoso_gallery"
DEFINITION_ID = f"{GALLERY_ID}/images/ubuntu-web"


class Arm:
    """Resource Manager by hand: paths in, `requests` responses out."""

    def __init__(self, emulator):
        self.url = emulator.url
        self.session = requests.Session()
        self.session.trust_env = False  # else REQUESTS_CA_BUNDLE would win over verify
        self.session.verify = emulator.environment["SSL_CERT_FILE"]
        self.session.headers["Authorization"] = "Bearer of-a-test"

    def __call__(self, method, path, body=None, *, api=GALLERY, **query):
        url = path if path.startswith("https:") else self.url + path
        params = None if path.startswith("https:") else {"api-version": api, **query}
        return self.session.request(method, url, params=params, json=body, timeout=30)

    def poll(self, response):
        """The status body of the operation a response started."""
        return self("GET", response.headers["Azure-AsyncOperation"]).json()


def image_id(name):
    return f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/{name}"


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
