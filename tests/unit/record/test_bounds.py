"""What is kept of an image stays of a bounded size, however long it is migrated, refused and asked about."""

from datetime import timedelta

from migration.course.obstacles import MOST_CAUSES, hindered
from migration.record.image_record import MOST_COPIES
from migration.values.answer import Later
from tests.support.samples import NOW, make_copied, make_record, make_run


def test_an_image_that_was_copied_very_often_keeps_the_latest_copies():
    record = make_record(make_run())
    for number in range(3 * MOST_COPIES):
        record = record.with_copy(make_copied(source_content=f"content {number}"))
    assert len(record.copies) == MOST_COPIES
    assert record.copies[-1] == record.run.copied


def test_a_run_that_waits_for_ever_new_causes_keeps_the_latest_of_them():
    run = make_run()
    for number in range(3 * MOST_CAUSES):
        later = Later(seconds=1, reason="busy", code=f"Cause{number}")
        run = hindered(run, later, NOW + timedelta(minutes=number))
    assert [one.code for one in run.obstacles][-1] == f"Cause{3 * MOST_CAUSES - 1}"
    assert len(run.obstacles) == MOST_CAUSES
