"""What we told a browser to say. Beside it stand cookies of whoever else serves under the same domain, in any form."""

import re

import azure.functions as func


def kept_in(req: func.HttpRequest, name: str, form: re.Pattern[str]) -> str | None:
    """Return the value of a cookie of ours; None where none has this form. Of several, that of the longest path is
    first.
    """
    pairs = (part.strip().partition("=") for part in (req.headers.get("Cookie") or "").split(";"))
    return next((value for said, _, value in pairs if said == name and form.fullmatch(value)), None)
