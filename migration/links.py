"""Links that let a human decide: signed, so that whoever holds one is known to have been sent it.

A token names one migration and one image version; it is worthless for any other.
"""

from datetime import timedelta
from typing import NamedTuple

from itsdangerous import BadSignature, URLSafeTimedSerializer

_SALT = "approval"


class ApprovalLink(NamedTuple):
    """What a token stands for."""

    migration_id: str
    image_version_id: str


class LinkInvalidError(ValueError):
    """A token that was forged, altered or has expired."""


def sign_link(link: ApprovalLink, key: str) -> str:
    """Return the token of an approval link."""
    return str(URLSafeTimedSerializer(key, salt=_SALT).dumps(list(link)))


def read_link(token: str, key: str, lifetime: timedelta) -> ApprovalLink:
    """Return what a token stands for; raises LinkInvalidError for one we did not sign, or too old."""
    try:
        values = URLSafeTimedSerializer(key, salt=_SALT).loads(token, max_age=int(lifetime.total_seconds()))
        return ApprovalLink(*values)
    except (BadSignature, TypeError) as error:
        raise LinkInvalidError("the link is not valid, or no longer") from error
