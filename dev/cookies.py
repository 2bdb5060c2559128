"""Cookies as browsers take them, for Python's clients, which are stricter than any browser."""

from http.cookiejar import Cookie, DefaultCookiePolicy
from urllib.parse import urlsplit
from urllib.request import Request


class BrowserPolicy(DefaultCookiePolicy):
    """The Functions host sends `domain=` with nothing behind it: a browser takes that for no domain at all."""

    def set_ok(self, cookie: Cookie, request: Request) -> bool:
        if cookie.domain in ("", "."):
            cookie.domain = urlsplit(request.get_full_url()).hostname or ""
            cookie.domain_specified = cookie.domain_initial_dot = False
        return super().set_ok(cookie, request)
