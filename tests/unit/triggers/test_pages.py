"""The pages of all migrations, a fleet and a migration: every state is shown, the worst first, and nothing secret."""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import azure.functions as func
import pytest

from arm.transport.cloud import go_by
from hub.task_hub import HubUnavailableError
from migration.approval.link import digest_of
from migration.fleet.fleet import FleetStage
from migration.record.audit import entry
from migration.record.image_record import ImageRecord
from migration.record.notices import Link
from migration.telling.of_fleets.standing import FleetStand, MemberShown, Standing
from migration.values.ids import instance_id_for
from migration.values.outcome import OutcomeKind, Phase, SourceSeen
from records.runs import keep
from tests.support.fakes.fake_records import FakeRecords
from tests.support.samples import DEFAULTS, changed, make_outcome, make_person, make_question
from tests.support.shown import (
    FLEET,
    STATES,
    fleet,
    keep_every_state,
    keep_fleet,
    keep_run,
    paused,
    run_in,
    source_of,
)
from tests.support.source import ROOT
from triggers.pages import entrance, looking
from triggers.pages.one_fleet import STAGES
from triggers.pages.one_fleet import fleet_page as show_fleet
from triggers.pages.standing.bars import WORDS, parts_of
from triggers.pages.standing.rows import line_of
from triggers.pages.standing.state import OUTCOMES, PHASES, PROBLEMS, Mark

SAID = {
    "planning": "Planning",
    "preparing": "Preparing the gallery",
    "waiting for a place": "Waiting for a place",
    "creating": "Creating the version",
    "throttled": "Held up: creating the version",
    "without settings": "Held up: verifying",
    "replicating": "Replicating",
    "verifying": "Verifying",
    "asked": "Waiting for approval",
    "about to expire": "Waiting for approval",
    "expired": "Waiting for approval",
    "promoting": "Promoting",
    "soaking": "Soaking",
    "postponed": "Question postponed",
    "deleting": "Deleting the source",
    "migrated": "Migrated",
    "rejected": "Source kept",
    "in use": "Source kept",
    "refused": "Refused",
    "failed": "Failed",
    "cancelled": "Cancelled",
    "unknown": "Not known how it ended",
}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


class FakeHub:
    """A task hub that carries on whatever it is asked about, unless a test says otherwise."""

    live = True
    is_away = False

    def __init__(self, _client: Any) -> None: ...

    async def is_live(self, _id: str) -> bool:
        if FakeHub.is_away:
            raise HubUnavailableError("503")
        return FakeHub.live


@pytest.fixture(autouse=True)
def _open(monkeypatch, records):
    async def may_look(_said: str) -> bool:
        return True

    go_by(lambda: DEFAULTS)
    monkeypatch.setattr(entrance, "may_look", may_look)
    monkeypatch.setattr(looking, "DurableHub", FakeHub)
    monkeypatch.setattr(FakeHub, "live", True)
    monkeypatch.setattr(FakeHub, "is_away", False)


def request(path: str, page_id: str = "", **query: str) -> func.HttpRequest:
    address = f"https://example.com/api/pages/{path}"
    return func.HttpRequest("GET", address, params=query, route_params={"id": page_id}, body=b"")


async def overview(status: int = 200, /, **query: str) -> str:
    asked = request("migrations", **query)
    return text_of(await entrance.answer(asked, lambda: looking._all(asked)), status)


async def fleet_page(status: int = 200, page_id: str = FLEET, **query: str) -> str:
    asked = request(f"fleets/{page_id}", page_id, **query)
    return text_of(await entrance.answer(asked, lambda: looking._fleet(asked)), status)


async def migration_page(migration_id: str, status: int = 200) -> str:
    asked = request(f"migrations/{migration_id}", migration_id)
    client: Any = None
    return text_of(await entrance.answer(asked, lambda: looking._migration(asked, client)), status)


def text_of(answer: func.HttpResponse, status: int) -> str:
    page = answer.get_body().decode()
    assert answer.status_code == status, page
    return page


def words(page: str) -> str:
    """What somebody reads of a page."""
    body = page.partition("<body>")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def all_states(records: FakeRecords) -> dict[str, ImageRecord]:
    return await keep_every_state(records, now())


def test_every_state_is_one_that_this_test_knows():
    assert SAID.keys() == set(STATES)
    shown = {phase for phase in Phase if phase is not Phase.DONE}
    assert {run_in(state, now()).phase for state in STATES} == {*shown, Phase.DONE}
    kinds = {run.outcome.kind for run in (run_in(state, now()) for state in STATES) if run.outcome}
    assert kinds == set(OutcomeKind)


