"""Who may look at the pages: whoever is signed in, and a browser that has opened a link. No key is in an address."""

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import azure.functions as func

from hub.task_hub import HubUnavailableError
from migration.asking.settings import SettingsInvalidError
from migration.values.problems import RequestInvalidError
from records.errors import RecordsMissingError, RecordsUnavailableError, RecordUnreadableError
from steering.upkeep.viewing import may_look
from triggers.answering.cookies import kept_by, kept_in
from triggers.answering.identity import sign_in_address, signed_in
from triggers.answering.parameters import OF_THE_PLATFORM
from triggers.answering.responding import HttpProblemError, in_time
from triggers.api.viewing import api_address
from web.pages import LIVE, render_with, security_headers

COOKIE = "viewing"
PATH = "/api/pages"
FIRST = f"{PATH}/migrations"
_SAID = re.compile(r"[A-Za-z0-9_.-]{1,256}")  # cookies can spell any character
_LOG = logging.getLogger(__name__)


class NoEntryError(Exception):
    """Somebody who may not look. `because` says why the link did not help, where they came with one."""

    def __init__(self, because: str = "") -> None:
        self.because = because
        super().__init__(because)


async def answer(req: func.HttpRequest, look: Callable[[], Awaitable[func.HttpResponse]]) -> func.HttpResponse:
    """Answer whoever may look with a page, whatever happens, and everybody else with how to get in."""

    async def looked() -> func.HttpResponse:
        if signed_in(req) is None and not await may_look(_said_by(req)):
            raise NoEntryError
        return await look()

    return await paged(req, looked)


async def paged(req: func.HttpRequest, look: Callable[[], Awaitable[func.HttpResponse]]) -> func.HttpResponse:
    """Answer with a page, whatever happens."""
    try:
        return await in_time(look())
    except NoEntryError as error:
        return _closed(req, error.because)
    except RequestInvalidError as error:
        said = " ".join(f"{problem.field}: {problem.message}." for problem in error.problems)
        return _page_saying(422, "That address makes no sense", said)
    except HttpProblemError as error:
        return _page_saying(error.status, error.title, error.detail)
    except RecordUnreadableError as error:
        _LOG.error("%s", error)
        return _page_saying(409, "The record cannot be read", "What is kept of it makes no sense to the app.")
    except (RecordsUnavailableError, RecordsMissingError, HubUnavailableError):
        return _page_saying(503, "The records could not be reached", "Open the page again in a minute.")
    except SettingsInvalidError:
        return _page_saying(500, "This app is misconfigured", "Its log names the settings.")
    except Exception:  # noqa: BLE001 - logged; the host's own error page would come without our headers
        _LOG.exception("a page failed")
        return _page_saying(500, "Something went wrong", "Nothing more is known here. The app's log has the details.")


def page_answer(
    template: str, *, code: int = 200, headers: dict[str, str] | None = None, refreshes: bool = False, **values: Any
) -> func.HttpResponse:
    """Answer with a page of this room; only one that refreshes itself may run a script, and only our own."""
    html = render_with(LIVE, f"pages/{template}", refreshes=refreshes, home=FIRST, **values)
    known = security_headers(LIVE, refreshes=refreshes) | (headers or {})
    return func.HttpResponse(html, status_code=code, mimetype="text/html", charset="utf-8", headers=known)


def cookie_of(req: func.HttpRequest, said: str, lasts: timedelta) -> str:
    """Return the Set-Cookie header of a browser that has opened a link: for our pages alone, and for no script."""
    return kept_by(req, COOKIE, said, PATH, int(lasts.total_seconds()))


def _said_by(req: func.HttpRequest) -> str:
    """Return what we told this browser to say; empty where that is nothing of ours."""
    return kept_in(req, COOKIE, _SAID) or ""


def _page_saying(status: int, title: str, sentence: str) -> func.HttpResponse:
    return page_answer("said.html", code=status, title=title, sentence=sentence)


def _here(req: func.HttpRequest) -> str:
    """Return the address of a page within the app, without the key that somebody may have put there."""
    asked = [(name, value) for name, value in req.params.items() if name.lower() not in OF_THE_PLATFORM]
    return f"{urlsplit(req.url).path}{'?' if asked else ''}{urlencode(asked)}"


def _closed(req: func.HttpRequest, because: str) -> func.HttpResponse:
    """Say how to get in, and nothing of what there is to see."""
    sign_in = sign_in_address(FIRST if because else _here(req))
    return page_answer("closed.html", code=403, because=because, sign_in=sign_in, address=api_address(req))
