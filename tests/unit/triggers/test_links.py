"""Links: random tokens whose digests stand in the run that sent them; what was not sent by the app opens nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from migration.approval.link import digest_of, new_token
from migration.record.notices import Link
from migration.record.question import Stage
from migration.record.run import Run
from migration.telling.receivers import Address
from migration.values.outcome import Phase
from records.runs import keep
from tests.support.samples import OWN_ID, make_ended, make_question, make_record, make_run
from triggers.page.opened_link import LinkInvalidError, LinkTakenBackError, OpenedLink, found_link, opened_link

ADA = "Ada=json://ada.example.com/hook"
TOKEN = "s5LrvJDZnsWP364KJs6EzBUEhWbN_Xq8ssUJIcsvig4"
LINK = Link(token=digest_of(TOKEN), question="question 1", receiver=Address.parse(ADA).receiver, name="Ada")


@pytest.fixture(autouse=True)
def told(configure) -> None:
    configure(notify=ADA)


def asking(**changes: Any) -> Run:
    return make_run(Phase.AWAITING_APPROVAL, **{"links": [LINK]} | changes)


async def opening(migration_id: str, token: str) -> OpenedLink:
    return opened_link(await found_link(migration_id, token))


def test_tokens_are_random_and_their_digests_open_nothing():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)
    assert set("".join(tokens)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert TOKEN not in digest_of(TOKEN)


async def test_what_was_sent_opens_its_question_for_its_receiver(records):
    records.put(make_record(asking()))
    opened = await opening(OWN_ID, TOKEN)
    assert (opened.link, opened.is_current, opened.asked.question.id) == (LINK, True, "question 1")


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, len(TOKEN) - 1), character=st.sampled_from("Aa0-_."))
async def test_an_altered_link_is_refused(records, position: int, character: str):
    records.put(make_record(asking()))
    altered = TOKEN[:position] + character + TOKEN[position + 1 :]
    if altered == TOKEN:
        return
    with pytest.raises(LinkInvalidError):
        await opening(OWN_ID, altered)


@pytest.mark.parametrize("token", ["", "é.é", "a" * 10_000, LINK.token, "question 1", "token 1", LINK.receiver])
async def test_a_forged_link_is_refused(records, token: str):
    """Nothing that stands in the record, nor what is told of it, is a token."""
    records.put(make_record(asking()))
    with pytest.raises(LinkInvalidError):
        await opening(OWN_ID, token)


@pytest.mark.parametrize("token", ["\ud800", f"{TOKEN}\udc80"])
async def test_a_link_with_half_a_character_is_refused(records, token: str):
    records.put(make_record(asking()))
    with pytest.raises(LinkInvalidError):
        await opening(OWN_ID, token)


async def test_a_link_of_one_image_opens_no_other(records):
    other = OWN_ID.replace("web", "db")
    records.put(make_record(asking(links=[]), migration_id=other))
    for migration_id in (other, "another", OWN_ID):
        with pytest.raises(LinkInvalidError):
            await opening(migration_id, TOKEN)


async def test_a_link_of_an_earlier_question_of_the_run_is_known_as_that(records):
    anew = asking(question=make_question(id="question 2"))
    records.put(make_record(anew))
    assert not (await opening(OWN_ID, TOKEN)).is_current


async def test_a_link_of_an_earlier_run_tells_that_runs_end(records):
    before = make_ended(links=[LINK], question=make_question(stage=Stage.REJECTED))
    await keep(make_record(), before)
    records.put(make_record(asking(id="run 2", number=2, links=[], question=make_question(id="question 2"))))
    opened = await opening(OWN_ID, TOKEN)
    assert (opened.is_current, opened.asked.run.id, opened.asked.run.outcome) == (False, "run 1", before.outcome)


async def test_a_link_stops_when_its_receiver_is_taken_off_the_settings(records, configure):
    records.put(make_record(asking()))
    configure(notify="Bob=json://ada.example.com/hook")
    with pytest.raises(LinkTakenBackError):
        await opening(OWN_ID, TOKEN)
    configure(escalate=ADA)
    assert (await opening(OWN_ID, TOKEN)).is_current


async def test_a_link_shows_how_it_ended_after_the_question_is_closed_whoever_is_told_by_then(records, configure):
    records.put(make_record(make_ended(links=[LINK], question=make_question(stage=Stage.REJECTED))))
    configure(notify="")
    assert (await opening(OWN_ID, TOKEN)).asked.question.stage is Stage.REJECTED


async def test_the_link_of_a_run_that_was_forgotten_since_tells_how_it_ended(records):
    """The record keeps no more than a line of it, and its link was told to be none of ours."""
    ended = make_ended(links=[LINK], question=make_question(stage=Stage.KEPT))
    records.put(make_record(ended.as_a_line().changed(forgotten=True)))
    await keep(make_record(), ended)
    opened = await opening(OWN_ID, TOKEN)
    assert (opened.link, opened.asked.run.outcome) == (LINK, ended.outcome)
