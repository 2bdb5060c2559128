"""The lines that users of an image are told to type, typed into the real `az`."""

import pytest

from dev.emulator import Emulator, users_of_images
from migration.users.changing import Target, change_of
from migration.users.kinds import SCALE_SETS
from tests.emulator.az.place import Place
from tests.emulator.az_cli import Az


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_the_line_for_a_scale_set_points_it_at_the_definition_and_changes_nothing_else(
    emulator: Emulator, az: Az, place: Place, definition: str, mode: str
):
    names = definition.split()
    target = f"{place.scope}/providers/Microsoft.Compute/galleries/{names[3]}/images/{names[5]}"
    document = users_of_images.scale_set(f"{place.group}-{mode.lower()}", place.image_id, mode=mode)
    before = emulator.control.put_resource(document | {"location": "eastus2"})
    lines = change_of(SCALE_SETS.key, document["id"], Target(target, f"{target}/versions/1.0.0")).latest
    az(lines.az.removeprefix("az "))
    after = emulator.control.resource(document["id"])
    storage = after["properties"]["virtualMachineProfile"]["storageProfile"]
    assert storage["imageReference"]["id"] == target
    assert after["properties"]["upgradePolicy"] == before["properties"]["upgradePolicy"]
