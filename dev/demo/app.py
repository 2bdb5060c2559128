"""What the demo does as a user of the app: look at the migration, follow the approval link."""

import json
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any

from dev.cookies import BrowserPolicy
from dev.laptop import FunctionsHost


class App:
    """A client of the HTTP API, with a function key."""

    def __init__(self, host: FunctionsHost) -> None:
        self._host = host

    def migrations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("GET", f"{self._host.url}/api/migrations")["migrations"]
        return found

    def _ask(self, method: str, url: str) -> Any:
        request = urllib.request.Request(url, headers={"x-functions-key": self._host.key}, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
            return json.loads(answer.read())


class Browser:
    """Opens an approval link and sends its form, as someone would who clicks Approve and types the image's name."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar(BrowserPolicy())))

    def approve(self, link: str, image_name: str) -> None:
        with self._opener.open(link, timeout=30) as page:
            fields = hidden_fields(page.read().decode())
        form = urllib.parse.urlencode(fields | {"decision": "approve", "image": image_name}).encode()
        self._opener.open(link, form, timeout=30).close()


def hidden_fields(html: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms."""
    found: dict[str, str] = {}

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            values = dict(attributes)
            if tag == "input" and values.get("type") == "hidden":
                found[values["name"] or ""] = values["value"] or ""

    Parser().feed(html)
    return found
