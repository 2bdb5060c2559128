"""What the plans of many images ask of Azure: each question is put one time. What earlier plans would make is there.

So a thousand images cost little more than the lists of what is around them. What is refused to one is refused to all.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from arm.resources.images import list_images, list_images_in_group
from arm.resources.subscriptions import list_subscriptions
from arm.surveys.resource_graph import find_machine_plans
from arm.surveys.visibility import find_hidden_users
from arm.transport.allowance import get_leave_to_list
from arm.transport.errors import ArmError, ArmNotFoundError, ArmRefusedError
from arm.transport.recent import Recent
from migration.plan.plan import Plan
from migration.plan.rights import Permission
from migration.resources.encryption_set import EncryptionSet
from migration.resources.gallery import DeletedVersion, Gallery, ImageDefinition, ImageVersion
from migration.resources.image import ManagedImage
from migration.resources.location import Location
from migration.resources.lock import Lock
from migration.values.ids import (
    GALLERY,
    IMAGE_DEFINITION,
    MANAGED_IMAGE,
    VIRTUAL_MACHINE,
    ResourceId,
    ResourceIdInvalidError,
)
from migration.values.image_version.purchase_plan import PurchasePlan
from steering.gathering.reads.each import EACH, Reads
from steering.gathering.reads.to_come import ToCome

MOST_ANSWERS = 50_000  # a fleet has at most 10,000 images, each with a definition, a place and a machine


class Answers:
    """What Azure has answered since `begun_at`, or finally refused, by question.

    Whoever has gone by them to an end says so (`have_served`): whoever begins anew reads anew.
    """

    def __init__(self, begun_at: datetime) -> None:
        self.have_served = False
        self._begun_at = begun_at
        self._known: Recent[Any] = Recent(MOST_ANSWERS)

    async def to[Answer](self, question: str, put: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the answer, or raise the refusal, that came first; what a retry may cure is raised and forgotten."""

        async def once(_begun_at: datetime) -> Answer | ArmError:
            try:
                return await put()
            except (ArmRefusedError, ArmNotFoundError) as refused:
                return refused

        known = await self._known.get(question.lower(), self._begun_at, once)
        if isinstance(known, ArmError):
            raise known.with_traceback(None)
        answer: Answer = known
        return answer


class SharedReads(Reads):
    """The questions of some plans that are made one after the other; `foresee` tells the later of the earlier."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._to_come = ToCome()

    def foresee(self, plan: Plan) -> None:
        """Count what a plan would make as there, for the plans that come after it."""
        self._to_come.take(plan)

    async def images(self, subscription: str, group: str | None = None) -> list[ManagedImage]:
        """List the images of a subscription, or of one of its groups."""
        if group is None:
            return await self._listing(subscription, "images", lambda: list_images(subscription))
        listing = f"images in {group}"
        return await self._listing(subscription, listing, lambda: list_images_in_group(subscription, group))

    async def subscriptions(self) -> list[str]:
        """List what the app sees."""
        return await self._answers.to("subscriptions", list_subscriptions)

    async def gallery(self, gallery_id: str) -> Gallery | None:
        to_come = self._to_come.gallery(gallery_id)
        return to_come or await self._answers.to(f"gallery {gallery_id}", lambda: EACH.gallery(gallery_id))

    async def galleries(self, subscription: str) -> list[Gallery]:
        there = await self._listing(subscription, "galleries", lambda: EACH.galleries(subscription))
        return [*there, *self._to_come.galleries(subscription)]

    async def is_gone(self, resource_id: str) -> bool:
        return await self._answers.to(f"gone {resource_id}", lambda: EACH.is_gone(resource_id))

    async def definitions(self, gallery_id: str) -> list[ImageDefinition]:
        to_come = self._to_come.definitions(gallery_id)
        if self._to_come.gallery(gallery_id):
            return to_come
        place = ResourceId.parse(gallery_id, GALLERY).subscription
        return [*await self._listing(place, gallery_id, lambda: EACH.definitions(gallery_id)), *to_come]

    async def versions(self, definition_id: str) -> list[ImageVersion]:
        to_come = self._to_come.versions(definition_id)
        if self._to_come.has_definition(definition_id):
            return to_come
        place = ResourceId.parse(definition_id, IMAGE_DEFINITION).subscription
        return [*await self._listing(place, definition_id, lambda: EACH.versions(definition_id)), *to_come]

    async def deleted_versions(self, definition_id: str) -> list[DeletedVersion] | None:
        if self._to_come.has_definition(definition_id):
            return []
        return await self._answers.to(f"deleted {definition_id}", lambda: EACH.deleted_versions(definition_id))

    async def permissions(self, place: str) -> list[Permission] | None:
        there = self._to_come.nearest(place)
        return await self._answers.to(f"rights {there}", lambda: EACH.permissions(there))

    def above(self, place: str) -> list[str]:
        """Look for the rights at an image in its subscription and group first, at a definition in its gallery."""
        with suppress(ResourceIdInvalidError):
            found = ResourceId.of_any(place, (MANAGED_IMAGE, IMAGE_DEFINITION))
            is_image = found.kind == MANAGED_IMAGE
            return [f"/subscriptions/{found.subscription}", found.group_id] if is_image else [str(found.parent)]
        return []

    async def hidden_around(self, subscription: str) -> list[str]:
        return await self._answers.to(f"hidden {subscription}", lambda: EACH.hidden_around(subscription))

    async def locks_around(self, subscription: str, groups: list[str]) -> list[Lock] | None:
        """List those of the whole subscription, and where that is refused, of these groups."""
        asked = f"locks {subscription}"
        of_all = await self._answers.to(asked, lambda: EACH.locks_around(subscription, []))
        if of_all is not None:
            return of_all
        return await self._answers.to(f"{asked} {groups}", lambda: EACH.locks_around(subscription, groups))

    async def locations(self, subscription: str) -> dict[str, Location]:
        return await self._answers.to(f"locations {subscription}", lambda: EACH.locations(subscription))

    async def machine_plan(self, machine_id: str | None) -> PurchasePlan | None:
        """Look it up among those of all machines; raises ArmRefusedError where some of them cannot be seen."""
        try:
            machine = ResourceId.parse(machine_id or "", VIRTUAL_MACHINE)
        except ResourceIdInvalidError:
            return None
        subscriptions = await self.subscriptions()
        plans = await self._answers.to("machines", lambda: find_machine_plans(subscriptions))
        found = plans.get(str(machine).lower())
        own = machine.subscription
        hidden = await self._answers.to(f"hidden in {own}", lambda: find_hidden_users(own))
        if found is None and hidden:
            raise ArmRefusedError("UsersNotVisible", hidden)
        return found

    async def encryption_sets(self, subscription: str) -> dict[str, EncryptionSet] | None:
        return await self._answers.to(f"sets {subscription}", lambda: EACH.encryption_sets(subscription))

    async def _listing[Item](
        self, subscription: str, question: str, put: Callable[[], Awaitable[list[Item]]]
    ) -> list[Item]:
        """List, unless little is left of what Azure allows."""

        async def with_leave() -> list[Item]:
            get_leave_to_list(subscription)
            return await put()

        return await self._answers.to(f"{subscription} {question}", with_leave)
