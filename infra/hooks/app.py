"""The deployed app as the hooks ask it: over its own API, with a function key that the signed-in `az` may read."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from infra.hooks.azure import app_of, az
from infra.hooks.choices import given

if TYPE_CHECKING:
    from collections.abc import Iterator

MIGRATIONS = "/api/migrations"
SECONDS = 60  # a cold start is among them
REFUSALS = {301, 302, 401, 403}
TRIES = 3
SECONDS_BETWEEN = 2


class AppError(Exception):
    """The app is not there, or gave no usable answer."""


class App:
    """Its migrations and their audits."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.url, self.headers = url.rstrip("/"), headers

    def migrations(self) -> list[dict[str, Any]]:
        """Every image's latest migration; one without an outcome lives."""
        found = [one for page in self.pages(MIGRATIONS, "top=500") for one in _list(page, "migrations")]
        if not all(one.get("id") for one in found):
            raise AppError("a migration is listed without its id")
        return found

    def audit(self, migration: str) -> list[dict[str, Any]]:
        """All pages of an image's audit: the latest run with the first, earlier ones on all."""
        pages = list(self.pages(f"{MIGRATIONS}/{quote(migration, safe='')}/audit"))
        for key in ("entries", "earlier"):
            _list(pages[0], key)
        return pages

    def pages(self, path: str, query: str = "") -> Iterator[dict[str, Any]]:
        """Follow `nextLink`, or `next` of an earlier release.

        Only its query counts: links name the app's public address, the key is for this one.
        """
        seen: set[str] = set()
        while query not in seen:
            seen.add(query)
            page = self._get(f"{path}?{query}" if query else path)
            yield page
            link = page.get("nextLink", page.get("next"))
            if link is None:
                return
            query = urlsplit(str(link)).query
        raise AppError(f"the pages of {path} lead in a circle")

    def _get(self, path: str) -> dict[str, Any]:
        for left in reversed(range(TRIES)):
            try:
                return _object(self._read(path))
            except urllib.error.HTTPError as error:
                signs_in = ": people sign in there, so set ACCESS_TOKEN" if error.code in REFUSALS else ""
                problem = AppError(f"{path} answers {error.code}{signs_in}")
                is_passing = error.code in {408, 429} or error.code >= 500
            except OSError as error:  # among them urllib's own
                problem, is_passing = AppError(f"{self.url} cannot be reached: {error}"), True
            if not (is_passing and left):
                raise problem
            time.sleep(SECONDS_BETWEEN)
        raise AssertionError  # the last try returns or raises

    def _read(self, path: str) -> bytes:
        request = urllib.request.Request(f"{self.url}{path}", headers=self.headers)  # noqa: S310 - azd's own output
        with urllib.request.build_opener(_StayHere).open(request, timeout=SECONDS) as answer:
            return bytes(answer.read())


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect leads to a sign-in page, and takes the key along."""

    def redirect_request(self, *_: Any) -> None:
        return None


def deployed(contents: list[dict[str, Any]]) -> App:
    """The app among these resources, with a key. Raises AppError, AzureError."""
    app = app_of(contents)
    if app is None:
        raise AppError("there is no function app in the group")
    _, _, subscription, _, group, *_, name = app.split("/")
    where = ["--name", name, "--resource-group", group, "--subscription", subscription]
    url = given("AZURE_FUNCTION_APP_URL") or f"https://{az('functionapp', 'show', *where)['defaultHostName']}"
    return App(url, {**key(app), **token()})


def key(app: str) -> dict[str, str]:
    """A header that opens the API of the app of this id. Raises AppError, AzureError."""
    _, _, subscription, _, group, *_, name = app.split("/")
    where = ["--name", name, "--resource-group", group, "--subscription", subscription]
    keys = az("functionapp", "keys", "list", *where).get("functionKeys") or {}
    if not keys:
        raise AppError(f"{name} has no function key")
    return {"x-functions-key": next(iter(keys.values()))}


def token() -> dict[str, str]:
    """A header where people sign in: there the key alone opens nothing. Raises AzureError."""
    text = os.environ.get("ACCESS_TOKEN")
    if not text and given("AUTH_CLIENT_ID"):
        text = az("account", "get-access-token", "--resource", f"api://{given('AUTH_CLIENT_ID')}")["accessToken"]
    return {"Authorization": f"Bearer {text}"} if text else {}


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise AppError("an answer of the app is no JSON object")
    return found


def _list(page: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = page.get(key)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise AppError(f"an answer of the app has no {key}")
    return found
