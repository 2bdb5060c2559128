"""The approval page behind a signed link. GET and HEAD change nothing, however often; only POST decides."""

import logging
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from arm.errors import ArmError
from migration.admission import other_person
from migration.answer import Refusal
from migration.checks import checks_of
from migration.links import LINK_PURPOSE, ApprovalLink, LinkInvalidError, Signer, SigningKeyMissingError, is_expired
from migration.promise import Evidence
from migration.settings import SettingsInvalidError, settings
from triggers import hub
from triggers.approval_ending import ending
from triggers.approval_form import Form, FormInvalidError, event_of, new_form, read_form
from triggers.approval_picture import picture
from triggers.deciding import Decider, Effect, decide
from triggers.identity import Principal, sign_in_address, signed_in
from triggers.recent_evidence import fresh_evidence, recent_evidence
from triggers.responding import HttpProblemError
from web.pages import render, security_headers

blueprint = df.Blueprint()

_LOG = logging.getLogger(__name__)


@blueprint.route("approvals/{token}", methods=["GET", "HEAD", "POST"], auth_level=func.AuthLevel.ANONYMOUS)
@blueprint.durable_client_input(client_name="client")
async def approval_page(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await answer(req, client)


async def answer(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Answer every request with a page, whatever happens."""
    try:
        return await _page(req, client)
    except (LinkInvalidError, SigningKeyMissingError):
        sentence = "It was not made by this app, or was altered or cut short on its way. Nothing was decided."
        return _message(404, "This link is not valid", sentence, again=False)
    except HttpProblemError as error:
        return _message(error.status, error.title, error.detail)
    except ArmError as error:
        return _message(503, "Azure gave no answer", f"Nothing was decided. Try again in a minute. ({error.code})")
    except SettingsInvalidError:
        return _message(500, "This app is misconfigured", "Nothing was decided. Its log names the settings.")
    except Exception:  # noqa: BLE001 - logged; the host's own error page would come without our headers
        _LOG.exception("the approval page failed")
        return _message(500, "Something went wrong", "Nothing more is known here. The app's log has the details.")


async def _page(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    link = Signer(settings(), LINK_PURPOSE).read(req.route_params["token"], ApprovalLink)
    migration = await hub.find(client, link.migration_id)
    if migration is None:
        return _message(404, "This migration is no longer known", "Its history has been removed.", again=False)
    if not migration.is_asking(link.round) or migration.state.image_version_id != link.image_version_id:
        return _closed(migration, link)
    if is_expired(link):
        return _message(410, "This link has expired", "Nobody decided in time. The source image is kept.", again=False)
    visit = _Visit(req, client, link, migration, signed_in(req))
    return await visit.decide() if req.method == "POST" else await visit.look()


class _Visit:
    """One request of somebody who holds a valid link to an open question."""

    def __init__(
        self,
        req: func.HttpRequest,
        client: df.DurableFunctionsClient,
        link: ApprovalLink,
        migration: hub.Migration,
        user: Principal | None,
    ) -> None:
        self._req, self._client, self._link, self._migration = req, client, link, migration
        self._user = user
        self._decider = Decider.of(user, "page", link.approver)

    async def look(self) -> func.HttpResponse:
        refusal = self._refusal()
        return self._question(await recent_evidence(self._migration.state), Form(), status=403 if refusal else 200)

    async def decide(self) -> func.HttpResponse:
        form = read_form(self._req, self._link)
        refusal = self._refusal()
        if refusal is not None:
            raise HttpProblemError(403, "Not allowed to decide", f"{refusal.message}.")
        try:
            event = event_of(form, self._decider.name, self._link.image_version_id)
        except FormInvalidError as error:
            evidence = await recent_evidence(self._migration.state)
            return self._question(evidence, form, errors=error.errors, status=422)
        evidence = await fresh_evidence(self._migration.state)
        changes = evidence.changes_since(form.seen)
        if changes:
            return await self._changed(evidence, form, changes)
        checks = [str(check) for check in checks_of(evidence, self._migration.state.planned)]
        effect, _ = await decide(self._client, self._migration, event, self._decider, checks)
        return await self._answer(effect)

    async def _changed(self, evidence: Evidence, form: Form, changes: list[str]) -> func.HttpResponse:
        """Ask again with what is true now, unless the change is what another decision has set going."""
        now = await hub.find(self._client, self._migration.id)
        if now is not None and not now.is_asking(self._link.round):
            return _closed(now, self._link, late=True)
        return self._question(evidence, form, changes=changes, status=409)

    def _refusal(self) -> Refusal | None:
        """Say why whoever is here may not decide: a link is for its receiver, even where others may decide too."""
        if self._user is not None and self._link.approver is not None:
            known = [*self._user.ids, *self._user.roles]
            wrong = other_person(self._link.approver, self._user.name, known)
            if wrong is not None:
                return wrong
        return self._decider.objection(self._migration)

    async def _answer(self, effect: Effect) -> func.HttpResponse:
        here = f"./{self._req.route_params['token']}"  # relative: whatever address the app is reached by is kept
        if effect is Effect.COUNTED:
            return func.HttpResponse(status_code=303, headers={"Location": here, **security_headers()})
        if effect is Effect.ON_ITS_WAY:
            return _message(202, "Your decision is on its way", "Open this page again in a minute to see it.")
        now = await hub.find(self._client, self._migration.id)
        return _closed(now or self._migration, self._link, late=True)

    def _question(
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
        html = render(
            "approval.html",
            **picture(self._migration.state, evidence),
            form=form,
            errors=errors or {},
            changes=changes or [],
            refusal=refusal.message if refusal else None,
            sign_in=sign_in_address(f"/api/approvals/{self._req.route_params['token']}") if not self._user else None,
            decider=self._decider.name,
            csrf=csrf,
        )
        return _html(html, status, {"Set-Cookie": cookie})


def _closed(migration: hub.Migration, link: ApprovalLink, *, late: bool = False) -> func.HttpResponse:
    """Show the decision that counted and who took it, or how the question ended without one."""
    values = ending(migration, link.round)
    status = 409 if late else 200 if values["approval"] else 410
    return _html(render("ending.html", **values, late=late), status)


def _message(status: int, title: str, sentence: str, *, again: bool = True) -> func.HttpResponse:
    return _html(render("message.html", title=title, sentence=sentence, again=again), status)


def _html(html: str, status: int, headers: dict[str, Any] | None = None) -> func.HttpResponse:
    return func.HttpResponse(
        html, status_code=status, mimetype="text/html", charset="utf-8", headers=security_headers() | (headers or {})
    )
