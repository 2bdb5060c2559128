"""The real `az`, logged in once to an emulator of its own; every test works in a resource group of its own."""

import itertools
from collections.abc import Iterator

import pytest

from dev.emulator import Emulator, running_emulator
from tests.emulator.az.place import Place
from tests.emulator.az_cli import Az
from tests.support.documents import seed_image

_numbers = itertools.count()
QUICK = {"imageVersionCreate": 20, "imageVersionUpdate": 20, "imageVersionDelete": 20}


@pytest.fixture(scope="session")
def emulator():
    with running_emulator(speed=60) as emulator:
        emulator.control.settings(durationsSeconds=QUICK, replicationSeconds={"default": 10})
        yield emulator


@pytest.fixture(scope="session")
def az(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Az]:
    az = Az(emulator, tmp_path_factory.mktemp("az"))
    az.log_in(emulator)
    yield az
    az.close()


@pytest.fixture
def place(emulator: Emulator) -> Place:
    group = f"az-{next(_numbers)}"
    scope = f"/subscriptions/{emulator.subscription_id}/resourceGroups/{group}"
    emulator.control.put_resource({"id": scope, "location": "eastus2"})
    return Place(group, scope, seed_image(emulator, "web", group))


@pytest.fixture
def gallery(az: Az, place: Place) -> str:
    az(f"sig create -g {place.group} -r {place.group.replace('-', '_')}")
    return place.group.replace("-", "_")


@pytest.fixture
def definition(az: Az, place: Place, gallery: str) -> str:
    az(
        f"sig image-definition create -g {place.group} -r {gallery} -i ubuntu --os-type Linux "
        "--publisher contoso --offer ubuntu --sku web --hyper-v-generation V1 --os-state generalized"
    )
    return f"-g {place.group} -r {gallery} -i ubuntu"
