"""Who is calling. Only what App Service authentication says counts, and only while that authentication is on."""

import base64
import json
from typing import Any, NamedTuple
from urllib.parse import quote

import azure.functions as func

from migration.approval.admission import Decider, holder_of
from migration.approval.approval import Via
from migration.asking.platform import platform
from migration.course.starting import Requester

BY_KEY = "holder of a function key"
_OBJECT_ID = ("http://schemas.microsoft.com/identity/claims/objectidentifier", "oid")
# Mail addresses are left out: their owners can change them, and a directory need not have checked them.
_USER_NAME = ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "preferred_username", "upn")
_ROLE = ("http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "roles")
_SIGN_IN = "/.auth/login/aad?post_login_redirect_uri="


_KIND = "idtyp"
_PROGRAM = "app"
_CLIENT = ("appid", "azp", "http://schemas.microsoft.com/identity/claims/appid")


class Principal(NamedTuple):
    """Who is signed in: a name to show, and object id, user names and app roles to judge by. A program is no person."""

    name: str
    ids: tuple[str, ...]
    roles: tuple[str, ...]
    is_person: bool = True


def authentication_is_on() -> bool:
    return platform().authentication_is_on


def sign_in_address(path: str) -> str | None:
    """Return where to sign in and come back to `path` with its query; None while authentication is off."""
    return f"{_SIGN_IN}{quote(path, safe='')}" if authentication_is_on() else None


def signed_in(request: func.HttpRequest) -> Principal | None:
    """Return the signed-in user; None without one, and always None while authentication is off.

    Off, anyone may send the headers; on, App Service removes what the outside sent and writes its own.
    """
    if not authentication_is_on():
        return None
    try:
        claims = json.loads(base64.b64decode(request.headers.get("X-MS-CLIENT-PRINCIPAL", "")))["claims"]
        found = [(str(claim["typ"]), str(claim["val"])) for claim in claims]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    objects, names = _values(found, _OBJECT_ID), _values(found, _USER_NAME)
    if not objects and not names:
        return None
    return Principal(
        (names or objects)[0], (*objects, *names), _values(found, _ROLE), _is_person(found, has_name=bool(names))
    )


def _is_person(found: list[tuple[str, Any]], *, has_name: bool) -> bool:
    """Tell a user from a program's own token, which says so, or names a client and no user."""
    if _PROGRAM in {value.lower() for value in _values(found, (_KIND,))}:
        return False
    return has_name or not _values(found, _CLIENT)


def requester(request: func.HttpRequest) -> Requester:
    """Return who asks for a migration."""
    user = signed_in(request)
    return Requester(user.name, user.ids) if user else Requester(BY_KEY)


def _values(claims: list[tuple[str, Any]], kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of these kinds of claims that say anything."""
    return tuple(value for kind, value in claims if kind in kinds and value.strip())


def decider_of(user: Principal | None, via: Via, link_holder: str | None = None) -> Decider:
    """Return the signed-in user, else the one person a link was sent to. A program, a role and a team are nobody."""
    if user is not None:
        return Decider(user.name if user.is_person else None, (*user.ids, *user.roles), via)
    return holder_of(link_holder, via)
