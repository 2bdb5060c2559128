"""Records that somebody edited, by which a step would delete: what is no approval of this version that
its question allows sends nothing.
"""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from migration.approval.approval import Decision
from migration.course import steps
from migration.record.deletion import sending
from migration.record.image_record import ImageRecord
from migration.record.question import Decided, Stage
from migration.values.answer import Refusal
from migration.values.ids import same_id
from migration.values.lengths import STORED
from migration.values.outcome import Phase
from records import store
from records.chunks import as_json, split
from records.errors import RecordsUnavailableError
from tests.fuzz.estate import approval_of, record_of
from tests.fuzz.from_schema import mutated
from tests.support.samples import NOW, SOURCE
from tests.support.stage.real_steps import registered_activities

FUZZ = settings.get_profile("fuzz")
VALIDITY = timedelta(hours=24)


def at_its_delete(image_id, stage):
    """A record whose run is about to delete, with a question at this stage; approved, if that follows."""
    record = record_of(image_id, Phase.DELETING_SOURCE, promoted=True)
    question = record.run.question.changed(stage=stage)
    if stage in {Stage.APPROVED, Stage.SENDING}:
        question = question.changed(decided=Decided(approval=approval_of(record), at=NOW))
    return record.changed(run=record.run.changed(question=question))


APPROVED = at_its_delete(SOURCE, Stage.APPROVED)


def send(record):
    return sending(record, APPROVED.run.id, APPROVED.run.question.id, "attempt", NOW, VALIDITY)


def test_an_approved_record_sends_its_delete():
    assert not isinstance(send(APPROVED), Refusal)


@settings(FUZZ, max_examples=1500)
@given(mutated(st.just(APPROVED.dump())))
def test_whatever_is_edited_what_sends_a_delete_is_an_approval_of_this_version(document):
    try:
        record = ImageRecord.model_validate(document, context=STORED)
    except (ValueError, TypeError):  # as whoever reads a record takes them
        return
    if isinstance(send(record), Refusal):
        return
    run, question = record.run, record.run.question
    assert (run.id, run.phase, question.id) == (APPROVED.run.id, Phase.DELETING_SOURCE, APPROVED.run.question.id)
    assert question.stage in {Stage.APPROVED, Stage.SENDING}
    approval = question.decided.approval
    assert approval.decision is Decision.APPROVE
    assert Decision.APPROVE in question.allows
    assert same_id(approval.image_version_id, question.copied.image_version_id)
    assert same_id(run.plan.source.id, record.source_image_id)
    assert approval.approver.strip(), "a named human"
    assert run.outcome is None
    assert not (run.plan.soak and not question.soaked_since)
    assert question.decided.at + VALIDITY > NOW


UNAPPROVED = sorted(set(Stage) - {Stage.APPROVED, Stage.SENDING})


def test_no_step_deletes_by_an_edited_record_that_nobody_approved_nor_fails(estate):
    image = estate.azure.seed_image("forged")
    activities, documents = registered_activities(), [at_its_delete(image, stage).dump() for stage in UNAPPROVED]

    @settings(FUZZ, max_examples=60)
    @given(mutated(st.sampled_from(documents)), st.sampled_from(sorted(set(Phase))))
    def holds(document, phase):
        key = APPROVED.changed(source_image_id=image).migration_id
        estate.azure.put_rows([row_of(key, document)])
        for name in (steps.DELETE_SOURCE_IMAGE.name, steps.CONFIRM_DELETE.name, steps.LOOK_AT_QUESTION.name):
            payload = {"run": "run 1", "phase": phase, "migrationId": key}
            try:
                estate.app.do(activities[name](payload))
            except RecordsUnavailableError:
                continue  # waited for without end, and decides nothing
        assert estate.azure.exists(image)

    try:
        holds()
    finally:
        estate.put_back()


def row_of(migration_id, document):
    return {
        "PartitionKey": store.PARTITION,
        "RowKey": migration_id,
        "format": 2,
        "live": True,
        **split(as_json(document)),
    }
