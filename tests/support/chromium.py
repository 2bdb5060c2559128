"""Finds the machine's Chromium, and starts it quietly: no first-run pages, no updates, no talk with its makers."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
)


def chromium():
    """The path of the browser; fails where there is none, as a skipped test would be believed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, f"none of {', '.join(NAMES)} is installed (Debian: apt-get install chromium)"
    return found
