"""What somebody with a valid link may do: look at the question, decide it, look back, stop what was approved."""

from dataclasses import replace
from urllib.parse import urlencode

import azure.functions as func

from hub.task_hub import TaskHub
from migration import names
from migration.approval.admission import IDENTITY_REQUIRED, other_person
from migration.asking.settings import Settings
from migration.promise.checks import meaning
from migration.promise.evidence import Evidence
from migration.promise.users import unseen
from migration.record.asked import Asked, asked_of
from migration.record.question import Stage
from migration.users.kinds import blocking
from migration.values.answer import Refusal
from records.store import look_again
from steering.gathering.judging import Outlook, outlook_of, stays_excluded
from steering.gathering.recent_evidence import fresh_evidence, recent_evidence
from steering.gathering.remaining import find_end_now
from steering.gathering.soaked import since_soak
from steering.runs.cancelling import cancel
from steering.runs.deciding import NotAllowed, decide, objection_to
from steering.runs.looking_after import look_after, wake
from triggers.answering.identity import Principal, decider_of, sign_in_address
from triggers.answering.responding import HttpProblemError
from triggers.page.answering import html_answer
from triggers.page.approval_ending import ending
from triggers.page.approval_form import Form, FormInvalidError, event_of, new_form, read_form, sent_form
from triggers.page.approval_picture import changes_since, picture
from triggers.page.opened_link import LinkInvalidError, OpenedLink
from web.pages import render, security_headers

STOP = "stop"


