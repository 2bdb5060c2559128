"""What a decision rests on is read for it: of lists that were read before, only of who uses the source."""

from datetime import UTC, datetime
from typing import Any

import pytest

from migration.promise.evidence import Evidence
from migration.record.asked import Asked, asked_of
from migration.values.outcome import Phase
from steering.gathering import evidence
from steering.gathering.recent_evidence import LIFETIME, fresh_evidence
from tests.support.samples import OWN_ID, make_question, make_run


@pytest.fixture
def since(monkeypatch) -> dict[str, datetime]:
    """Since when lists may have been read, by what they are of."""
    known: dict[str, datetime] = {}

    async def locks(_: str, not_before: datetime) -> list[Any]:
        known["locks"] = not_before
        return []

    async def users(_: str, not_before: datetime) -> list[Any]:
        known["users"] = not_before
        return []

    async def older(_: Any, __: str, not_before: datetime) -> None:
        known["versions"] = not_before

    async def rest(found: Evidence, *_: Any) -> Evidence:
        return found

    monkeypatch.setattr(evidence, "find_locks", locks)
    monkeypatch.setattr(evidence, "find_consumers", users)
    monkeypatch.setattr(evidence, "find_older", older)
    monkeypatch.setattr(evidence, "with_mentions", rest)
    monkeypatch.setattr(evidence, "with_copy", rest)
    return known


@pytest.fixture
def asked() -> Asked:
    found = asked_of(OWN_ID, make_run(Phase.AWAITING_APPROVAL, question=make_question(id="of fresh locks")))
    assert found is not None
    return found


async def test_locks_and_versions_are_read_since_the_decision_began(since, asked):
    """Somebody locked the image after the page was read; by lists of twenty seconds, they were not seen."""
    began = datetime.now(UTC)
    await fresh_evidence(asked)
    assert since["locks"] >= began
    assert since["versions"] >= began
    assert since["users"] >= began - LIFETIME


async def test_lists_are_read_once_for_one_call_about_many_questions(since, asked):
    began = datetime.now(UTC)
    await fresh_evidence(asked, began)
    assert (since["locks"], since["versions"], since["users"]) == (began, began, began - LIFETIME)
