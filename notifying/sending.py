"""Sends a message to an address. No receiver's trouble makes it fail, and it takes its time to no end."""

import asyncio
import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from migration.telling.messages import Message
from migration.telling.receivers import Address
from notifying.addresses import why_wrong
from notifying.services import STATUS, service_at
from notifying.teams import with_button

if TYPE_CHECKING:
    from apprise import AppriseResult

_LOG = logging.getLogger(__name__)
LONGEST_SECONDS = 30.0
MOST_THREADS = 100  # a receiver that never comes to an end keeps one for each attempt


class Sent(NamedTuple):
    """Whether a receiver was reached, and if not, why, as far as that is known. No secret is in it."""

    reached: bool
    why: str = ""


async def send(address: Address, message: Message) -> Sent:
    """Send it; whatever goes wrong, or takes too long, is a receiver who was missed."""
    sent = await _sent(address, message)
    if not sent.reached:
        _LOG.warning("a notification failed (%s): %s", address.shown, sent.why)
    return sent


async def _sent(address: Address, message: Message) -> Sent:
    if wrong := why_wrong(address):
        return Sent(reached=False, why=wrong)
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await _in_a_thread_of_its_own(address, message)
    except TimeoutError:
        return Sent(reached=False, why=f"no answer came within {LONGEST_SECONDS:.0f} seconds")
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything, and no notification stops a migration
        return Sent(reached=False, why=f"apprise failed: {type(error).__name__}")


async def _in_a_thread_of_its_own(address: Address, message: Message) -> Sent:
    """A receiver that answers a letter at a time holds its thread for good, and so no thread that others need."""
    if threading.active_count() >= MOST_THREADS:
        raise TimeoutError
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Sent] = loop.create_future()

    def settle(sent: Sent | Exception) -> None:
        if done.done():
            return
        if isinstance(sent, Exception):
            done.set_exception(sent)
        else:
            done.set_result(sent)

    def run() -> None:
        try:
            sent: Sent | Exception = _notify(address, message)
        except Exception as error:  # noqa: BLE001 - handed on
            sent = error
        with suppress(RuntimeError):  # nobody waits any more
            loop.call_soon_threadsafe(settle, sent)

    threading.Thread(target=run, daemon=True).start()
    return await done


def _notify(address: Address, message: Message) -> Sent:
    """Send in the form the receiver shows best: plain text, or Markdown, which apprise turns into HTML for mail."""
    from apprise import NotifyFormat, NotifyType

    service = service_at(address.url)
    if service is None:
        return Sent(reached=False, why="apprise knows no way to it")
    said = with_button(service[0], message)
    plain = service[0].resolve_format() == NotifyFormat.TEXT
    body, form = (said.text(), NotifyFormat.TEXT) if plain else (said.markdown(), NotifyFormat.MARKDOWN)
    kind = NotifyType(said.severity.value)
    result = service.notify(title=said.title, body=body, body_format=form, notify_type=kind, log_level=logging.WARNING)
    return Sent(reached=True) if result else Sent(reached=False, why=_why(result))


def _why(result: "AppriseResult") -> str:
    """Say why nobody was reached by nothing but a status that was answered: the rest may show secrets."""
    found = STATUS.search("\n".join(said.message for said in result.logs()))
    return f"it answered {found[1]}" if found else "it cannot be reached, or took no message"
