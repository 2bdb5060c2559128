"""The approval page behind a signed link. GET and HEAD change nothing, however often; only POST decides."""

import secrets
from datetime import UTC, datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import azure.durable_functions as df
import azure.functions as func

from arm.errors import ArmError
from arm.evidence import gather_evidence
from migration.approval import ApprovalInvalidError, parse_approval
from migration.links import LINK_PURPOSE, ApprovalLink, LinkInvalidError, Signer, SigningKeyMissingError, is_expired
from migration.outcome import Phase
from migration.promise import Evidence
from migration.record import Record
from migration.settings import settings
from triggers import hub
from triggers.approval_picture import picture
from triggers.deciding import Effect, decide
from triggers.identity import Principal, signed_in
from triggers.responding import HttpProblemError
from web.pages import render, security_headers

blueprint = df.Blueprint()

COOKIE = "approval"
CSRF_PURPOSE = "approval-csrf"
EVIDENCE_LIFETIME = timedelta(seconds=20)  # link scanners and impatient people cost Azure no more calls than this
MOST_EVIDENCE = 256
LONGEST_FORM = 8192
_seen: dict[str, Evidence] = {}


class Csrf(Record):
    """Ties a form to the browser it was shown in and to its link."""

    cookie: str
    migration_id: str
    round: int


