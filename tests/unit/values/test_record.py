"""Values change only to what they may be, and what a later release has stored beside them outlives this one's write."""

from datetime import timedelta
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from pydantic import ValidationError

import migration
from migration.record.image_record import Answered, ImageRecord
from migration.record.question import Stage
from migration.values.outcome import Outcome, OutcomeKind, Phase
from migration.values.value import Stored, Value
from tests.support.samples import NOW, changed, make_outcome, make_question, make_record, make_run
from tests.unit.stages import at_stage


class Span(Value):
    length: timedelta
    names: list[str] = []


def test_a_change_of_a_field_that_is_none_is_a_bug_and_not_a_new_field():
    """A misspelt field was written into the record, and the old one counted on."""
    values: tuple[Any, ...] = (Span(length=timedelta(1)), make_run(), make_question(), make_record())
    for value in values:
        with pytest.raises(TypeError, match="has no field lenght"):
            value.changed(lenght=1)


@pytest.mark.parametrize(
    ("value", "change"),
    [
        (make_question(), {"stage": "settled"}),
        (make_question(), {"asked_at": "yesterday"}),
        (make_run(), {"phase": "Dreaming"}),
        (make_run(), {"requesters": ["Eve"]}),
        (make_outcome(), {"kind": "Lost"}),
        (Span(length=timedelta(1)), {"length": None}),
    ],
)
def test_a_change_to_a_value_that_makes_no_sense_is_refused(value: Value, change: dict[str, Any]):
    with pytest.raises(ValidationError):
        changed(value, change)


def test_a_change_makes_another_value_and_leaves_the_first():
    before = make_question()
    after = before.changed(stage=Stage.APPROVED)
    assert (before.stage, after.stage) == (Stage.OPEN, Stage.APPROVED)
    assert before.changed() == before
    with pytest.raises(ValidationError):
        setattr(before, "stage", Stage.APPROVED)  # noqa: B010 - mypy refuses it, too


def test_what_a_later_release_has_stored_survives_a_change_and_a_write():
    """Older code read a record, changed a field, and wrote away what it did not know."""
    document = at_stage(Stage.APPROVED).dump()
    document |= {"holds": ["until audited"]}
    document["run"] |= {"budget": {"euros": 3}}
    document["run"]["question"] |= {"second": "opinion"}
    document["run"]["start"]["patience"] |= {"tea": "P1D"}
    record = ImageRecord.model_validate(document)
    assert record.run is not None
    changed = record.changed(updated_at=NOW, run=record.run.changed(question=record.run.question.changed(reminded=1)))
    written = changed.dump()
    assert written["holds"] == ["until audited"]
    assert written["run"]["budget"] == {"euros": 3}
    assert written["run"]["question"]["second"] == "opinion"
    assert written["run"]["start"]["patience"]["tea"] == "P1D"
    assert ImageRecord.model_validate(written) == changed


def test_what_crosses_a_boundary_and_is_not_stored_ignores_what_it_does_not_know():
    read = Span.model_validate({"length": "P1D", "colour": "blue"})
    assert read == Span(length=timedelta(days=1))
    assert "colour" not in read.dump()


def stored_kinds(kind: type[Value] = Stored) -> list[type[Value]]:
    return [one for sub in kind.__subclasses__() for one in [sub, *stored_kinds(sub)]]


def test_the_record_and_all_that_was_decided_in_it_is_of_the_stored_kind():
    names = {kind.__name__ for kind in stored_kinds()}
    assert names >= {"ImageRecord", "Run", "Question", "Decided", "Deletion", "Approval", "Link", "OwedNotice"}
    assert names >= {"Answered", "Person", "AuditEntry", "MigrationStart", "Patience", "Status"}


# What Azure says, or who asks: kept as it was said.
AS_IT_WAS_SAID = {
    ("MigrationRequest", "end_of_life_date"),
    ("Plan", "end_of_life_date"),
    ("RegionReplication", "completed_at"),
    ("ManagedImage", "created_at"),
}


def test_every_moment_that_is_kept_has_its_zone_and_is_one_of_our_time():
    """One without a zone can be compared with no other: whoever met it failed, and could not tell of what."""
    for module in walk_packages(migration.__path__, "migration."):
        import_module(module.name)
    kinds = [kind for kind in stored_kinds() if kind.__module__.split(".")[1] not in {"telling", "promise"}]
    said = {
        (one, name): f"{field.annotation} {field.metadata}" for one in kinds for name, field in one.model_fields.items()
    }
    moments = {known: form for known, form in said.items() if "datetime.datetime" in form or "AwareDatetime" in form}
    bare = {(kind.__name__, name) for (kind, name), form in moments.items() if "datetime(9000, 1, 1" not in form}
    assert bare == AS_IT_WAS_SAID
    assert len(moments) > 20


def test_an_unknown_field_of_what_is_answered_is_kept_too():
    read = Answered.model_validate({"fingerprint": "f", "content": "c", "mood": "good"})
    assert read.changed(off=True).dump()["mood"] == "good"


def test_an_outcome_is_told_in_the_words_of_its_record():
    outcome = Outcome(kind=OutcomeKind.MIGRATED, code="C", reason="r", step=Phase.DONE)
    told = {"kind": "Migrated", "code": "C", "reason": "r", "step": "Done"}
    assert outcome.dump() == told | {"source": "gone", "onlyCopy": True, "leftBehind": [], "problems": []}
