"""Who names an image, somewhere in its properties: image templates as an id, host pools as JSON inside a text."""

import json

from arm.surveys.mentions import find_mentions
from arm.surveys.resource_graph import paths_by_id
from dev.emulator.seed import IMAGES_GROUP
from tests.support.azure_samples import SOURCE as SEEDED
from tests.support.samples import GALLERY, SOURCE

OTHER = SOURCE.replace("/web", "/web_2")


def test_an_image_template_names_it_as_an_id():
    template = {"source": {"type": "ManagedImage", "imageId": f"{SOURCE}/"}}
    assert paths_by_id(template) == {SOURCE.lower(): [("source", "imageid")]}


def test_a_host_pool_names_it_inside_a_text():
    template = json.dumps({"imageType": "CustomImage", "customImageId": SOURCE, "others": [OTHER.upper()]})
    found = paths_by_id({"vmTemplate": template})
    assert found == {one.lower(): [("vmtemplate",)] for one in (SOURCE, OTHER)}


def test_a_definition_of_a_gallery_is_no_managed_image():
    assert paths_by_id([f"{GALLERY}/images/web", "images/web"]) == {}


async def test_image_templates_and_host_pools_that_name_the_image_are_found(azure):
    users = {
        "Microsoft.VirtualMachineImages/imageTemplates/template": {"source": {"imageId": SEEDED}},
        "Microsoft.DesktopVirtualization/hostPools/pool": {"vmTemplate": json.dumps({"customImageId": SEEDED})},
    }
    for name, properties in users.items():
        azure.control.put_resource(
            {"id": f"{IMAGES_GROUP}/providers/{name}", "location": "eastus2", "properties": properties}
        )
    found = (await find_mentions(SEEDED)).found
    assert sorted(one.id.rpartition("/")[2] for one in found) == ["pool", "template"]
