"""Who comes to the app: a browser that keeps cookies and sends forms, and who App Service says that they are."""

import base64
import html
import json
import re

import requests

from dev.cookies import BrowserPolicy
from dev.demo.app import hidden_fields
from tests.support.running.mailboxes import ADA

PATIENCE_SECONDS = 60
NAME = re.compile(r'Type the image.s name, <span class="name">(.*?)</span>')
EVERY_ANSWER = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


class Browser:
    """A browser without a window: keeps cookies, sends forms, and checks the headers of every page."""

    def __init__(self, identity=None):
        self.session = requests.Session()
        self.session.cookies.set_policy(BrowserPolicy())
        self.session.headers.update(identity or {})
        self.seen = []

    def open(self, link, method="GET"):
        return self._checked(self.session.request(method, link, timeout=PATIENCE_SECONDS, allow_redirects=False))

    def form(self, link, **fields):
        """The fields of the page's form, and what is entered for the decision, unless `fields` say otherwise."""
        page = self.open(link).text
        return hidden_fields(page) | entered(page) | fields

    def form_as_it_stands(self, link, decision):
        """What is sent by pressing a button, and no more."""
        return hidden_fields(self.open(link).text) | {"decision": decision}

    def send(self, link, form, **more):
        answer = self.session.post(link, form, timeout=PATIENCE_SECONDS, allow_redirects=False, **more)
        return self._checked(answer)

    def decide(self, link, decision, **fields):
        """Open the page, fill in and send its form; gives back the page one ends on."""
        answer = self.send(link, self.form(link, decision=decision, **fields))
        return self.open(link) if answer.status_code == 303 else answer

    def _checked(self, answer):
        headers = answer.headers
        assert {name: headers.get(name) for name in EVERY_ANSWER} == EVERY_ANSWER, answer.status_code
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "script" not in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "<script" not in answer.text.lower()
        self.seen.append(answer.text)
        return answer


def entered(page):
    """What somebody who reads the page enters: the image's name to approve, that they have looked to accept."""
    named = NAME.search(page)
    return {"looked": "yes"} | ({"image": html.unescape(named[1])} if named else {})


def words_of(page):
    """What a page says, without its markup."""
    return html.unescape(re.sub(r"<[^>]*>", "", page.text))


def principal(name, *, oid="", roles=()):
    """The headers App Service sends for a signed-in user."""
    claims = [{"typ": "preferred_username", "val": name}, {"typ": "name", "val": "Some One"}]
    claims += [{"typ": "http://schemas.microsoft.com/identity/claims/objectidentifier", "val": oid}] if oid else []
    claims += [{"typ": "roles", "val": role} for role in roles]
    content = json.dumps({"auth_typ": "aad", "claims": claims}).encode()
    return {"X-MS-CLIENT-PRINCIPAL": base64.b64encode(content).decode(), "X-MS-CLIENT-PRINCIPAL-NAME": name}


def program(oid, *, says_so=True, roles=()):
    """The headers App Service sends for a program that signed in as itself: it says so, or names a client alone."""
    claims = [{"typ": "oid", "val": oid}, {"typ": "azp", "val": "a-client-id"}]
    claims += [{"typ": "idtyp", "val": "app"}, {"typ": "preferred_username", "val": ADA}] if says_so else []
    claims += [{"typ": "roles", "val": role} for role in roles]
    content = json.dumps({"auth_typ": "aad", "claims": claims}).encode()
    return {"X-MS-CLIENT-PRINCIPAL": base64.b64encode(content).decode()}