class Visit:
    """One request of somebody who holds a valid link."""

    def __init__(
        self, req: func.HttpRequest, hub: TaskHub, opened: OpenedLink, user: Principal | None, settings: Settings
    ) -> None:
        self._req, self._hub, self._settings = req, hub, settings
        self._link, self._held, self._asked = opened.link, opened.held, opened.asked
        self._blocking = blocking(settings.block_on)
        self._is_taken_back = opened.is_taken_back
        self._user = user
        self._decider = decider_of(user, "page", opened.link.name)

    async def look(self) -> func.HttpResponse:
        if not await self._hub.is_live(self._asked.migration_id):
            return await self.closed()
        refusal, evidence = self._refusal(), await recent_evidence(self._asked)
        return await self._ask(evidence, self._outlook(evidence), Form(), status=403 if refusal else 200)

    async def decide(self) -> func.HttpResponse:
        form = read_form(self._req, self._link)
        self._refuse_others("Not allowed to decide")
        if not await look_after(self._hub, self._held):
            return await self._late(form)
        try:
            event = event_of(form, self._decider.name, self._asked.plan.source.name, self._asked.version_id)
        except FormInvalidError as error:
            evidence = await recent_evidence(self._asked)
            return await self._ask(evidence, self._outlook(evidence), form, errors=error.errors, status=422)
        evidence = await fresh_evidence(self._asked)
        outlook = self._outlook(evidence)
        changes = changes_since(evidence, form.seen, self._blocking)
        if not changes and event.decision not in outlook.offers:
            changes = ["what can be decided"]
        if changes:
            return await self._changed(evidence, outlook, form, changes)
        checks = [*(str(check) for check in outlook.checks), *unseen(evidence)]
        older = stays_excluded(self._asked, evidence) is not None
        result = await decide(
            self._held,
            self._asked,
            event,
            self._decider,
            self._settings,
            checks=checks,
            meaning=meaning(self._blocking),
            told_older=older,
        )
        if isinstance(result, NotAllowed):
            raise HttpProblemError(403, "Not allowed to decide", f"{result.message}.")
        if isinstance(result, Refusal):
            return await self._late(form)
        await wake(self._hub, self._asked.migration_id, names.APPROVAL_EVENT)
        return self._seen_by_reading()

    def _seen_by_reading(self) -> func.HttpResponse:
        """Send the browser back to the page, so that reading it again sends nothing."""
        here = f"./{self._asked.migration_id}?{self._query()}"  # relative: any address
        return func.HttpResponse(status_code=303, headers={"Location": here, **security_headers()})

    def _query(self) -> str:
        return urlencode({"token": self._req.params["token"]})

    def _outlook(self, evidence: Evidence) -> Outlook:
        return outlook_of(self._asked, evidence, self._held.answered, self._settings)

    async def stop(self) -> func.HttpResponse:
        """Keep the source after all; any other decision comes too late. Whoever may not decide may not stop.

        A form as it stands stops nothing: whatever sends forms by itself would take every approval back.
        """
        form = read_form(self._req, self._link)
        if form.decision != STOP:
            return await self._late(form)
        self._refuse_others("Not allowed to stop it")
        if not self._may_stop(self._asked):
            return await self._late(form)
        if not form.looked:
            return await self.closed()
        who = self._decider.name or "somebody with a team's link"
        refusal = await cancel(self._hub, self._held, self._asked.run.id, f"stopped on the approval page by {who}")
        return self._seen_by_reading() if refusal is None else await self._late(form)

    async def come_late(self) -> func.HttpResponse:
        """Take a form whose question is closed already."""
        return await self._answer_late(sent_form(self._req), self._asked)

    async def _changed(self, evidence: Evidence, outlook: Outlook, form: Form, changes: list[str]) -> func.HttpResponse:
        """Ask again with what is true now, unless the change is what another decision has set going."""
        now = await self._now()
        if now.question.id != self._asked.question.id or not now.is_open:
            return await self._answer_late(form, now)
        return await self._ask(evidence, outlook, form, changes=changes, status=409)

    async def _now(self) -> Asked:
        """Return the question as it stands; raises LinkInvalidError where the record is gone."""
        if (await look_again(self._held)).record is None:
            raise LinkInvalidError("the record of the link is gone")
        return asked_of(self._asked.migration_id, self._held.run) or self._asked

    def _refuse_others(self, title: str) -> None:
        refusal = self._refusal()
        if refusal is not None:
            raise HttpProblemError(403, title, f"{refusal.message}.")

    def _refusal(self) -> Refusal | None:
        """Say why whoever is here may not decide: a link is for its receiver, even where others may decide too."""
        if self._is_taken_back:
            return Refusal(code="TakenBack", message="whoever this link was sent to is not told of migrations any more")
        if self._user is not None and self._link.name is not None:
            known = [*self._user.ids, *self._user.roles]
            wrong = other_person(self._link.name, self._user.name, known)
            if wrong is not None:
                return wrong
        return objection_to(self._decider, self._asked, self._settings)

    async def _late(self, form: Form) -> func.HttpResponse:
        return await self._answer_late(form, await self._now())

    async def _answer_late(self, form: Form, now: Asked) -> func.HttpResponse:
        """Say that it came too late, unless it says again what the same person has said before."""
        if self._is_repeated(form, now):
            return self._seen_by_reading()
        return await self._closed(now, late="stop" if form.decision == STOP else "decision")

    def _is_repeated(self, form: Form, now: Asked) -> bool:
        if now.question.id != self._link.question:
            return False
        if form.decision == STOP:
            return now.question.stage is Stage.CANCELLED
        counted, who = now.question.approval, self._decider.name or form.approver.strip()
        return counted is not None and (counted.decision, counted.approver) == (form.decision, who)

    async def closed(self) -> func.HttpResponse:
        """Show the decision that counted and who took it, or how the question ended without one."""
        return await self._closed(self._asked)

    async def _closed(self, asked: Asked, late: str | None = None) -> func.HttpResponse:
        """Let an approval that is being carried out be stopped until the delete is sent, by whoever may decide."""
        stop, cookie = new_form(self._req, self._link) if self._may_stop(asked) else (None, None)
        if asked.run.outcome is not None:  # what is told of the source must be true now
            end = await find_end_now(asked.run, asked.run.outcome)
            asked = replace(asked, run=asked.run.changed(outcome=end.outcome))
        values = ending(asked, self._link.question)
        status = 410 if values["approval"] is None else 409 if late else 200
        html = render("ending.html", **values, migration_id=asked.migration_id, late=late, stop=stop)
        return html_answer(html, status, {"Set-Cookie": cookie} if cookie else None)

    def _may_stop(self, asked: Asked) -> bool:
        is_under_way = asked.run.is_live and asked.question.stage is Stage.APPROVED
        return is_under_way and asked.question.id == self._link.question and self._refusal() is None

    async def _ask(
        self,
        evidence: Evidence,
        outlook: Outlook,
        form: Form,
        *,
        errors: dict[str, str] | None = None,
        changes: list[str] | None = None,
        status: int,
    ) -> func.HttpResponse:
        refusal = self._refusal()
        csrf, cookie = new_form(self._req, self._link)
        here = f"/api/approvals/{self._asked.migration_id}?{self._query()}"
        html = render(
            "approval.html",
            **picture(self._asked, evidence, outlook, await since_soak(self._asked), self._blocking),
            form=form,
            errors=errors or {},
            changes=changes or [],
            refusal=refusal.message if refusal else None,
            sign_in=sign_in_address(here) if refusal and refusal.code == IDENTITY_REQUIRED and not self._user else None,
            decider=self._decider.name,
            csrf=csrf,
        )
        return html_answer(html, status, {"Set-Cookie": cookie})
