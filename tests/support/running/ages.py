"""Images that were made on a day of one's choice, and versions that this app made of such images long ago."""

from datetime import datetime

from dev.emulator.seed import managed_image
from migration.resources.provenance import creation_tags
from migration.values.ids import instance_id_for
from tests.support.running.azure import unique
from tests.support.samples import make_image

OLD, NEW = "2021-05-01T08:00:00+00:00", "2025-05-01T08:00:00+00:00"


def seed_image(azure, made_at):
    """An image that was made then."""
    document = managed_image(unique("aged")) | {"hidden": {"systemData": {"createdAt": made_at}}}
    return azure.control.put_resource(document)["id"]


def seed_copy(azure, definition, number, made_at):
    """A version that this app made of an image of that age, whose source has been deleted since."""
    source = managed_image(unique("gone"))["id"]
    version = azure.seed_version(definition, number, source=source)
    made = make_image(id=source, created_at=datetime.fromisoformat(made_at))
    azure.update_tags(version, creation_tags(made, instance_id_for(source)))
    return version


def exclude(azure, version):
    azure.change(version, lambda properties: properties["publishingProfile"].update(excludeFromLatest=True))


def latest_of(azure, definition):
    """The version that machines get which ask for the latest."""
    found = {one: azure.read(one)["properties"]["publishingProfile"] for one in azure.versions(definition)}
    eligible = [one for one, profile in found.items() if not profile.get("excludeFromLatest")]
    return max(eligible, key=lambda one: [int(part) for part in one.rpartition("/")[2].split(".")])
