"""What somebody with a valid link may do: look at the question, decide it, look back, stop what was approved."""

from urllib.parse import urlencode

import azure.durable_functions as df
import azure.functions as func

from migration.approval.admission import IDENTITY_REQUIRED, other_person
from migration.approval.image_record import Question, Stage
from migration.asking.request import DeleteSource
from migration.asking.signing import ApprovalLink
from migration.promise.checks import UNSEEN, checks_of
from migration.promise.promise import Evidence
from migration.values.answer import Refusal
from records.store import Held, look_again
from triggers.answering.identity import Principal, sign_in_address
from triggers.answering.responding import HttpProblemError
from triggers.page.answering import html_answer
from triggers.page.approval_ending import ending
from triggers.page.approval_form import Form, FormInvalidError, event_of, new_form, read_form
from triggers.page.approval_picture import picture
from triggers.page.recent_evidence import fresh_evidence, recent_evidence
from triggers.steering import hub
from triggers.steering.cancelling import Target, cancel
from triggers.steering.deciding import decide, decider_of, objection_to
from web.pages import render, security_headers

STOP = "stop"


class Visit:
    """One request of somebody who holds a valid link to an open question."""

    def __init__(
        self,
        req: func.HttpRequest,
        client: df.DurableFunctionsClient,
        link: ApprovalLink,
        held: Held,
        question: Question,
        user: Principal | None,
    ) -> None:
        self._req, self._client, self._link = req, client, link
        self._held, self._question = held, question
        self._user = user
        self._decider = decider_of(user, "page", link.approver)

    async def look(self) -> func.HttpResponse:
        refusal = self._refusal()
        return self._ask(await recent_evidence(self._question), Form(), status=403 if refusal else 200)

    async def decide(self) -> func.HttpResponse:
        form = read_form(self._req, self._link)
        refusal = self._refusal()
        if refusal is not None:
            raise HttpProblemError(403, "Not allowed to decide", f"{refusal.message}.")
        try:
            event = event_of(form, self._decider.name, self._question.copied.image_version_id)
        except FormInvalidError as error:
            evidence = await recent_evidence(self._question)
            return self._ask(evidence, form, errors=error.errors, status=422)
        evidence = await fresh_evidence(self._question)
        changes = evidence.changes_since(form.seen)
        if changes:
            return await self._changed(evidence, form, changes)
        checks = [*(str(check) for check in checks_of(evidence, self._question)), UNSEEN]
        result = await decide(self._client, self._question, event, self._decider, checks, held=self._held)
        if isinstance(result, Refusal):
            return await self._late()
        return self._seen_by_reading()

    def _seen_by_reading(self) -> func.HttpResponse:
        """Send the browser back to the page, so that reading it again sends nothing."""
        here = f"./{self._link.migration_id}?{urlencode({'token': self._req.params['token']})}"  # relative: any address
        return func.HttpResponse(status_code=303, headers={"Location": here, **security_headers()})

    async def look_back(self) -> func.HttpResponse:
        """Show an approval that is being carried out, and let it be stopped until the delete is sent."""
        if self._question.plan.delete_source is DeleteSource.NEVER:
            return await closed(self._client, self._question, self._link)
        csrf, cookie = new_form(self._req, self._link)
        return await closed(self._client, self._question, self._link, stop=csrf, cookie=cookie)

    async def stop(self) -> func.HttpResponse:
        """Keep the source after all; any other decision comes too late."""
        form = read_form(self._req, self._link)
        if form.decision != STOP:
            return await self._late()
        target = Target.asking(self._question, is_live=await hub.is_live(self._client, self._link.migration_id))
        stopped = await cancel(self._client, target, "stopped on the approval page", self._held)
        return self._seen_by_reading() if stopped else await self._late()

    async def _changed(self, evidence: Evidence, form: Form, changes: list[str]) -> func.HttpResponse:
        """Ask again with what is true now, unless the change is what another decision has set going."""
        now = (await look_again(self._held)).question
        if now is not None and (now.id != self._question.id or now.stage is not Stage.OPEN):
            return await closed(self._client, now, self._link, late=True)
        return self._ask(evidence, form, changes=changes, status=409)

    def _refusal(self) -> Refusal | None:
        """Say why whoever is here may not decide: a link is for its receiver, even where others may decide too."""
        if self._user is not None and self._link.approver is not None:
            known = [*self._user.ids, *self._user.roles]
            wrong = other_person(self._link.approver, self._user.name, known)
            if wrong is not None:
                return wrong
        return objection_to(self._decider, self._question)

    async def _late(self) -> func.HttpResponse:
        now = (await look_again(self._held)).question or self._question
        return await closed(self._client, now, self._link, late=True)

    def _ask(
        self,
        evidence: Evidence,
        form: Form,
        *,
        errors: dict[str, str] | None = None,
        changes: list[str] | None = None,
        status: int,
    ) -> func.HttpResponse:
        refusal = self._refusal()
        csrf, cookie = new_form(self._req, self._link)
        here = f"/api/approvals/{self._link.migration_id}?{urlencode({'token': self._req.params['token']})}"
        html = render(
            "approval.html",
            **picture(self._question, evidence),
            form=form,
            errors=errors or {},
            changes=changes or [],
            refusal=refusal.message if refusal else None,
            sign_in=sign_in_address(here) if refusal and refusal.code == IDENTITY_REQUIRED and not self._user else None,
            decider=self._decider.name,
            csrf=csrf,
        )
        return html_answer(html, status, {"Set-Cookie": cookie})


async def closed(
    client: df.DurableFunctionsClient,
    question: Question,
    link: ApprovalLink,
    *,
    late: bool = False,
    stop: str | None = None,
    cookie: str | None = None,
) -> func.HttpResponse:
    """Show the decision that counted and who took it, or how the question ended without one."""
    values = ending(question, await hub.find(client, link.migration_id), link.question)
    status = 410 if values["approval"] is None else 409 if late else 200
    html = render("ending.html", **values, late=late, stop=stop)
    return html_answer(html, status, {"Set-Cookie": cookie} if cookie else None)
