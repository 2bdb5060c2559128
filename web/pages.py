"""Renders pages with autoescape on, and the headers that keep them safe: no script, no frame, no cache, no referrer."""

import base64
import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

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


def breakable(resource_id: str) -> Markup:
    """Let a long resource id break at its slashes, where a reader would."""
    return Markup("/<wbr>").join(escape(part) for part in resource_id.split("/"))


def day(at: datetime) -> Markup:
    """Write a date in full."""
    return Markup('<time datetime="{:%Y-%m-%d}">{} {:%B %Y}</time>').format(at, at.day, at)


def moment(at: datetime) -> Markup:
    """Write a time in full, in UTC."""
    return Markup('<time datetime="{}">{} {:%B %Y, %H:%M} UTC</time>').format(at.isoformat(), at.day, at)


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
    environment.filters |= {"breakable": breakable, "day": day, "moment": moment}
    return environment
