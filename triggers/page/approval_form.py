"""The form of the approval page: reads it, and makes sure that it comes from our own page in the same browser."""

import re
import secrets
from typing import NamedTuple
from urllib.parse import parse_qs

import azure.functions as func

from migration.approval.approval import ApprovalEvent, ApprovalInvalidError, Decision, parse_approval
from migration.approval.link import digest_of
from migration.record.notices import Link
from triggers.answering.cookies import kept_by, kept_in
from triggers.answering.responding import HttpProblemError, refuse_unwanted

COOKIE = "approval"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")  # it goes back into a header, and cookies can spell any character
WHAT_TO_DO = {
    "decision": "Choose whether to approve, to keep both, or to reject.",
    "approver": "Enter your name. It has at least two letters.",
    "comment": "Shorten it to at most 1,024 characters.",
}


class Form(NamedTuple):
    """What somebody sent: `seen` is the digest of the facts they looked at.

    `image` and `looked` are what only somebody who reads the page enters: never filled in by us, not even again.
    """

    decision: str = ""
    approver: str = ""
    comment: str = ""
    image: str = ""
    looked: str = ""
    seen: str = ""
    csrf: str = ""


class FormInvalidError(Exception):
    """A form with fields to correct. `errors` says by field what to do."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(" ".join(errors.values()))


def read_form(req: func.HttpRequest, link: Link) -> Form:
    """Return the form sent; raises HttpProblemError for one that is not from our page in this very browser."""
    form = sent_form(req)
    if not _is_ours(form, browser_of(req), link):
        raise HttpProblemError(
            403, "Please open the page again", "What was sent did not come from this page. Nothing was decided."
        )
    return form


def sent_form(req: func.HttpRequest) -> Form:
    """Return the form sent, wherever it comes from: it decides nothing."""
    refuse_unwanted(req)
    try:
        fields = parse_qs(req.get_body().decode(), keep_blank_values=True, max_num_fields=10)
    except ValueError as error:
        raise HttpProblemError(400, "That form cannot be read", "Nothing was decided.") from error
    sent = {name: values[0].replace("\r\n", "\n") for name, values in fields.items() if name in Form._fields}
    return Form(**sent)


def event_of(form: Form, approver: str | None, image_name: str, image_version_id: str) -> ApprovalEvent:
    """Return the decision; raises FormInvalidError. Each takes something that was entered for it."""
    payload = {
        "decision": form.decision,
        "approver": approver or form.approver,
        "imageVersionId": image_version_id,
        "comment": form.comment,
    }
    errors = _not_entered(form, image_name)
    try:
        event = parse_approval(payload, image_version_id)
    except ApprovalInvalidError as error:
        errors |= {problem.field: WHAT_TO_DO.get(problem.field, problem.message) for problem in error.problems}
        raise FormInvalidError(errors) from error
    if errors:
        raise FormInvalidError(errors)
    return event


def _not_entered(form: Form, image_name: str) -> dict[str, str]:
    """Say by field what somebody has to enter for their decision and has not: the form as it stands decides nothing."""
    if form.decision == Decision.APPROVE and form.image.strip() != image_name:
        return {"image": f"Type {image_name}, as it is written here, to approve the delete."}
    if form.decision == Decision.ACCEPT and not form.looked:
        return {"looked": "Look at the new version, then say that you have."}
    if form.decision == Decision.REJECT and not form.comment.strip():
        return {"comment": "Say why you reject it."}
    return {}


def browser_of(req: func.HttpRequest) -> str | None:
    """Return what we told this browser to call itself."""
    return kept_in(req, COOKIE, _NAME)


def new_form(req: func.HttpRequest, link: Link) -> tuple[str, str]:
    """Return the CSRF value of a form, and the Set-Cookie header that belongs to it.

    The value follows from the cookie, which no other site can read, so that nothing has to be kept or shared.
    """
    browser = browser_of(req) or secrets.token_urlsafe(24)
    return _csrf(browser, link), kept_by(req, COOKIE, browser, "/api/approvals")


def _csrf(browser: str, link: Link) -> str:
    return digest_of(f"{browser} {link.question}")


def _is_ours(form: Form, browser: str | None, link: Link) -> bool:
    return browser is not None and secrets.compare_digest(form.csrf.encode(), _csrf(browser, link).encode())
