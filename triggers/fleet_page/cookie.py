"""The token of a link in the browser that followed it: a cookie for the page of that fleet alone."""

import re
import secrets

import azure.functions as func

from migration.approval.link import digest_of
from triggers.answering.cookies import kept_by, kept_in

COOKIE = "fleet"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")


def kept_token(req: func.HttpRequest) -> str | None:
    """Return the token of the link that this browser followed."""
    return kept_in(req, COOKIE, _TOKEN)


def keep_token(req: func.HttpRequest, fleet_id: str, token: str) -> str:
    """Return the header by which a browser keeps a token, until it is closed."""
    return kept_by(req, COOKIE, token, f"/api/fleet-approvals/{fleet_id}")


def form_value(token: str, fleet_id: str) -> str:
    """Return what a form of ours holds: it follows from the token, which no other site can read."""
    return digest_of(f"form {token} {fleet_id}")


def is_form_value(said: str, token: str, fleet_id: str) -> bool:
    return secrets.compare_digest(said.encode(), form_value(token, fleet_id).encode())
