"""Who is calling. Only what App Service authentication says counts, and only while that authentication is on."""

import os

import azure.functions as func

BY_KEY = "holder of a function key"


def caller(request: func.HttpRequest) -> str:
    """Return the signed-in user's name, or that somebody with a key called."""
    if os.environ.get("WEBSITE_AUTH_ENABLED", "").lower() != "true":
        return BY_KEY
    return request.headers.get("X-MS-CLIENT-PRINCIPAL-NAME") or BY_KEY
