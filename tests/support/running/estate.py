"""Other people's resources as tests want them: shown with anything, encrypted, or in another subscription."""

from contextlib import contextmanager

from tests.support.documents import GALLERY_ID
from tests.support.running.azure import DONE

FORBIDDEN = {"status": 403, "code": "AuthorizationFailed", "message": "the client has no authorization to read it"}
OTHER_TENANT = {"status": 401, "code": "InvalidAuthenticationTokenTenant", "message": "from the wrong issuer"}
UNREGISTERED = {
    "status": 409,
    "code": "MissingSubscriptionRegistration",
    "message": "The subscription is not registered to use namespace 'Microsoft.Compute'. See"
    " https://aka.ms/rps-not-found for how to register subscriptions.",
}
GALLERIES = GALLERY_ID.partition("/providers/")[0]
HUB_SUBSCRIPTION = "c0ffee00-0000-4000-8000-00000000000b"
OWN_SUBSCRIPTION = GALLERY_ID.split("/")[2]


def show(azure, resource_id, **fields):
    """Let Azure show these fields of a resource, whatever they hold."""
    azure.control.put_resource(azure.control.resource(resource_id) | fields)


def update(azure, resource_id, **properties):
    azure.change(resource_id, lambda known: known.update(properties))


def storage_of(azure, image, **changes):
    azure.change(image, lambda properties: properties["storageProfile"].update(changes))


@contextmanager
def set_to(azure, **settings):
    """These settings of the emulated Azure, and nothing of them afterwards."""
    azure.control.settings(**settings)
    try:
        yield
    finally:
        azure.control.settings(**{name: {} for name in settings})


def seed_hub(azure):
    """A gallery in another subscription; gives back its id."""
    for known in (f"/subscriptions/{OWN_SUBSCRIPTION}", GALLERIES, GALLERY_ID):
        document = azure.control.resource(known)
        azure.control.put_resource(document | {"id": known.replace(OWN_SUBSCRIPTION, HUB_SUBSCRIPTION)})
    return GALLERY_ID.replace(OWN_SUBSCRIPTION, HUB_SUBSCRIPTION)


def encrypt(azure, image, set_id):
    def change(properties):
        storage = properties["storageProfile"]
        for disk in (storage["osDisk"], *storage["dataDisks"]):
            disk["diskEncryptionSet"] = {"id": set_id}

    azure.change(image, change)


def seed_encryption_set(azure, name, region, **properties):
    set_id = f"{GALLERIES}/providers/Microsoft.Compute/diskEncryptionSets/{name}"
    return azure.control.put_resource({"id": set_id, "location": region, "properties": properties | DONE})["id"]
