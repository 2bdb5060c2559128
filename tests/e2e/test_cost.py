"""How often Azure is asked: a migration in an estate of one gallery and one definition, with nobody else's machines."""

import re
from collections import Counter

from dev.emulator import running_emulator
from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP, SHOP_GROUP
from tests.support.documents import GALLERY_ID
from tests.support.running.app import outcome
from tests.support.running.azure import SPEED, Azure, definition_of
from tests.support.running.starting import running_app

MOST_CALLS = 35  # two of them look at the versions beside it: before it becomes eligible as latest, and after
MOST_LOOKS = 20  # at the version and at operations: 11 where the machine is quick, and more the longer it takes
MOST_CALLS_OF_THE_TABLE = 52  # docs/cost.md says some 50
OTHERS = [
    f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/shop-frontend",
    f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/shop-frontend-vmss",
    f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/contoso_gallery/images/ubuntu-base/versions/1.0.0",
    f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/contoso_gallery/images/ubuntu-base",
]


def is_of(call, migration_id):
    """Tell whether a call of the table is about this migration: the clock has calls of its own, every five minutes."""
    return migration_id in call["path"] or call["method"] == "POST"


def is_look(call):
    """Tell whether a call looks how far Azure is with what it was asked for."""
    return call["method"] == "GET" and re.search("perations/[^/]+$|/versions/[^/]+$", call["path"]) is not None


def test_a_migration_takes_a_few_dozen_calls_of_azure():
    with running_emulator(speed=2 * SPEED) as emulator:
        azure = Azure(emulator)
        for other in OTHERS:
            azure.control.delete_resource(other)
        image = azure.seed_image("only")
        assert azure.seed_definition(image.rpartition("/")[2], exact=True) == definition_of(image)
        with running_app(azure, MIGRATION_GALLERY=GALLERY_ID, MIGRATION_POLL_INTERVAL="PT4S") as app:
            began = len(azure.control.calls())
            ended = app.approve_and_end(app.start(image))
        table = [call for call in azure.control.storage_calls() if is_of(call, ended["id"])]
        calls = [call for call in azure.control.calls()[began:] if "/oauth2/" not in call["path"]]
        azure.arm.session.close()
    assert outcome(ended) == ("Migrated", "Migrated")
    assert len(table) <= MOST_CALLS_OF_THE_TABLE, Counter(f"{one['method']} {one['path'][:60]}" for one in table)
    looks = [call for call in calls if is_look(call)]
    told = [f"{call['method']} {call['path']}" for call in calls]
    assert (len(calls) - len(looks) <= MOST_CALLS, len(looks) <= MOST_LOOKS) == (True, True), told
