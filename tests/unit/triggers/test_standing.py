"""The link of a message that asks nothing shows how the migration stands, in every state, and decides nothing."""

import pytest

from migration.approval.link import digest_of
from migration.record.notices import NO_QUESTION, Link
from migration.record.question import Stage
from migration.record.run import Run
from migration.values.outcome import Outcome, OutcomeKind, Phase
from steering.gathering.remaining import End
from tests.support.samples import OWN_ID, VERSION, make_ended, make_outcome, make_question, make_record, make_run
from triggers.page import standing as page
from triggers.page.opened_link import found_link

TOKEN = "a-token"
RUNS = {
    "rejected": (make_ended(question=make_question(stage=Stage.REJECTED)), "This migration has ended"),
    "replicating": (make_run(Phase.REPLICATING), "The migration is under way"),
    "asking": (make_run(Phase.AWAITING_APPROVAL), "A decision is waited for"),
    "failed": (make_ended(make_outcome(OutcomeKind.FAILED, "Whatever")), "The migration ended: Failed"),
    "refused": (
        make_ended(make_outcome(OutcomeKind.REFUSED, "Missing"), image_version_id=None, plan=None),
        "The migration ended: Refused",
    ),
}


@pytest.mark.parametrize("state", RUNS)
async def test_the_link_shows_how_it_stands(records, configure, monkeypatch, state: str):
    """Every such link answered "Something went wrong"."""

    async def as_it_was(_run: Run, outcome: Outcome) -> End:
        return End(outcome)

    monkeypatch.setattr(page, "find_end_now", as_it_was)
    configure(notify="json://team.example.com/hook")
    run, title = RUNS[state]
    link = Link(token=digest_of(TOKEN), question=NO_QUESTION, receiver="x")
    records.put(make_record(run.changed(links=[link])))
    answer = await page.standing(OWN_ID, (await found_link(OWN_ID, TOKEN)).run)
    text = answer.get_body().decode()
    assert (answer.status_code, title in text, OWN_ID in text) == (200, True, True)
    assert "<form" not in text
    assert ("1.0.0" in text) == (run.image_version_id == VERSION)
