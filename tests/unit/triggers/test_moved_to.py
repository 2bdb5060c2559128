"""The forwarding address names the very copy: what was made again under its number is another version."""

import json
from datetime import timedelta
from typing import Any

import azure.functions as func
import pytest

from migration.record.run import Run
from migration.resources.copy_identity import CopyIdentity
from migration.values.outcome import OutcomeKind
from tests.support.samples import (
    PUBLISHED_AT,
    SOURCE,
    VERSION,
    make_copied,
    make_ended,
    make_image,
    make_outcome,
    make_question,
    make_record,
    make_version,
)
from triggers.answering.responding import responding
from triggers.images import forwarding

OTHER_DATE = PUBLISHED_AT + timedelta(days=3)
ENDED = make_ended(
    outcome=make_outcome(OutcomeKind.SOURCE_KEPT, "Accepted"), question=make_question(), image_version_id=VERSION
)


async def moved_to(
    records: Any, patch: pytest.MonkeyPatch, run: Run, copies: list[CopyIdentity], **version: Any
) -> dict[str, Any]:
    records.put(make_record(run).changed(copies=copies))

    async def get_version(_: str) -> Any:
        return make_version(**version)

    async def get_image(_: str) -> Any:
        return make_image()

    patch.setattr(forwarding, "get_version", get_version)
    patch.setattr(forwarding, "get_image", get_image)
    request = func.HttpRequest("GET", "https://x/api/images/moved-to", params={"id": SOURCE}, body=b"")
    answer = await responding(forwarding._moved_to(request))
    assert answer.status_code == 200, answer.get_body()
    shown: dict[str, Any] = json.loads(answer.get_body())
    return shown


@pytest.mark.parametrize("run", [ENDED, ENDED.as_a_line()], ids=["in full", "a line"])
async def test_a_version_made_again_under_the_number_is_not_the_copy_that_was_accepted(
    records, monkeypatch: pytest.MonkeyPatch, run: Run
):
    """Pipelines were led to a version that nobody had approved or accepted, and told that it was there."""
    copies = [make_copied()]
    assert (await moved_to(records, monkeypatch, run, copies))["imageVersion"] == "there"
    assert (await moved_to(records, monkeypatch, run, copies, published_at=OTHER_DATE))["imageVersion"] == "gone"
    assert (await moved_to(records, monkeypatch, run, copies, published_at=None))["imageVersion"] == "unknown"


async def test_a_version_of_which_an_old_record_knows_no_more_than_its_id_is_told_as_it_is_seen(
    records, monkeypatch: pytest.MonkeyPatch
):
    told = await moved_to(records, monkeypatch, ENDED.as_a_line(), [], published_at=OTHER_DATE)
    assert told["imageVersion"] == "there"