@pytest.mark.parametrize("state", STATES)
async def test_a_migration_in_every_state_has_a_page_that_says_how_it_stands(all_states, state: str):
    page = words(await migration_page(all_states[state].migration_id))
    assert SAID[state] in page
    assert "What happened" in page
    assert "Asked for by grace@contoso.com" in page


async def test_every_migration_is_in_the_overview_with_how_it_stands(all_states):
    page = await overview()
    for state, record in all_states.items():
        line = page.partition(f'id="{record.migration_id}"')[2].partition("</li>")[0]
        assert SAID[state] in line, state
        assert f'href="/api/pages/migrations/{record.migration_id}"' in line


async def test_what_needs_somebody_is_first_and_what_ended_well_is_last(all_states):
    page = await overview()
    heads = ["What needs attention", "What waits for approval", "In a soak", "On their way", "Ended lately"]
    places = [page.index(f">{head}") for head in heads]
    assert places == sorted(places)
    order = [
        page.index(f'id="{all_states[state].migration_id}"') for state in ("failed", "throttled", "asked", "migrated")
    ]
    assert order == sorted(order)


async def test_of_questions_the_one_that_expires_first_is_first(all_states):
    page = await overview()
    soon, later = (page.index(f'id="{all_states[state].migration_id}"') for state in ("about to expire", "asked"))
    assert soon < later


async def test_a_crowd_of_failures_does_not_hide_what_is_held_up(records):
    for number in range(60):
        await keep_run(records, source_of(f"bad-{number}"), run_in("failed", now()), now())
    held = await keep_run(records, source_of("held"), run_in("without settings", now()), now() - timedelta(days=1))
    page = await overview()
    assert f'id="{held.migration_id}"' in page
    assert "26+" in words(page)
    assert "outcome=Refused%2CFailed%2CUnknown" in page


async def test_an_app_that_has_migrated_nothing_says_so():
    assert "Nothing has been migrated yet" in words(await overview())


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ({"text": "FAILED"}, "failed", "asked"),
        ({"phase": "AwaitingApproval"}, "asked", "failed"),
        ({"outcome": "Failed,Refused"}, "refused", "migrated"),
        ({"subscription": "c0ffee00-0000-4000-8000-00000000000a"}, "planning", "preparing"),
        ({"text": " ", "phase": "", "outcome": "Migrated", "subscription": ""}, "migrated", "rejected"),
    ],
)
async def test_migrations_are_found_by_what_the_form_sends(
    all_states, query: dict[str, str], there: str, not_there: str
):
    page = await overview(**query)
    assert f'id="{all_states[there].migration_id}"' in page
    assert f'id="{all_states[not_there].migration_id}"' not in page


async def test_what_is_looked_for_and_not_there_is_said(all_states):
    assert "There is no such migration" in words(await overview(text="nowhere"))


async def test_a_filter_that_makes_no_sense_is_named(all_states):
    page = words(await overview(422, phase="Dreaming", colour="blue"))
    assert "phase: it is none of Planning" in page
    assert "colour: there is no such parameter" in page


async def test_pages_follow_each_other_without_losing_or_repeating_one(records):
    for number in range(25):
        await keep_run(records, source_of(f"web-{number}"), run_in("asked", now()), now())
    seen: list[str] = []
    query = {"top": "10"}
    for _ in range(3):
        page = await overview(**query)
        seen += re.findall(r'<li id="(migrate-[^"]+)"', page)
        older = re.search(r'<a href="[^"]*?after=([^"&]+)"', page)
        query = {"top": "10", "after": older[1]} if older else {}
    assert len(seen) == len(set(seen)) == 25
    assert query == {}


async def test_a_fleet_is_in_the_overview_with_how_far_it_is(records):
    await keep_fleet(records, paused(100, now()), now())
    page = words(await overview())
    assert "Web images, winter" in page
    assert "Paused" in page
    assert "24 migrated" in page
    assert "3 failed" in page


async def test_a_fleet_says_who_is_waited_for_and_for_how_many(records):
    await keep_fleet(records, fleet(100, now()), now())
    page = words(await fleet_page()).partition("What waits for whom")[2].partition("Images, the worst first")[0]
    assert "Whoever wants the migration 3 failed" in page
    assert "An approver 14 wait for a decision" in page
    assert "the first ends in 49 minutes" in page or "the first ends in 50 minutes" in page
    assert "Whoever owns the source image, or what uses it 1 are held up in their soak" in page
    assert "are in a soak" in page.partition("Nobody")[2]
    owners = re.search(r"14 wait for a decision ([^0-9]+ \d+, [^0-9]+ \d+, [^0-9]+ \d+)", page)
    assert owners is not None
    assert sum(map(int, re.findall(r"\d+", owners[1]))) == 14


