"""Tokens as clients carry them: they look like those of Entra, but nobody signed them and nobody verifies them."""

import base64
import json
from collections.abc import Mapping
from typing import Any

TENANT_ID = "72f9c0de-0000-4000-8000-000000000001"


def unsigned_token(claims: Mapping[str, Any]) -> str:
    """A JSON web token in form: header, claims and a signature that is none."""
    parts = (json.dumps({"typ": "JWT", "alg": "RS256"}), json.dumps(dict(claims)), "unsigned")
    return ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)


def claims_of(authorization: str) -> dict[str, Any]:
    """The claims inside `Bearer <token>`; none when it is no JSON web token. Nothing is verified."""
    parts = authorization.removeprefix("Bearer ").split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}
