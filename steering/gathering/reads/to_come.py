"""What plans would make that Azure does not have yet: galleries, definitions and versions, for the plans after them."""

from migration.plan.plan import Plan
from migration.resources.gallery import Gallery, ImageDefinition, ImageVersion
from migration.resources.provenance import creation_tags
from migration.resources.states import ProvisioningState
from migration.values.ids import GALLERY, IMAGE_DEFINITION, ResourceId, ResourceIdInvalidError, instance_id_for


class ToCome:
    """By lower-case ids. A version is not eligible as latest, as none is until it was approved."""

    def __init__(self) -> None:
        self._galleries: dict[str, Gallery] = {}
        self._definitions: dict[str, dict[str, ImageDefinition]] = {}
        self._versions: dict[str, list[ImageVersion]] = {}

    def take(self, plan: Plan) -> None:
        """Count what this plan would make."""
        gallery, definition = plan.gallery.id.lower(), plan.definition.id.lower()
        ours = creation_tags(plan.source, instance_id_for(plan.source.id))
        if plan.create_gallery:
            self._galleries[gallery] = plan.gallery
        if plan.create_definition:
            made = plan.definition.changed(tags=plan.definition.tags | ours)
            self._definitions.setdefault(gallery, {})[definition] = made
        if not plan.adopt_version:
            version = ImageVersion(
                id=plan.image_version_id,
                name=plan.version,
                location=plan.source.location,
                provisioning_state=ProvisioningState.SUCCEEDED,
                source_id=plan.source.id,
                target_regions=plan.target_regions,
                exclude_from_latest=True,
                tags=ours,
            )
            self._versions.setdefault(definition, []).append(version)

    def gallery(self, gallery_id: str) -> Gallery | None:
        return self._galleries.get(gallery_id.lower())

    def galleries(self, subscription: str) -> list[Gallery]:
        own = subscription.lower()
        return [one for one in self._galleries.values() if one.resource_id.subscription.lower() == own]

    def definitions(self, gallery_id: str) -> list[ImageDefinition]:
        return list(self._definitions.get(gallery_id.lower(), {}).values())

    def has_definition(self, definition_id: str) -> bool:
        """Tell whether the definition itself is still to come."""
        gallery = str(ResourceId.parse(definition_id, IMAGE_DEFINITION).parent).lower()
        return definition_id.lower() in self._definitions.get(gallery, {})

    def versions(self, definition_id: str) -> list[ImageVersion]:
        return self._versions.get(definition_id.lower(), [])

    def nearest(self, place: str) -> str:
        """Return the place itself where it is there; else what is there above it: a gallery, or its group."""
        try:
            found = ResourceId.of_any(place, (GALLERY, IMAGE_DEFINITION))
        except ResourceIdInvalidError:
            return place
        if found.kind == GALLERY:
            return found.group_id if self.gallery(place) else place
        return self.nearest(str(found.parent)) if self.has_definition(place) else place
