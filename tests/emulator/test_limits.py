"""Lengths, letters, sizes and numbers that Azure takes or refuses: no stricter and no more lenient than its rules."""

import pytest

from tests.support.documents import DEFINITION_ID, GALLERY_ID, definition_body, image_id, version_body

MANY = ("westus2", "westeurope", "eastus", "northeurope", "westus", "eastus2", "centralus", "uksouth")


def state(arm, path):
    return arm("GET", path).json()["properties"]["provisioningState"]


@pytest.mark.parametrize("name", ["2022.06.08", "2024.02.20", "0.0.0", "2147483647.0.0"])
def test_version_names_with_leading_zeros_are_taken_as_written(arm, definition, name):
    assert arm("PUT", f"{definition}/versions/{name}", version_body()).json()["name"] == name


@pytest.mark.parametrize(
    ("part", "value", "taken"),
    [
        ("publisher", "p" * 128, True),
        ("publisher", "p" * 129, False),
        ("offer", "o" * 64, True),
        ("offer", "o" * 65, False),
        ("offer", "rg-golden(prod)-images", False),
        ("offer", "rg-bilder-münchen", False),
        ("offer", "golden.", False),
        ("sku", "s" * 65, False),
        ("sku", "_22.04-LTS", True),
        ("sku", "line\n", False),
    ],
)
def test_identifiers_have_lengths_and_letters(arm, part, value, taken):
    identifier = {"publisher": "contoso", "offer": "ubuntu", "sku": "web", part: value}
    answer = arm("PUT", DEFINITION_ID, definition_body(identifier=identifier))
    if taken:
        assert answer.status_code == 201
    else:
        error = answer.json()["error"]
        assert (answer.status_code, error["target"]) == (400, f"galleryImage.properties.identifier.{part}")


def test_a_hundred_replicas_are_the_limit_of_a_region_and_not_of_the_version(arm, definition):
    targets = [{"name": region, "regionalReplicaCount": 50} for region in MANY]
    assert arm("PUT", f"{definition}/versions/1.0.0", version_body(*targets)).status_code == 201


@pytest.mark.parametrize(("size", "end"), [(1536, "Succeeded"), (2048, "Succeeded"), (2049, "Failed")])
def test_a_data_disk_may_have_two_terabytes(arm, definition, control, size, end):
    image = control.resource(image_id("ubuntu-web"))
    image["properties"]["storageProfile"]["dataDisks"] = [{"lun": 3, "diskSizeGB": size}]
    control.put_resource(image)
    arm("PUT", f"{definition}/versions/1.0.0", version_body())
    control.advance(446)
    assert state(arm, f"{definition}/versions/1.0.0") == end


@pytest.mark.parametrize("path", [image_id("ubuntu-web"), GALLERY_ID])
def test_a_resource_has_fifty_tags_at_most_however_they_are_written(arm, path):
    for count, status in ((50, 200), (51, 400)):
        assert arm("PATCH", path, {"tags": {f"t{number}": "" for number in range(count)}}).status_code == status