async def test_images_of_a_fleet_that_failed_are_first(records):
    await keep_fleet(records, fleet(100, now()), now())
    page = await fleet_page()
    marks = re.findall(r'<li id="migrate-[^"]+" class="(\w+)"', page)
    assert marks[0] == Mark.FAILED
    assert len(marks) == 100
    assert marks.index(Mark.ASKED) < marks.index(Mark.DONE)


async def test_a_fleet_of_ten_thousand_has_pages(records):
    stand = FleetStand(fleet=fleet(1, now()), members=[])
    members = await keep_fleet(records, fleet(2, now()), now())
    crowd = [changed(members[0], {"number": number}) for number in range(1, 10_001)]
    of = stand.changed(fleet=fleet(10_000, now()), members=[MemberShown.of(one, None) for one in crowd])
    given = {"standing": (), "text": (), "wave": None, "page": 100}
    values = show_fleet(of, given, now())
    assert (values["pages"], len(values["lines"]), values["after"]) == (100, 100, None)
    assert values["before"].endswith("page=99#images")


async def test_images_of_a_fleet_are_narrowed_by_standing_wave_and_text(records):
    members = await keep_fleet(records, fleet(100, now()), now(), wave_size=50)
    failed = re.findall(r'<li id="migrate-[^"]+" class="(\w+)"', await fleet_page(standing="failed"))
    assert set(failed) == {Mark.FAILED}
    second = re.findall(r'<li id="(migrate-[^"]+)"', await fleet_page(wave="2"))
    assert len(second) == 50
    named = re.findall(r'<li id="(migrate-[^"]+)"', await fleet_page(text="web-20240007"))
    assert named == [instance_id_for(members[6].request.source_image_id)]


async def test_what_a_fleet_passed_over_says_why(records):
    await keep_fleet(records, fleet(100, now()), now())
    assert "A migration of it was under way already" in words(await fleet_page(standing="passed"))


@pytest.mark.parametrize("stage", FleetStage)
async def test_a_fleet_says_whether_it_goes_on_and_who_stopped_it(records, stage: FleetStage):
    await keep_fleet(records, changed(paused(20, now()), {"stage": stage}), now())
    page = words(await fleet_page())
    stopped = stage in {FleetStage.PAUSED, FleetStage.CANCELLED}
    assert (f"{stage.capitalize()} by Ada Lovelace" in page) == stopped
    assert ("Wait for the quota in westus2" in page) == stopped
    assert ("which Ada Lovelace paused" in page) == (stage is FleetStage.PAUSED)


@pytest.mark.parametrize("page_id", ["fleet-unknown", f"fleet-{'1' * 32}", "..", "x' or 'a' eq 'a"])
async def test_a_fleet_that_is_none_is_not_found(page_id: str):
    assert "There is no such fleet" in words(await fleet_page(404, page_id))


@pytest.mark.parametrize("migration_id", ["nothing", instance_id_for(source_of("never")), "migrate-web-0123456789"])
async def test_a_migration_without_a_record_is_not_found(migration_id: str):
    assert "has no record of this migration" in words(await migration_page(migration_id, 404))


async def test_the_timeline_tells_when_and_how_long_after_and_by_whom(all_states):
    page = words(await migration_page(all_states["migrated"].migration_id))
    story = page.partition("What happened")[2].partition("Regions")[0]
    told = [
        "Asked for",
        "Planned",
        "28 minutes later Complete in northeurope",
        "Approvers were asked",
        "Approved by Ada",
    ]
    told += ["verified, on the approval page", "Ended: Migrated"]
    places = [story.index(one) for one in told]
    assert places == sorted(places)
    assert "Nobody uses the source image" in story


async def test_what_a_run_before_came_to_is_told(records, all_states):
    record = all_states["asked"]
    assert record.run is not None
    earlier = run_in("failed", now() - timedelta(days=3), id="run 0")
    await keep(record, earlier)
    records.put(record.changed(run=record.run.changed(number=2)))
    page = words(await migration_page(record.migration_id))
    assert "Failed asked for by grace@contoso.com westus2 was at 62 %" in page


async def test_a_run_that_was_forgotten_is_shown_as_it_was_kept(records, all_states):
    record = all_states["migrated"]
    assert record.run is not None
    await keep(record, record.run)
    records.put(record.changed(run=record.run.as_a_line().changed(forgotten=True)))
    assert "Approvers were asked" in words(await migration_page(record.migration_id))