@blueprint.route("approvals/{token}", methods=["GET", "HEAD", "POST"], auth_level=func.AuthLevel.ANONYMOUS)
@blueprint.durable_client_input(client_name="client")
async def approval_page(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    try:
        return await _page(req, client)
    except (LinkInvalidError, SigningKeyMissingError):
        return _message(404, "This link is not valid", "It was not made by this app, or was altered on its way.")
    except HttpProblemError as error:
        return _message(error.status, error.title, error.detail)
    except ArmError as error:
        return _message(503, "Azure gave no answer", f"Nothing was decided. Try again in a minute. ({error.code})")


async def _page(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    link = Signer(settings(), LINK_PURPOSE).read(req.route_params["token"], ApprovalLink)
    migration = await hub.find(client, link.migration_id)
    if migration is None:
        return _message(404, "This migration is no longer known", "Its history has been removed.")
    if not _is_open(link, migration):
        return _closed(migration)
    if is_expired(link):
        return _message(410, "This link has expired", "The source image is kept.")
    if req.method == "POST":
        return await _decide(req, client, link, migration)
    evidence = await _evidence(migration, fresh=False)
    return _question(req, link, migration, evidence)


def _is_open(link: ApprovalLink, migration: hub.Migration) -> bool:
    """Tell whether the very question this link was made for still waits for an answer."""
    state = migration.state
    return (
        migration.phase is Phase.AWAITING_APPROVAL
        and state.round == link.round
        and state.asked_at is not None
        and state.image_version_id == link.image_version_id
    )


async def _decide(
    req: func.HttpRequest, client: df.DurableFunctionsClient, link: ApprovalLink, migration: hub.Migration
) -> func.HttpResponse:
    form = _form(req)
    if not _own_form(req, form, link):
        raise HttpProblemError(403, "Please open the link again", "The form did not come from this page.")
    user = signed_in(req)
    evidence = await _evidence(migration, fresh=True)
    if form.get("seen") != evidence.digest:
        warning = "Something changed since you opened this page. Look again before you decide."
        return _question(req, link, migration, evidence, warning, status=409)
    payload = {
        "decision": form.get("decision", ""),
        "approver": _decider(link, user) or form.get("approver", ""),
        "imageVersionId": link.image_version_id,
        "comment": form.get("comment", ""),
    }
    try:
        event = parse_approval(payload, link.image_version_id)
    except ApprovalInvalidError as error:
        return _question(req, link, migration, evidence, f"That did not work: {error}", status=422)
    if event.decision == "reject" and not event.comment:
        return _question(req, link, migration, evidence, "Say why you reject it.", status=422)
    effect, _ = await decide(client, migration, event, "page", user, link_holder=link.approver)
    if effect is Effect.ON_ITS_WAY:
        return _message(202, "Your decision is on its way", "Open the link again in a minute to see it.")
    return func.HttpResponse(status_code=303, headers={"Location": req.url, **security_headers()})


def _question(
    req: func.HttpRequest,
    link: ApprovalLink,
    migration: hub.Migration,
    evidence: Evidence,
    warning: str = "",
    status: int = 200,
) -> func.HttpResponse:
    cookie = _cookie(req) or secrets.token_urlsafe(24)
    csrf = Signer(settings(), CSRF_PURPOSE).sign(Csrf(cookie=cookie, migration_id=link.migration_id, round=link.round))
    values = picture(migration.state, evidence)
    html = render("approval.html", **values, warning=warning, decider=_decider(link, signed_in(req)), csrf=csrf)
    secure = "; Secure" if req.url.startswith("https:") else ""
    set_cookie = f"{COOKIE}={cookie}; Path=/api/approvals; HttpOnly; SameSite=Strict{secure}"
    return _html(html, status, {"Set-Cookie": set_cookie})


def _closed(migration: hub.Migration) -> func.HttpResponse:
    """Show the decision that counted and who took it, or how the question ended without one."""
    approval, outcome = migration.approval, migration.outcome
    facts = [("Image version", migration.state.image_version_id or "-"), ("Phase", migration.phase.value)]
    if outcome:
        facts.append(("Outcome", f"{outcome.kind}: {outcome.reason}"))
    if approval is None:
        return _message(410, "This question is closed", "The link was for a question that is no longer open.", facts)
    verb = "approved" if approval.decision == "approve" else "rejected"
    facts.insert(0, ("Decided by", approval.approver))
    if approval.comment:
        facts.insert(1, ("Comment", approval.comment))
    return _message(200, f"This migration was {verb}", "No other decision is needed.", facts)


def _decider(link: ApprovalLink, user: Principal | None) -> str | None:
    """Return who decides: the signed-in user, else whom the link was sent to; None where the form must ask."""
    return user.name if user else link.approver


async def _evidence(migration: hub.Migration, *, fresh: bool) -> Evidence:
    known = _seen.get(migration.id)
    if not fresh and known is not None and datetime.now(UTC) - known.read_at < EVIDENCE_LIFETIME:
        return known
    state = migration.state
    evidence = await gather_evidence(state.planned.source.id, state.version_id)
    if len(_seen) >= MOST_EVIDENCE:
        _seen.clear()
    _seen[migration.id] = evidence
    return evidence


def _form(req: func.HttpRequest) -> dict[str, str]:
    body = req.get_body()
    if len(body) > LONGEST_FORM:
        raise HttpProblemError(413, "That is too much text", "A reason has at most 1,024 characters.")
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=10)
    except ValueError as error:
        raise HttpProblemError(400, "That form cannot be read", "Open the link again.") from error
    return {name: values[0] for name, values in fields.items()}


def _cookie(req: func.HttpRequest) -> str | None:
    try:
        found = SimpleCookie(req.headers.get("Cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None


def _own_form(req: func.HttpRequest, form: dict[str, str], link: ApprovalLink) -> bool:
    try:
        csrf = Signer(settings(), CSRF_PURPOSE).read(form.get("csrf", ""), Csrf)
    except LinkInvalidError:
        return False
    cookie = _cookie(req)
    return cookie is not None and csrf == Csrf(cookie=cookie, migration_id=link.migration_id, round=link.round)


def _message(status: int, title: str, paragraph: str, facts: list[tuple[str, Any]] | None = None) -> func.HttpResponse:
    return _html(render("message.html", title=title, paragraphs=[paragraph], facts=facts or []), status)


def _html(html: str, status: int, headers: dict[str, str] | None = None) -> func.HttpResponse:
    return func.HttpResponse(
        html, status_code=status, mimetype="text/html", charset="utf-8", headers=security_headers() | (headers or {})
    )
