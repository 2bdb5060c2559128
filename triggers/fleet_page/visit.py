"""What somebody with a valid link of a fleet may do: look at what its images ask, and decide about each of them."""

from collections.abc import Mapping

import azure.functions as func

from hub.task_hub import TaskHub
from migration.approval.admission import IDENTITY_REQUIRED, other_person
from migration.asking.settings import Settings
from migration.fleet.fleet import Fleet
from migration.fleet.told import FleetLink
from migration.telling.of_fleets.due import asked_at, asking
from migration.telling.of_fleets.shown import FleetDecision, Named
from migration.telling.of_fleets.standing import FleetStand
from migration.values.answer import Refusal
from steering.fleets.approving.asking import SeenQuestion, look_at, open_questions
from steering.fleets.approving.deciding import FleetAnswer, decide_each
from steering.fleets.standing import stand_of
from triggers.answering.identity import Principal, decider_of, sign_in_address
from triggers.answering.responding import HttpProblemError
from triggers.fleet_page.cookie import form_value, is_form_value
from triggers.fleet_page.form import FleetForm, FleetFormInvalidError, order_of, read_fleet_form
from triggers.fleet_page.pictures import picture, results_picture
from web.pages import render

IMAGES_PER_PAGE = 100

type Page = tuple[str, int]


class FleetVisit:
    """One request of somebody who holds a valid link of a fleet."""

    def __init__(
        self,
        req: func.HttpRequest,
        hub: TaskHub,
        fleet: Fleet,
        link: FleetLink,
        token: str,
        user: Principal | None,
        settings: Settings,
    ) -> None:
        self._req, self._hub, self._fleet, self._link = req, hub, fleet, link
        self._token, self._user, self._settings = token, user, settings
        self._decider = decider_of(user, "page", link.name)

    async def look(self) -> Page:
        return await self._ask(await stand_of(self._fleet), FleetForm(), {}, 200)

    async def decide(self) -> Page:
        form = read_fleet_form(self._req)
        if not is_form_value(form.csrf, self._token, self._fleet.id):
            sentence = "What was sent did not come from this page. Nothing was decided."
            raise HttpProblemError(403, "Please open the page again", sentence)
        if (refusal := self._wrong_person()) is not None:
            raise HttpProblemError(403, "Not allowed to decide", f"{refusal.message}.")
        stand = await stand_of(self._fleet)
        try:
            order, named = order_of(form, self._decider.name, stand)
        except FleetFormInvalidError as error:
            return await self._ask(stand, form, error.errors, 422)
        return await self._decided(stand, order, named)

    async def _decided(self, stand: FleetStand, order: FleetDecision, named: list[Named]) -> Page:
        answer = FleetAnswer(order.decision, order.approver, order.comment, self._decider, self._link.covers)
        results = await decide_each(self._hub, stand, named, answer, self._settings)
        values = results_picture(stand.fleet, results, order.decision)
        return render("fleet_result.html", **values), 200 if values["decided"] else 409

    def _wrong_person(self) -> Refusal | None:
        """Say that a link is for its receiver, even where others may decide, too."""
        if self._user is None or self._link.name is None:
            return None
        return other_person(self._link.name, self._user.name, [*self._user.ids, *self._user.roles])

    async def _ask(self, stand: FleetStand, form: FleetForm, errors: Mapping[str, str], status: int) -> Page:
        after = self._req.params.get("after", "")
        begin = int(after) if after.isascii() and after.isdecimal() and len(after) < 6 else 0
        found, last = await open_questions(stand, begin, IMAGES_PER_PAGE, self._link.covers)
        seen = await look_at(found, self._decider, self._settings)
        refusal = self._wrong_person() or _barred(seen)
        may_sign_in = refusal is not None and refusal.code == IDENTITY_REQUIRED and self._user is None
        html = render(
            "fleet.html",
            **picture(stand, seen, self._settings),
            form=form,
            errors=dict(errors),
            refusal=refusal.message if refusal else None,
            sign_in=sign_in_address(f"/api/fleet-approvals/{self._fleet.id}") if may_sign_in else None,
            decider=self._decider.name,
            csrf=form_value(self._token, self._fleet.id),
            begin=begin,
            last=last,
            later=sum((at := asked_at(one)) is not None and at > self._link.covers for one in asking(stand)),
        )
        return html, 403 if refusal and status == 200 else status


def _barred(seen: list[SeenQuestion]) -> Refusal | None:
    """Return why whoever looks may decide about none of these images; None where they may about some."""
    found = [one.barred for one in seen if one.barred is not None]
    return found[0] if found and len(found) == len(seen) else None
