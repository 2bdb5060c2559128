"""Turns what a handler returns or raises into an HTTP answer; every error is `application/problem+json` (RFC 9457)."""

import asyncio
import json
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlsplit

import azure.functions as func

from arm.transport.errors import ArmNotFoundError, ArmRefusedError, ArmThrottledError, ArmUnavailableError
from hub.task_hub import HubUnavailableError
from migration.asking.platform import own_addresses
from migration.asking.reading import settings
from migration.asking.settings import SettingsInvalidError
from migration.runbook.guide import answer_step, correction
from migration.values.answer import Refusal
from migration.values.problems import Problem, RequestInvalidError
from migration.values.shortening import short
from migration.values.words.capitals import capitalised
from records.errors import RecordsMissingError, RecordsUnavailableError, RecordTooNewError, RecordUnreadableError
from steering.runs.beginning import PAUSED

RETRY_SOON_SECONDS = 10
ANSWERS_WITHIN_SECONDS = 150.0  # the platform's front end gives up after 230, and says nothing of ours
LONGEST_BODY_BYTES = 128 * 1024  # a hundred regions with a key each, spelt in escapes, have less
LONGEST_FLEET_BYTES = 32 * 1024 * 1024  # ten thousand rows have some 7 MB, with many regions three times as much
UNREADABLE = "RecordUnreadable"
_SAY_JSON = "Send the body as JSON, with the header Content-Type: application/json."


class HttpProblemError(Exception):
    """An answer other than success. `extra` members are added to the problem's body."""

    def __init__(self, status: int, title: str, detail: str, **extra: Any) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        self.extra = extra
        super().__init__(f"{status} {title}: {detail}")


NO_STORE = {"Cache-Control": "no-store"}  # an answer may hold a token, and is true for a moment


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> func.HttpResponse:
    return func.HttpResponse(
        json.dumps(body), status_code=status, headers=NO_STORE | (headers or {}), mimetype="application/json"
    )


async def in_time[Value](handler: Awaitable[Value]) -> Value:
    """Await a handler as long as the platform waits for an answer; raises HttpProblemError 503 where that is over."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_SECONDS):
            return await handler
    except TimeoutError as error:
        detail = "Azure, or the storage of the records, has not answered. Whether anything was done is not known."
        raise HttpProblemError(503, "That took too long", detail) from error


async def responding(handler: Awaitable[func.HttpResponse]) -> func.HttpResponse:
    """Await a handler; its expected errors become answers that name everything that is wrong."""
    try:
        return await in_time(handler)
    except HttpProblemError as error:
        return _problem(error.status, error.title, error.detail, **error.extra)
    except RequestInvalidError as error:
        return _problem(422, "Invalid request", "Some fields are not valid.", errors=problems_listed(error.problems))
    except SettingsInvalidError as error:
        return _problem(
            500, "Invalid app settings", "The app is misconfigured.", errors=problems_listed(error.problems)
        )
    except ArmThrottledError as error:
        return _problem(503, "Azure is throttling", str(error), retry_after=error.retry_after_seconds)
    except ArmUnavailableError as error:
        return _problem(503, "Azure is unavailable", str(error), retry_after=RETRY_SOON_SECONDS)
    except RecordsUnavailableError as error:
        return _without_record(error)
    except HubUnavailableError as error:
        detail = f"It answered {error.status}."
        return _problem(503, "The task hub is unavailable", detail, retry_after=RETRY_SOON_SECONDS)
    except RecordsMissingError as error:
        return _problem(500, "Invalid app settings", str(error))
    except (ArmRefusedError, ArmNotFoundError) as error:
        return _problem(502, "Azure refused", str(error), code=error.code)


def _without_record(error: RecordsUnavailableError) -> func.HttpResponse:
    """Say that the store gives no answer, or that a record makes no sense: that lasts, unless a newer app reads it."""
    if isinstance(error, RecordUnreadableError) and not isinstance(error, RecordTooNewError):
        return _problem(409, "The record cannot be read", f"{capitalised(str(error))}.", code=UNREADABLE)
    return _problem(503, "The records are unavailable", str(error), retry_after=RETRY_SOON_SECONDS)


def read_json(request: func.HttpRequest, *, optional: bool = False, most: int = LONGEST_BODY_BYTES) -> Any:
    """Return the JSON body, of so many bytes at most; raises HttpProblemError 413 for more, 400 for what is not JSON,
    415 for what does not say that it is.

    A form of another site can send text, with its visitor's session, but nothing that says it is JSON.
    """
    refuse_unwanted(request, most)
    body = request.get_body()
    if optional and not body.strip():
        return {}
    said = (request.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    is_json = said == "application/json" or (said.startswith("application/") and said.endswith("+json"))
    if said and not is_json:
        raise HttpProblemError(415, "Not JSON", _SAY_JSON)
    try:
        value = json.loads(body, object_pairs_hook=_each_once, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise HttpProblemError(400, "Malformed JSON", f"The body is not JSON: {error}") from error
    if not is_json:
        raise HttpProblemError(415, "Not JSON", _SAY_JSON)
    return value


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, of which no field is said twice: whoever read the body before may have believed the other."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it says a field twice")
    return found


def _no_number(word: str) -> Any:
    """Refuse what Python alone takes for a number of JSON."""
    raise ValueError(f"{word} is none of its numbers")


def refuse_unwanted(request: func.HttpRequest, most: int = LONGEST_BODY_BYTES) -> None:
    """Raise HttpProblemError 413 for more than anybody has to say, before it is read, and 403 for other sites' words.

    That another site had a browser send them is what the browser says. Our page tells no site where its visitors come
    from: for its forms, browsers say "null" and that they are ours.
    """
    if len(request.get_body()) > most:
        detail = f"A request has at most {most:,} bytes. Nothing was done."
        raise HttpProblemError(413, "That is too much text", detail)
    site = (request.headers.get("Sec-Fetch-Site") or "none").lower()
    origin = request.headers.get("Origin")
    own = {*_own_hosts(request), *(["null"] if site == "same-origin" else [])}
    if site in {"none", "same-origin"} and (origin is None or _host(origin) in own):
        return
    raise HttpProblemError(403, "Sent by another site", "Only this app's own pages may send this. Nothing was done.")


def refuse_paused(refusal: Refusal) -> None:
    """Raise HttpProblemError 503 where the reason is that starts are paused."""
    if refusal.code == PAUSED:
        raise HttpProblemError(503, "Paused", f"{capitalised(refusal.message)}.", code=PAUSED)


def _own_hosts(request: func.HttpRequest) -> set[str]:
    """Return the hosts by which browsers know this app."""
    known = [request.url, *own_addresses(settings())]
    return {urlsplit(address).netloc.lower() for address in known} - {""}


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower() or origin
    except ValueError:
        return origin


def problems_listed(problems: Any) -> list[dict[str, Any]]:
    known = [problem for problem in problems if isinstance(problem, Problem)]
    return [problem.dump() | {"nextAction": correction(problem.code)} for problem in known]


def _problem(status: int, title: str, detail: str, retry_after: float | None = None, **extra: Any) -> func.HttpResponse:
    step = answer_step(extra["code"]) if "code" in extra else None
    body = {"type": "about:blank", "title": title, "status": status, "detail": short(detail), **extra}
    body |= {"nextAction": step} if step else {}
    headers = NO_STORE | ({"Retry-After": str(int(retry_after + 0.999))} if retry_after is not None else {})
    return func.HttpResponse(json.dumps(body), status_code=status, headers=headers, mimetype="application/problem+json")
