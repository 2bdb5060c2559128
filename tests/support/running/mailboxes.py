"""Where messages of the app arrive: Ada's own address, a team's, their boss's."""

import re
from contextlib import ExitStack, contextmanager

from dev.inbox import running_inbox
from tests.support.waiting import eventually

ADA = "ada@contoso.com"
LINK = re.compile(r"https?://[^\s()\[\]]+/api/approvals/[\w.-]+\?token=[\w.-]+")
ASKS = "Decide here"  # other messages have a link, too, which decides nothing


class Mailbox:
    """Every message one receiver ever got."""

    def __init__(self, inbox):
        self.address = inbox.address
        self._inbox = inbox
        self._messages = []

    def messages(self, about=""):
        """The messages that name something, the oldest first."""
        while message := self._inbox.next_message():
            self._messages.append(message)
        return [message for message in self._messages if about in message["message"]]

    def links(self, about):
        found = (LINK.search(one["message"]) for one in self.messages(about) if ASKS in one["message"])
        return [match.group() for match in found if match]

    def link(self, about):
        """The latest link to the question about an image version, once it has come."""
        return eventually(lambda: self.links(about), 10)[-1]

    def titles(self, about):
        return [message["title"] for message in self.messages(about)]


def parts_of(link):
    """The address of the page, which opens nothing, and the token, which does."""
    address, _, token = link.partition("?token=")
    return address, token


@contextmanager
def running_mailboxes():
    """The mailboxes of Ada, of a team, and of their boss, which stay while an app is started again."""
    with ExitStack() as stack:
        yield [Mailbox(stack.enter_context(running_inbox())) for _ in range(3)]
