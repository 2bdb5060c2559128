"""Renders pages with autoescape on, and the headers that keep them safe: no frame, no cache, no referrer, no script but
the one that brings a page up to date.
"""

import base64
import hashlib
import re
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

_BREAKING = re.compile(r"(/?[^\s/]+/|[^\s/]*-[^\s/]*|(?<=/)[^\s/]+)")  # what a browser would break elsewhere
_HERE = Path(__file__).parent
DECIDING = ("page.css",)
LIVE = ("page.css", "pages.css")
# The script is of this app and no other's, fetches pages of this app, and can turn no text into a page by mistake.
_OWN_SCRIPT = "; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"


def render(template: str, **values: Any) -> str:
    """Return a page as HTML; `values` are escaped."""
    return render_with(DECIDING, template, **values)


def render_with(sheets: tuple[str, ...], template: str, **values: Any) -> str:
    """Return a page with these style sheets as HTML; `values` are escaped."""
    html: str = _environment().get_template(template).render(values, css=_css(sheets))
    return html


def refresh_script() -> str:
    """Return the script that brings a page up to date while it is looked at."""
    return (_HERE / "static" / "refresh.js").read_text()


def security_headers(sheets: tuple[str, ...] = DECIDING, *, refreshes: bool = False) -> dict[str, str]:
    """Return the headers every page is sent with. Its style stands in the page, allowed by its hash.

    No page runs a script, but one that `refreshes` itself runs ours.
    """
    digest = base64.b64encode(hashlib.sha256(_css(sheets).encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        f"{_OWN_SCRIPT if refreshes else ''}"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Strict-Transport-Security": "max-age=31536000",
    }


def breakable(text: str) -> Markup:
    """Let ids and commands break after a slash or between words, and inside a word only where it has no room at all."""
    parts = _BREAKING.split(text)
    return Markup("").join(Markup("<span>{}</span>").format(one) if at % 2 else one for at, one in enumerate(parts))


def day(at: datetime) -> Markup:
    """Write a date in full."""
    return Markup('<time datetime="{:%Y-%m-%d}">{} {:%B %Y}</time>').format(at, at.day, at)


def moment(at: datetime) -> Markup:
    """Write a time in full, in UTC."""
    return Markup('<time datetime="{}">{} {:%B %Y, %H:%M} UTC</time>').format(at.isoformat(), at.day, at)


def stamp(at: datetime) -> Markup:
    """Write a time briefly, in UTC."""
    return Markup('<time datetime="{}">{} {:%b %Y, %H:%M} UTC</time>').format(at.isoformat(), at.day, at)


def at_portal(resource_id: str, portal: str) -> str:
    """Return where a portal shows a resource."""
    return f"{portal}/#@/resource{quote(resource_id)}"


@lru_cache(maxsize=4)
def _css(sheets: tuple[str, ...]) -> str:
    return "".join((_HERE / "static" / name).read_text() for name in sheets)


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "at_portal": at_portal,
        "breakable": breakable,
        "day": day,
        "moment": moment,
        "stamp": stamp,
    }
    return environment