async def test_a_run_that_the_hub_has_lost_is_said_to_be_stopped(all_states):
    FakeHub.live = False
    assert "Stopped from outside" in words(await migration_page(all_states["replicating"].migration_id))


async def test_a_page_does_without_the_hub(all_states):
    FakeHub.is_away = True
    assert "Replicating" in words(await migration_page(all_states["replicating"].migration_id))


async def test_whatever_people_wrote_is_shown_as_text(records):
    at = now()
    question = make_question(stage="open", expires_at=at + timedelta(days=1))
    wished = run_in("asked", at, question=question, notes=[HOSTILE], requesters=[make_person(HOSTILE)])
    wished = wished.audited(entry(at, HOSTILE, HOSTILE, by=HOSTILE, via=HOSTILE, identity=HOSTILE, checks=[HOSTILE]))
    end = make_outcome(OutcomeKind.FAILED, HOSTILE, reason=HOSTILE, source=SourceSeen.THERE, left_behind=[HOSTILE])
    failed = run_in("failed", at, outcome=end, requesters=[make_person(HOSTILE)])
    known = changed(paused(20, at), {"name": HOSTILE, "by": HOSTILE, "reason": HOSTILE, "requested_by": HOSTILE})
    await keep_fleet(records, known, at)
    pages = [await fleet_page(), await overview(text=HOSTILE.lower()[:20])]
    for run, name in ((wished, "one"), (failed, "two")):
        record = await keep_run(records, source_of(name), run, at)
        pages.append(await migration_page(record.migration_id))
    pages.append(await overview())
    for page in pages:
        body = page.partition("<body>")[2]
        assert "<script" not in body
        assert "<img" not in body
        assert "alert(1)" in body


async def test_no_page_tells_what_opens_or_decides_something(records):
    at = now()
    question = make_question(callback="callback-secret", expires_at=at + timedelta(days=1))
    link = Link(token=digest_of("t"), question=question.id, receiver="receiver-digest", name="ada@contoso.com")
    run = run_in("asked", at, question=question, links=[link], operation_url="https://management.azure.com/secret-op")
    record = await keep_run(records, source_of("asked"), run, at)
    for page in (await migration_page(record.migration_id), await overview()):
        for secret in ("callback-secret", digest_of("t"), "receiver-digest", "secret-op"):
            assert secret not in page


async def test_a_row_that_cannot_be_read_is_counted(records):
    await keep_run(records, source_of("web"), run_in("asked", now()), now())
    [row] = records.listed()
    await records.upsert_entity({**row, "RowKey": f"{row['RowKey']}x", "status": "{"})
    assert "1 more cannot be read" in words(await overview(text="web"))


async def test_records_that_are_away_are_said_to_be(records):
    records.is_down = True
    assert "The records could not be reached" in words(await overview(503))


async def test_a_failure_of_ours_comes_with_our_headers(monkeypatch):
    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(looking, "overview", broken)
    asked = request("migrations")
    answer = await entrance.answer(asked, lambda: looking._all(asked))
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_whatever_an_image_or_a_fleet_can_be_has_its_words_and_its_colour():
    assert WORDS.keys() == set(Standing)
    assert {one.standing for one in parts_of(dict.fromkeys(Standing, 1))} == set(Standing)
    assert STAGES.keys() == set(FleetStage)
    assert PHASES.keys() == set(Phase)
    assert OUTCOMES.keys() == set(OutcomeKind)
    style = (ROOT / "web/static/pages.css").read_text()
    coloured = {Standing.WAITING}  # as a bar is where nothing else is said
    assert [one for one in Standing if one not in coloured and f".bar .{one}" not in style] == []
    assert [one for one in PROBLEMS | {Mark.ASKED, Mark.DONE} if f".state.{one}" not in style] == []


def test_a_bar_shows_every_part_however_small():
    parts = parts_of({Standing.FAILED: 1, Standing.MIGRATED: 9_999})
    assert [(one.standing, one.many) for one in parts] == [(Standing.FAILED, 1), (Standing.MIGRATED, 9_999)]
    assert min(one.length for one in parts) > 0


async def test_problems_are_what_is_marked_as_one(all_states):
    from records.index import every

    marked = {row.status.source_image_id async for row in every() if line_of(row, now()).state.mark in PROBLEMS}
    wrong = ("throttled", "without settings", "postponed", "refused", "failed", "unknown")
    assert marked == {all_states[state].source_image_id for state in wrong}
