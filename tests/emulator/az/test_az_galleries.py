"""`az sig` on galleries and definitions: every command of the walkthrough, and what is not emulated."""

import pytest

from tests.emulator.az.place import Place
from tests.emulator.az_cli import Az, AzFailedError


def test_sig_create_show_list_update_delete(az: Az, place: Place):
    made = az(f"sig create -g {place.group} -r golden --description Images")
    assert made["id"] == f"{place.scope}/providers/Microsoft.Compute/galleries/golden"
    assert made["location"] == "eastus2"
    shown = az(f"sig show -g {place.group} -r golden")
    assert (shown["provisioningState"], shown["description"]) == ("Succeeded", "Images")
    assert [known["name"] for known in az(f"sig list -g {place.group}")] == ["golden"]
    assert made["id"].lower() in [known["id"].lower() for known in az("sig list")]
    assert az(f"sig update -g {place.group} -r golden --set tags.team=web")["tags"] == {"team": "web"}
    az(f"sig delete -g {place.group} -r golden")
    assert az(f"sig list -g {place.group}") == []


def test_image_definition_create_show_list_update_delete(az: Az, place: Place, gallery: str, definition: str):
    shown = az(f"sig image-definition show {definition}")
    assert shown["id"] == f"{place.scope}/providers/Microsoft.Compute/galleries/{gallery}/images/ubuntu"
    assert shown["identifier"] == {"publisher": "contoso", "offer": "ubuntu", "sku": "web"}
    assert (shown["osType"], shown["osState"], shown["hyperVGeneration"]) == ("Linux", "Generalized", "V1")
    listed = az(f"sig image-definition list -g {place.group} -r {gallery}")
    assert [known["name"] for known in listed] == ["ubuntu"]
    assert az(f"sig image-definition update {definition} --set tags.team=web")["tags"] == {"team": "web"}
    az(f"sig image-definition delete {definition}")
    assert az(f"sig image-definition list -g {place.group} -r {gallery}") == []


def test_waiting_for_what_is_done_ends_at_once(az: Az, place: Place, gallery: str, definition: str):
    assert az(f"image wait -g {place.group} --image-name web --created") is None
    assert az(f"sig wait -g {place.group} -r {gallery} --created") is None
    assert az(f"sig image-definition wait {definition} --created") is None


@pytest.mark.parametrize("command", ["sig share reset -g {} -r {}", "sig gallery-application list -g {} -r {}"])
def test_what_is_not_emulated_says_so(az: Az, place: Place, gallery: str, command: str):
    with pytest.raises(AzFailedError, match="NotEmulated"):
        az(command.format(place.group, gallery))
