"""A fleet is decided image by image: what was shown and is so still is decided; all else is left, and told why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from migration.approval.admission import Decider, holder_of
from migration.approval.approval import Approval, Decision
from migration.asking.settings import Settings
from migration.fleet.fleet import Fleet
from migration.record.asking import asked_anew
from migration.record.question import Stage
from migration.resources.lock import Lock
from migration.telling.of_fleets.shown import Named
from migration.values.answer import Refusal
from migration.values.outcome import Phase
from steering.fleets.approving import deciding
from steering.fleets.approving.asking import SeenQuestion, look_at, open_questions
from steering.fleets.approving.deciding import FleetAnswer, Result, decide_each, refused_to_all
from steering.fleets.standing import stand_of
from steering.runs.deciding import NotAllowed
from tests.support.fleets import (
    ASKED_AT,
    asking_fleet,
    id_of,
    put,
    put_fleet,
    record_of,
    source_of,
    version_of,
)
from tests.support.samples import DEFAULTS, make_person, make_settings

ADA = Decider("Ada", ("ada@example.com",), "api")
NOBODY = Decider(None, (), "api")


async def seen_of(
    fleet: Fleet, decider: Decider = ADA, settings: Settings = DEFAULTS, top: int = 100
) -> list[SeenQuestion]:
    found, _ = await open_questions(await stand_of(fleet), 0, top)
    return await look_at(found, decider, settings)


async def shown_of(fleet: Fleet, settings: Settings = DEFAULTS) -> list[Named]:
    named = [one.named(settings) for one in await seen_of(fleet, settings=settings)]
    return sorted(named, key=lambda one: one.number)


def says(decision: str = "approve", decider: Decider = ADA, **changes: Any) -> FleetAnswer:
    fields: dict[str, Any] = {"approver": decider.name or "Ada", "comment": "", "decider": decider}
    return FleetAnswer(decision=Decision(decision), **fields | changes)


async def decided(
    hub: Any, fleet: Fleet, named: list[Named], answer: FleetAnswer | None = None, settings: Settings = DEFAULTS
) -> list[Result]:
    return await decide_each(hub, await stand_of(fleet), named, answer or says(), settings)


def codes(results: list[Result]) -> list[str | None]:
    """The code of each result, None for one that is decided."""
    return [one.said.code if isinstance(one.said, Refusal) else None for one in results]


async def test_each_image_is_approved_for_its_own_version_by_its_own_question(records, hub, azure_of_fleets):
    fleet = await asking_fleet(3)
    results = await decided(hub, fleet, await shown_of(fleet), says(comment="tested"))
    assert codes(results) == [None] * 3
    for number in (1, 2, 3):
        approval = records.question(id_of(number)).approval
        assert (approval.decision, approval.approver, approval.comment) == (Decision.APPROVE, "Ada", "tested")
        assert approval.image_version_id == version_of(number)
        assert (approval.verified, approval.identifiers, approval.via) == (True, ["ada@example.com"], "api")
        assert approval.meaning
        assert "Every target region holds a complete replica" in approval.checks
        assert records.run(id_of(number)).phase is Phase.PROMOTING
    assert {migration for migration, _ in hub.heard} == {id_of(number) for number in (1, 2, 3)}


async def test_a_log_line_tells_of_each_decision(records, hub, azure_of_fleets, caplog):
    fleet = await asking_fleet(3)
    named = await shown_of(fleet)
    caplog.set_level("INFO", "steering.runs.deciding")
    await decided(hub, fleet, named)
    assert sum('"record": "decision"' in one.message for one in caplog.records) == 3


async def test_what_was_left_out_is_not_touched(records, hub, azure_of_fleets):
    fleet = await asking_fleet(3)
    first, _, third = await shown_of(fleet)
    assert codes(await decided(hub, fleet, [first, third])) == [None, None]
    assert records.question(id_of(2)).stage is Stage.OPEN


async def test_nothing_is_kept_by_which_an_image_could_be_deleted_that_is_asked_about_later(
    records, hub, azure_of_fleets
):
    fleet = await asking_fleet(2)
    named = await shown_of(fleet)
    await decided(hub, fleet, named)
    rows = [text for key, row in records.rows.items() if key[0].startswith("fleet") for text in row.values()]
    assert not [text for text in rows if "Ada" in str(text) or "approve" in str(text)]
    await put(record_of(2, Phase.AWAITING_APPROVAL, id="question-2-anew"))
    assert codes(await decided(hub, fleet, named)) == [None, "OtherQuestion"]
    assert records.question(id_of(2)).stage is Stage.OPEN


async def test_an_image_that_is_asked_anew_between_page_and_answer_is_not_decided(records, hub, azure_of_fleets):
    fleet = await asking_fleet(2)
    named = await shown_of(fleet)
    records.apply_to_run(id_of(1), lambda run: asked_anew(run, "question-1", make_person("Eve"), datetime.now(UTC)))
    assert codes(await decided(hub, fleet, named)) == ["QuestionClosed", None]
    assert records.run(id_of(1)).phase is Phase.VERIFYING
    await put(record_of(1, Phase.AWAITING_APPROVAL, id="question-1-anew"))
    assert codes(await decided(hub, fleet, named[:1])) == ["OtherQuestion"]


async def test_an_image_of_another_fleet_or_of_none_is_not_decided_whatever_is_named(records, hub, azure_of_fleets):
    others = [
        record_of(1, Phase.AWAITING_APPROVAL, fleet="fleet-" + "f" * 32),
        record_of(2, Phase.AWAITING_APPROVAL, None),
    ]
    fleet = await put_fleet(others)
    facts = "0" * 16
    forged = [Named(number, f"question-{number}", tuple(Decision), facts) for number in (1, 2, 3)]
    assert codes(await decided(hub, fleet, forged)) == ["OtherQuestion"] * 3
    assert [records.question(id_of(number)).stage for number in (1, 2)] == [Stage.OPEN] * 2


async def test_a_record_of_another_image_under_the_id_of_one_of_the_fleet_is_not_decided(records, hub, azure_of_fleets):
    fleet = await asking_fleet(1)
    named = await shown_of(fleet)
    records.apply(id_of(1), lambda record: record.changed(source_image_id=source_of(7)))
    assert codes(await decided(hub, fleet, named)) == ["OtherQuestion"]


async def test_forged_facts_decide_nothing(records, hub, azure_of_fleets):
    fleet = await asking_fleet(1)
    (named,) = await shown_of(fleet)
    assert codes(await decided(hub, fleet, [named._replace(facts="0" * 16)])) == ["FactsChanged"]
    assert codes(await decided(hub, fleet, [named._replace(facts="")])) == ["FactsChanged"]
    assert records.question(id_of(1)).stage is Stage.OPEN


async def test_what_changed_since_it_was_shown_is_not_decided_and_the_rest_is(records, hub, azure_of_fleets):
    fleet = await asking_fleet(3)
    named = await shown_of(fleet)
    azure_of_fleets.changed[source_of(2)] = {"locks": [Lock(name="keep", level="CanNotDelete", scope=source_of(2))]}
    assert codes(await decided(hub, fleet, named)) == [None, "FactsChanged", None]
    assert records.question(id_of(2)).stage is Stage.OPEN


async def test_what_stands_against_a_delete_comes_first_and_cannot_be_approved(records, hub, azure_of_fleets):
    fleet = await asking_fleet(3)
    azure_of_fleets.changed[source_of(3)] = {"locks": [Lock(name="keep", level="CanNotDelete", scope=source_of(3))]}
    seen = await seen_of(fleet)
    assert [one.open.member.number for one in seen] == [3, 1, 2]
    assert seen[0].allows == [Decision.ACCEPT, Decision.REJECT]
    named = [one.named(DEFAULTS) for one in seen]
    assert codes(await decided(hub, fleet, named)) == ["NotOffered", None, None]
    forged = named[0]._replace(allows=tuple(Decision))
    assert codes(await decided(hub, fleet, [forged])) == ["FactsChanged"]
    assert codes(await decided(hub, fleet, named[:1], says("accept"))) == [None]
    assert records.question(id_of(3)).stage is Stage.ACCEPTED


async def test_an_expired_question_is_not_decided(records, hub, azure_of_fleets):
    fleet = await asking_fleet(2)
    named = await shown_of(fleet)
    records.apply_to_run(id_of(1), lambda run: run.changed(question=run.question.changed(expires_at=datetime.now(UTC))))
    assert codes(await decided(hub, fleet, named)) == ["ApprovalExpired", None]


async def test_a_migration_that_the_hub_does_not_know_is_not_decided(records, hub, azure_of_fleets):
    fleet = await asking_fleet(2)
    named = await shown_of(fleet)
    hub.live.discard(id_of(1))
    assert codes(await decided(hub, fleet, named)) == ["MigrationEnded", None]


async def test_whoever_asked_for_the_fleet_approves_none_of_it_with_four_eyes(records, hub, azure_of_fleets):
    strict = make_settings(four_eyes="true")
    fleet = await asking_fleet(2)
    eve = Decider("Eve", ("eve@example.com",), "api")
    seen = await seen_of(fleet, eve, strict)
    assert [one.allows for one in seen] == [[], []]
    named = await shown_of(fleet, strict)
    results = await decided(hub, fleet, named, says(decider=eve), strict)
    assert codes(results) == ["FourEyes"] * 2
    assert isinstance(refused_to_all(results), NotAllowed)
    assert codes(await decided(hub, fleet, named, says(), strict)) == [None] * 2


async def test_four_eyes_are_looked_at_image_by_image(records, hub, azure_of_fleets):
    strict = make_settings(four_eyes="true")
    fleet = await asking_fleet(2)
    ada = make_person("Ada", "ada@example.com")
    records.apply_to_run(id_of(1), lambda run: run.changed(requesters=[*run.requesters, ada]))
    results = await decided(hub, fleet, await shown_of(fleet, strict), says(), strict)
    assert codes(results) == ["FourEyes", None]
    assert refused_to_all(results) is None


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"require_identity": "true"}, "IdentityRequired"),
        ({"approvers": "grace@example.com"}, "IdentityRequired"),
    ],
)
async def test_a_name_alone_decides_nothing_where_who_decides_must_be_known(
    records, hub, azure_of_fleets, settings, code
):
    strict = make_settings(**settings)
    fleet = await asking_fleet(2)
    results = await decided(hub, fleet, await shown_of(fleet, strict), says(decider=NOBODY), strict)
    assert codes(results) == [code] * 2


async def test_who_is_not_an_approver_decides_nothing(records, hub, azure_of_fleets):
    strict = make_settings(approvers="grace@example.com")
    fleet = await asking_fleet(1)
    assert codes(await decided(hub, fleet, await shown_of(fleet, strict), says(), strict)) == ["NotAnApprover"]


async def test_the_same_sent_again_decides_nothing_twice_and_is_told_as_decided(records, hub, azure_of_fleets):
    fleet = await asking_fleet(2)
    named = await shown_of(fleet)
    first = await decided(hub, fleet, named)
    written = records.writes
    again = await decided(hub, fleet, named)
    assert codes(first) == codes(again) == [None] * 2
    assert [one.said for one in again] == [one.said for one in first]
    assert records.writes == written
    late = await decided(hub, fleet, named, says("reject", comment="no"))
    assert codes(late) == ["QuestionClosed"] * 2
    assert "approve by Ada" in str(late[0].said)
    other = await decided(hub, fleet, named, says(decider=Decider("Grace", ("grace@example.com",), "api")))
    assert codes(other) == ["QuestionClosed"] * 2


async def test_an_image_named_twice_at_once_is_decided_once(records, hub, azure_of_fleets):
    fleet = await asking_fleet(1)
    (named,) = await shown_of(fleet)
    results = await decided(hub, fleet, [named] * 5)
    assert len([one for one in results if one.is_decided]) >= 1
    assert len(records.run(id_of(1)).decisions) == 1


async def test_what_is_not_reached_in_time_is_told_as_not_decided_and_the_rest_follows(
    records, hub, azure_of_fleets, monkeypatch
):
    fleet = await asking_fleet(3)
    named = await shown_of(fleet)
    monkeypatch.setattr(deciding, "DECIDE_SECONDS", 0.0)
    none = await decided(hub, fleet, named)
    assert codes(none) == ["NotReached"] * 3
    assert all(one.is_to_be_sent_again for one in none)
    monkeypatch.setattr(deciding, "DECIDE_SECONDS", 60.0)
    assert codes(await decided(hub, fleet, named)) == [None] * 3


async def test_a_link_is_about_the_questions_asked_when_it_was_sent(records, hub, azure_of_fleets):
    fleet = await asking_fleet(2)
    later = ASKED_AT + timedelta(minutes=5)
    await put(record_of(2, Phase.AWAITING_APPROVAL, asked_at=later))
    stand = await stand_of(fleet)
    found, _ = await open_questions(stand, 0, 100, ASKED_AT)
    assert [one.member.number for one in found] == [1]
    ada = holder_of("ada@contoso.com", "page")
    answer = says(decider=ada, covers=ASKED_AT)
    results = await decided(hub, fleet, await shown_of(fleet), answer)
    assert codes(results) == [None, "OtherQuestion"]
    approval = records.question(id_of(1)).approval
    assert (approval.approver, approval.by_link, approval.via) == ("ada@contoso.com", True, "page")


async def test_a_question_after_a_soak_is_answered_over_the_api_by_its_id(records, hub, azure_of_fleets):
    """The first question's answer, sent again, names another question, and decides nothing."""
    fleet = await put_fleet(
        [
            record_of(
                1,
                Phase.AWAITING_APPROVAL,
                soaked_since=ASKED_AT - timedelta(days=14),
                id="second",
                allows=["approve", "reject"],
            )
        ]
    )
    (named,) = await shown_of(fleet)
    assert codes(await decided(hub, fleet, [named._replace(question="question-1")])) == ["OtherQuestion"]
    assert codes(await decided(hub, fleet, [named])) == [None]


