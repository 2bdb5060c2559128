"""The programs this needs besides Python: where they are, or the command that installs what is missing."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_AZURITE = ROOT / ".azurite/node_modules/azurite/dist/src/azurite.js"
_INSTALLED_BY = {
    "func": "npm install --global azure-functions-core-tools@4",
    "node": "apt-get install npm (Debian), or see https://nodejs.org",
}


class ToolMissingError(Exception):
    """A program is not on this machine; the message says how to install it."""


def require(name: str) -> str:
    if path := shutil.which(name):
        return path
    raise ToolMissingError(f"'{name}' is not on the PATH. Install it: {_INSTALLED_BY[name]}")


def azurite() -> list[str]:
    if not _AZURITE.exists():
        raise ToolMissingError("Azurite is not installed here. Install it: make .azurite/.ready")
    return [require("node"), str(_AZURITE)]
