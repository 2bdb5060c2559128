"""Galleries and image definitions with all that they may say of themselves."""

import pytest

from dev.emulator.seed import IMAGES_GROUP
from tests.support.documents import DEFINITION_ID, GALLERY_ID, definition_body

MUCH = {
    "description": "web servers",
    "eula": "https://contoso.com/eula",
    "privacyStatementUri": "https://contoso.com/privacy",
    "releaseNoteUri": "https://contoso.com/notes",
    "endOfLifeDate": "2099-01-01T00:00:00Z",
    "architecture": "x64",
    "hyperVGeneration": "V2",
    "recommended": {"vCPUs": {"min": 2, "max": 8}, "memory": {"min": 4, "max": 64}},
    "disallowed": {"diskTypes": ["Standard_LRS"]},
    "features": [{"name": "IsAcceleratedNetworkSupported", "value": "True"}],
    "purchasePlan": {"name": "n", "publisher": "p", "product": "o"},
}


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"description": "golden images"},
        {"softDeletePolicy": {"isSoftDeleteEnabled": True}},
        {"sharingProfile": {"permissions": "Groups"}},
        {
            "sharingProfile": {
                "permissions": "Community",
                "communityGalleryInfo": {
                    "publisherUri": "https://contoso.com",
                    "publisherContact": "images@contoso.com",
                    "eula": "https://contoso.com/eula",
                    "publicNamePrefix": "contoso",
                },
            }
        },
    ],
)
def test_a_gallery_keeps_how_it_is_described_and_shared(keeps, properties):
    keeps(f"{GALLERY_ID}_2", {"location": "eastus2", "tags": {"a": "b"}, "properties": properties})


@pytest.mark.parametrize(
    "identity",
    [
        {"type": "SystemAssigned"},
        {
            "type": "UserAssigned",
            "userAssignedIdentities": {f"{IMAGES_GROUP}/providers/x/userAssignedIdentities/y": {}},
        },
    ],
)
def test_a_gallery_may_have_an_identity(keeps, identity):
    keeps(f"{GALLERY_ID}_2", {"location": "eastus2", "identity": identity})


@pytest.mark.parametrize("options", [{"select": "Permissions"}, {"$expand": "SharingProfile/Groups"}])
def test_a_gallery_is_shown_with_any_option(arm, options):
    assert arm("GET", GALLERY_ID, **options).json()["name"] == "contoso_gallery"


def test_a_definition_keeps_all_that_it_may_say(keeps):
    keeps(DEFINITION_ID, definition_body(**MUCH))


def test_features_of_a_definition_may_change(keeps, definition):
    features = [{"name": "IsHibernateSupported", "value": "True", "startsAtVersion": "2.0.0"}]
    keeps(definition, {"properties": {"features": features, "allowUpdateImage": True}}, "PATCH")
