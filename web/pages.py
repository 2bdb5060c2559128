"""Renders pages with autoescape on, and the headers that keep them safe: no script, no frame, no cache, no referrer."""

import base64
import hashlib
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

_BREAKING = re.compile(r"(/?[^\s/]+/|[^\s/]*-[^\s/]*|(?<=/)[^\s/]+)")  # what a browser would break elsewhere
_HERE = Path(__file__).parent


def render(template: str, **values: Any) -> str:
    """Return a page as HTML; `values` are escaped."""
    html: str = _environment().get_template(template).render(values, css=_css())
    return html


def security_headers() -> dict[str, str]:
    """Return the headers every page is sent with. The one style sheet stands in the page, allowed by its hash."""
    digest = base64.b64encode(hashlib.sha256(_css().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
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


def at_portal(resource_id: str, portal: str) -> str:
    """Return where a portal shows a resource."""
    return f"{portal}/#@/resource{quote(resource_id)}"


@cache
def _css() -> str:
    return (_HERE / "static" / "page.css").read_text()


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
    environment.filters |= {"at_portal": at_portal, "breakable": breakable, "day": day, "moment": moment}
    return environment
