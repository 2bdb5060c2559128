"""Teams shows a link best as a button: a card of our own, by the template that apprise takes for a workflow."""

from pathlib import Path
from typing import TYPE_CHECKING

from migration.telling.messages import Message

if TYPE_CHECKING:
    from apprise import NotifyBase

_CARD = Path(__file__).with_name("card.json")


def with_button(service: "NotifyBase", message: Message) -> Message:
    """Have Teams show the link of a message as a button; returns what is left to be said in words.

    A template that somebody names in their address is used instead.
    """
    from apprise.plugins.workflows import NotifyWorkflows

    links = [line for line in message.lines if line.is_link]
    link = links[0] if len(links) == 1 else None  # a digest has many
    if link is None or not isinstance(service, NotifyWorkflows) or service.template:
        return message
    service.template.add(str(_CARD))
    service.tokens = {"label": link.label, "link": link.value}
    return message._replace(lines=[line for line in message.lines if line is not link])
