"""Names as people give them and as Azure writes them, through to the copy."""

import pytest

from tests.support.running.app import outcome
from tests.support.running.azure import definition_of


def test_a_version_asked_for_with_leading_zeros_is_made_as_it_is_written(app, azure):
    image = azure.seed_image("dated")
    ended = app.approve_and_end(app.start(image, version="2026.01.31"))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert azure.exists(f"{definition_of(image)}/versions/2026.01.31")


@pytest.mark.parametrize("name", ["web_", "web.2024_01", "9lives", "A.b_c-d", "n" * 80])
def test_an_image_of_any_name_that_azure_takes_is_migrated(app, azure, name):
    document = azure.control.resource(azure.seed_image("named"))
    image = azure.control.put_resource(document | {"id": f"{document['id'].rpartition('/')[0]}/{name}"})["id"]
    assert outcome(app.approve_and_end(app.start(image))) == ("Migrated", "Migrated")


def test_an_image_in_a_group_that_azure_writes_in_capitals_has_one_migration_and_its_users(app, azure):
    image = azure.seed_image("capitals")
    loud = image.replace("/resourceGroups/images/", "/resourceGroups/IMAGES/")
    waiting = app.waiting(app.start(image))
    assert app.call("POST", "migrations", {"sourceImageId": loud}).status_code == 409
    azure.seed_consumer("virtualMachineScaleSets", loud)
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", "SourceInUse")