async def test_to_approve_where_nothing_is_deleted_is_to_accept(records, hub, azure_of_fleets):
    fleet = await put_fleet([record_of(1, Phase.AWAITING_APPROVAL, allows=["accept", "reject"])])
    (named,) = await shown_of(fleet)
    assert Decision.APPROVE in named.allows
    (result,) = await decided(hub, fleet, [named])
    assert isinstance(result.said, Approval)
    assert result.said.decision is Decision.ACCEPT
    assert codes(await decided(hub, fleet, [named])) == [None]


async def test_of_what_azure_does_not_tell_in_time_only_a_rejection_counts(records, hub, azure_of_fleets, monkeypatch):
    from arm.transport.errors import ArmUnavailableError
    from steering.gathering import recent_evidence

    async def away(*_: Any, **__: Any) -> None:
        raise ArmUnavailableError("ServiceRequestError", "no network")

    fleet = await asking_fleet(2)
    monkeypatch.setattr(recent_evidence, "gather_evidence", away)
    first, second = await seen_of(fleet)
    assert (first.allows, bool(first.unread)) == ([Decision.REJECT], True)
    named = [first.named(DEFAULTS), second.named(DEFAULTS)._replace(allows=tuple(Decision))]
    results = await decided(hub, fleet, named)
    assert codes(results) == ["NotOffered", "AzureUnavailable"]
    assert results[1].is_to_be_sent_again
    assert codes(await decided(hub, fleet, named[:1], says("reject", comment="no"))) == [None]


async def test_pages_of_a_large_fleet_hold_each_image_once(records, hub, azure_of_fleets):
    fleet = await asking_fleet(25)
    stand, numbers, after = await stand_of(fleet), [], 0
    while after is not None:
        found, after = await open_questions(stand, after, 10)
        numbers += [one.member.number for one in found]
    assert numbers == list(range(1, 26))


async def test_images_that_were_decided_meanwhile_are_not_shown_though_the_list_says_that_they_ask(
    records, hub, azure_of_fleets
):
    fleet = await asking_fleet(2)
    stand = await stand_of(fleet)
    await decided(hub, fleet, (await shown_of(fleet))[:1])
    found, _ = await open_questions(stand, 0, 10)
    assert [one.member.number for one in found] == [2]
