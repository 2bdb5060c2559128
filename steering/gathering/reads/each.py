"""What a plan asks of Azure, each question when it is put: whoever plans many images puts each of them once instead."""

from arm.resources.encryption_sets import find_encryption_sets
from arm.resources.galleries import get_gallery, list_definitions, list_galleries
from arm.resources.locks import find_locks_around
from arm.resources.machines import find_machine_plan
from arm.resources.permissions import list_permissions
from arm.resources.subscriptions import list_locations
from arm.resources.versions import list_deleted_versions, list_versions
from arm.surveys.absence import is_gone
from arm.surveys.visibility import find_hidden_around
from migration.plan.rights import Permission
from migration.resources.encryption_set import EncryptionSet
from migration.resources.gallery import DeletedVersion, Gallery, ImageDefinition, ImageVersion
from migration.resources.location import Location
from migration.resources.lock import Lock
from migration.values.image_version.purchase_plan import PurchasePlan


class Reads:
    """The questions, with the answers and errors of the functions of `arm` that they are put to."""

    async def gallery(self, gallery_id: str) -> Gallery | None:
        return await get_gallery(gallery_id)

    async def galleries(self, subscription: str) -> list[Gallery]:
        return await list_galleries(subscription)

    async def is_gone(self, resource_id: str) -> bool:
        return await is_gone(resource_id)

    async def definitions(self, gallery_id: str) -> list[ImageDefinition]:
        return await list_definitions(gallery_id)

    async def versions(self, definition_id: str) -> list[ImageVersion]:
        return await list_versions(definition_id)

    async def deleted_versions(self, definition_id: str) -> list[DeletedVersion] | None:
        return await list_deleted_versions(definition_id)

    async def permissions(self, place: str) -> list[Permission] | None:
        return await list_permissions(place)

    def above(self, _place: str) -> list[str]:
        """Return where rights are looked for before they are at the place itself: nowhere, if it is asked about once.

        What is granted above counts at the place, too; what is not may be granted there.
        """
        return []

    async def hidden_around(self, subscription: str) -> list[str]:
        return await find_hidden_around(subscription)

    async def locks_around(self, subscription: str, groups: list[str]) -> list[Lock] | None:
        return await find_locks_around(subscription, groups)

    async def locations(self, subscription: str) -> dict[str, Location]:
        return await list_locations(subscription)

    async def machine_plan(self, machine_id: str | None) -> PurchasePlan | None:
        return await find_machine_plan(machine_id)

    async def encryption_sets(self, subscription: str) -> dict[str, EncryptionSet] | None:
        return await find_encryption_sets(subscription)


EACH = Reads()
