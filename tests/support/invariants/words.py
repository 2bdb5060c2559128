"""What leaves the app in words: no token, and no message without an id, a link and a next step."""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from tests.support.invariants.scene import Message, Scene

_ID = re.compile(r"\bmigrate-[\w.-]+-[0-9a-f]{32}\b|/subscriptions/[^\s]+/providers/[^\s]+", re.IGNORECASE)
_NEXT = re.compile(r"next step|decide here|how it stands", re.IGNORECASE)


def no_token_leaves(scene: Scene) -> Iterator[str]:
    """No secret of a question, a person or the platform is in anything that leaves the app, however it is spelt."""
    for name, secret in scene.secrets.items():
        spelt = {secret, quote(secret, safe="")}
        if found := next((text for text in scene.left if any(one in text for one in spelt)), None):
            yield f"{name} is in: {found[:200]}"


def a_message_names_what_it_is_about(scene: Scene) -> Iterator[str]:
    """Every message names what it is about by an id: of a migration, an image or a version."""
    yield from (_named(one) for one in scene.messages if not _ID.search(one.text) and not _is_digest(one))


def a_message_leads_somewhere(scene: Scene) -> Iterator[str]:
    """Every message has a link of the app's own, with a token where it opens a page."""
    for one in scene.messages:
        if not one.links or not all(_is_link(link) for link in one.links):
            yield f"{_named(one)}: {list(one.links)}"


def a_message_says_what_to_do(scene: Scene) -> Iterator[str]:
    """Every message says what to do next, or where to decide."""
    yield from (_named(one) for one in scene.messages if not _NEXT.search(one.text))


def _is_link(link: str) -> bool:
    parts = urlsplit(link)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and "/api/" in parts.path


def _is_digest(message: Message) -> bool:
    """Tell whether it is many in one, each with its title and link."""
    return len(message.links) > 1


def _named(message: Message) -> str:
    return f"{message.occasion or 'a message'} of {message.at}: {message.text[:200]!r}"
