"""Whether what the app itself may do at image, gallery and subscriptions is enough for a migration, for its plan.

Asked at the resource itself, which shows what it inherits too; at its group only where it does not exist yet.
"""

from arm.resources.subscriptions import list_subscriptions
from arm.surveys.visibility import find_hidden_users
from arm.transport.errors import ArmNotFoundError, ArmRefusedError
from migration.asking.request import DeleteSource
from migration.asking.settings import Settings
from migration.plan import rights
from migration.plan.plan import Findings
from migration.plan.rights import Scope
from migration.resources.gallery import Gallery, ImageDefinition
from migration.resources.image import ManagedImage
from migration.values.problems import Problem
from steering.gathering.reads.each import EACH, Reads


async def check_source_rights(image: ManagedImage, findings: Findings, *, deletes: bool, reads: Reads = EACH) -> None:
    """Check the rights at the source; those to find its users only where they are missing here already."""
    needed = rights.READ_SOURCE + (rights.DELETE_SOURCE if deletes else ())
    scope = await _scope("sourceImageId", image.id, reads, needed)
    rights.check_rights(scope, needed, rights.TAG, findings)


async def check_gallery_rights(
    gallery: Gallery, definition: ImageDefinition | None, findings: Findings, *, creates: bool, reads: Reads = EACH
) -> None:
    """Check the rights at the definition where there is one, else at the gallery, else in its group."""
    defines = rights.WRITE_DEFINITION if definition is None else ()
    needed = rights.WRITE_VERSION + defines + (rights.WRITE_GALLERY if creates else ())
    group = gallery.resource_id.group_id
    place = definition.id if definition else group if creates else gallery.id
    try:
        scope = await _scope("gallery", place, reads, needed)
    except ArmNotFoundError:
        if place == group:
            message = f"there is no resource group {group}: create it first"
            findings.add([Problem(field="gallery", code="ResourceGroupNotFound", message=message, passes=True)])
        return
    rights.check_rights(scope, needed, rights.TAG, findings)


async def check_places(sources: list[str], galleries: list[str], current: Settings) -> Findings:
    """Check at subscriptions and groups what the settings have the app do there."""
    findings = Findings()
    deletes = current.delete_source is not DeleteSource.NEVER
    creates = rights.WRITE_GALLERY if current.create_gallery else ()
    wanted = [("sources", one, rights.READ_SOURCE + (rights.DELETE_SOURCE if deletes else ())) for one in sources]
    wanted += [("galleries", one, rights.WRITE_VERSION + rights.WRITE_DEFINITION + creates) for one in galleries]
    for field, place, needed in wanted:
        try:
            scope = await _scope(field, place, EACH, needed)
        except ArmNotFoundError as error:
            findings.problem(field, error.code, f"{place} was not found")
            continue
        rights.check_rights(scope, needed, rights.TAG, findings)
    return findings


async def find_hidden_subscriptions() -> list[str]:
    """Return what hides users of images in the subscriptions in sight; raises ArmRefusedError where there is none."""
    in_sight = await list_subscriptions()
    if not in_sight:
        raise ArmRefusedError("NothingInSight", "the app sees no subscription: it has no role, or none in force yet")
    return [said for one in in_sight if (said := await find_hidden_users(one))]


async def check_users_visible(image: ManagedImage, findings: Findings, reads: Reads = EACH) -> None:
    """Note what will keep the source: users that cannot be seen, in its own subscription or others in sight."""
    try:
        found = await reads.hidden_around(image.resource_id.subscription)
    except ArmRefusedError as error:
        findings.note(f"not checked: whether all who use the source image can be seen: {error.message}")
        return
    if found:
        findings.note(f"as things stand the source will be kept: {rights.users_not_visible(found)}")


async def _scope(field: str, place: str, reads: Reads, needed: tuple[str, ...]) -> Scope:
    """Return what the app may do at a place: as it is above where that is enough, else as it is there."""
    for above in reads.above(place):
        scope = Scope(field=field, id=above, permissions=await reads.permissions(above))
        if rights.are_enough(scope, (*needed, *rights.TAG)):
            return scope
    return Scope(field=field, id=place, permissions=await reads.permissions(place))
