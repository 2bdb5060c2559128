"""Where the app's messages arrive: each receiver's own, or nowhere while its mailbox is down."""

import asyncio
import random
from datetime import datetime
from typing import NamedTuple

import pytest

from migration.telling.messages import Message
from migration.telling.receivers import Address
from notifying import sending
from notifying.sending import Sent
from tests.chaos.trace import Trace, digest_of
from tests.chaos.world.app import LINK, PUBLIC

_ASKS = "Decide here"


class Letter(NamedTuple):
    """A message as somebody read it: a person of that name, or whoever is in a team.

    `paths` are where its links lead, below the address of the app's API.
    """

    at: datetime
    to: str
    title: str
    text: str
    paths: list[str]

    @property
    def links(self) -> list[str]:
        return [f"{PUBLIC}/api/{path}" for path in self.paths]

    @property
    def asks(self) -> bool:
        return _ASKS in self.text


class Post:
    """All letters that arrived. As many as `to_lose` next do not, and `to_repeat` are not known to have arrived."""

    def __init__(self, trace: Trace, numbers: random.Random) -> None:
        self._trace, self._numbers = trace, numbers
        self.letters: list[Letter] = []
        self.to_lose = 0
        self.to_hold = 0

    def open(self, patch: pytest.MonkeyPatch) -> None:
        """Stand where a thread of its own would have apprise send a message."""
        patch.setattr(sending, "_in_a_thread_of_its_own", self._send)

    async def _send(self, address: Address, message: Message) -> Sent:
        if self.to_hold:  # it takes the message, and says so to nobody in time
            self.to_hold -= 1
            self._arrives(address, message)
            await asyncio.sleep(3600)
        await asyncio.sleep(self._numbers.randint(10, 400) / 1000)
        if self.to_lose:
            self.to_lose -= 1
            self._trace.note("message lost", to=address.receiver, title=message.title)
            return Sent(reached=False, why="it answered 503")
        self._arrives(address, message)
        return Sent(reached=True)

    def _arrives(self, address: Address, message: Message) -> None:
        text = f"{message.title}\n{message.text()}"
        letter = Letter(self._trace.now(), address.name or "", message.title, text, LINK.findall(text))
        self.letters.append(letter)
        self._trace.note("message", to=address.receiver, title=message.title, text=digest_of(text))
