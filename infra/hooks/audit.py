"""The audit of every image in one file, before what keeps it is deleted: a line of JSON for each."""

from __future__ import annotations

import json
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.hooks.app import App

FOLDER = Path(".azure")  # azd's own, in the project's folder; neither git nor the package takes it
AT_ONCE = 8


def export(app: App, listed: list[dict[str, Any]]) -> Path:
    """Write each migration as it is listed, with the pages of its audit. Raises AppError, OSError, without a file."""
    folder = FOLDER / os.environ["AZURE_ENV_NAME"]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"audit-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}.jsonl"  # noqa: UP017 - Python 3.9
    begun = file.with_suffix(".part")
    begun.touch(mode=0o600)  # it names people
    try:
        with begun.open("w", encoding="utf-8") as lines:
            for one, pages in zip(listed, _audits(app, listed)):  # noqa: B905 - Python 3.9
                lines.write(json.dumps({"migration": one, "audit": pages}, ensure_ascii=False) + "\n")
            lines.flush()
            os.fsync(lines.fileno())
        return begun.replace(file)
    finally:
        begun.unlink(missing_ok=True)


def _audits(app: App, listed: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Some at once, in their order. One that fails ends it."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = deque(pool.submit(app.audit, str(one["id"])) for one in listed)
        try:
            while asked:
                yield asked.popleft().result()
        finally:
            for one in asked:
                one.cancel()
