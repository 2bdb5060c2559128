"""What we told a browser to say. Beside it stand cookies of whoever else serves under the same domain, in any form."""

import re

import azure.functions as func


def kept_in(req: func.HttpRequest, name: str, form: re.Pattern[str]) -> str | None:
    """Return the value of a cookie of ours; None where none has this form. Of several, that of the longest path is
    first.
    """
    pairs = (part.strip().partition("=") for part in (req.headers.get("Cookie") or "").split(";"))
    return next((value for said, _, value in pairs if said == name and form.fullmatch(value)), None)


def kept_by(req: func.HttpRequest, name: str, value: str, path: str, seconds: int | None = None) -> str:
    """Return the Set-Cookie header of what a browser is to say from now on, below a path alone and to no script: for so
    many seconds, else until it is closed.

    Lax, not Strict: links are followed from mails, and the page they lead to must see the cookie.
    """
    lasts = f"; Max-Age={seconds}" if seconds is not None else ""
    secure = "; Secure" if req.url.startswith("https:") else ""
    return f"{name}={value}; Path={path}{lasts}; HttpOnly; SameSite=Lax{secure}"
