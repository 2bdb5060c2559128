"""An app that has migrated so many images: one migration really ran, the others are rows that look as it left them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched
from typing import Any

from tests.support.running.azure import running_azure
from tests.support.running.listed import copies
from tests.support.running.starting import running_app

FEW, MANY = 1_000, 100_000
AT_ONCE = 1_000
PAGE = 100
LIVE_IN = 10  # one in so many is live
SUBSCRIPTIONS = ("c0ffee00-0000-4000-8000-00000000000a", "c0ffee00-0000-4000-8000-00000000000b")


@dataclass(frozen=True)
class Estate:
    """The running app, how many rows its list has, and where its middle is."""

    app: Any
    count: int
    middle: str

    @classmethod
    @contextmanager
    def of(cls, count: int) -> "Iterator[Estate]":
        with running_azure() as azure, running_app(azure) as app:
            app.ended(app.start(azure.seed_image("real"), deleteSource="never", excludeFromLatest=True))
            [template] = azure.rows("list")
            rows = _rows(template, count)
            for some in batched(rows, AT_ONCE, strict=False):
                azure.put_rows(some)
            yield cls(app, count, rows[count // 2]["RowKey"])

    def page(self, path: str) -> None:
        """Ask for a page, which must be full."""
        answer = self.app.call("GET", path.format(middle=self.middle, subscription=SUBSCRIPTIONS[0]))
        assert len(answer.json()["migrations"]) == PAGE, answer.text


def _rows(template: dict[str, Any], count: int) -> list[dict[str, Any]]:
    kinds = [("AwaitingApproval", None), ("Done", "Failed")]
    kinds += [("Done", "Migrated"), ("Done", "SourceKept")] * (LIVE_IN // 2 - 1)
    group = "resourceGroups/images/providers/Microsoft.Compute/images"
    sources = [f"/subscriptions/{SUBSCRIPTIONS[number % 2]}/{group}/web-{number}" for number in range(count)]
    found = []
    for kind, (phase, outcome) in enumerate(kinds):
        found += copies(template, sources[kind :: len(kinds)], phase=phase, outcome=outcome)
    return sorted(found, key=lambda row: row["RowKey"])
