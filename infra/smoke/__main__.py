"""Asks a deployed app whether it is well, and has it send a test message to everybody it would tell.

A function key comes in FUNCTIONS_KEY; where people sign in, an access token for the app in ACCESS_TOKEN, too. What azd
keeps in .azure/NAME/.env says where the event subscription is, and where the app is to have rights.

It ends with 0 where all is well, with 1 after a no, and with 2 where a question could not be asked.
"""

from __future__ import annotations

import argparse
import os
import sys

from infra.smoke.asking import BEARER, KEY, App
from infra.smoke.findings import Finding, exit_code, table
from infra.smoke.questions import EVERYTHING, ask, reaches


def findings(url: str) -> list[Finding]:
    """Ask everything of the app at this address."""
    token = os.environ.get("ACCESS_TOKEN")
    headers = {KEY: os.environ.get("FUNCTIONS_KEY", ""), BEARER: f"Bearer {token}" if token else ""}
    app = reaches(url, headers)
    return ask(app, EVERYTHING) if isinstance(app, App) else [app]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", nargs="?", help="address of the app; else AZURE_FUNCTION_APP_URL")
    url = parser.parse_args().url or os.environ.get("AZURE_FUNCTION_APP_URL")
    if not url:
        parser.error("say which app: make smoke URL=https://...")
    found = findings(url)
    print(table(found))
    return exit_code(found)


if __name__ == "__main__":
    sys.exit(main())
