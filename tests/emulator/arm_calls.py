"""Plain Resource Manager calls against a running emulator, for tests that look at status codes and bodies."""

from typing import Any

import requests

from dev.emulator import Emulator
from dev.emulator.identity import unsigned_token

SOME_OBJECT_ID = "9f6d4c1e-5b7a-4a27-9d0b-6c1f2e3d4a5b"


class Arm:
    """Calls as one principal; `group` is a fresh resource group's id."""

    def __init__(self, emulator: Emulator, **claims: Any) -> None:
        self.subscription = f"/subscriptions/{emulator.subscription_id}"
        self._url = emulator.url
        self._session = requests.Session()
        self._session.trust_env = False  # REQUESTS_CA_BUNDLE would win over verify
        self._session.verify = emulator.environment["REQUESTS_CA_BUNDLE"]
        token = unsigned_token({"oid": SOME_OBJECT_ID, "tid": "a-tenant", "appid": "an-app", **claims})
        self._session.headers["Authorization"] = f"Bearer {token}"

    def __call__(
        self, method: str, path: str, body: object = None, version: str = "2024-11-01", **query: str
    ) -> requests.Response:
        parameters = {"api-version": version, **{f"${name}": value for name, value in query.items()}}
        return self._session.request(method, self._url + path, params=parameters, json=body, timeout=30)

    def new_group(self, name: str) -> str:
        answer = self("PUT", f"{self.subscription}/resourceGroups/{name}", {"location": "westus2"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


def seed_image(emulator: Emulator, name: str = "web", group: str = "images", **document: Any) -> str:
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
    return str(emulator.control.put_resource(image | document)["id"])
