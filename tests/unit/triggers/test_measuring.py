"""What operators are told of: the list, which the clock keeps up to its records."""

from datetime import timedelta

from migration.record.run import Queued
from migration.values.ids import instance_id_for
from migration.values.outcome import Phase
from records.index import note
from telemetry.measuring import Live
from tests.support.samples import NOW, SOURCE, changed, make_ended, make_question, make_record, make_run
from triggers.events.measuring import count_live


async def test_what_lives_is_counted_by_its_phase_with_when_it_was_asked(records):
    asked = make_run(Phase.AWAITING_APPROVAL, question=make_question(asked_at=NOW - timedelta(hours=1)))
    in_line = make_run(Phase.CREATING, queued=Queued(since=NOW, position=3, waiting=7, making=20))
    for number, run in enumerate((make_run(Phase.REPLICATING), asked, in_line, make_ended())):
        source = f"{SOURCE}-{number}"
        known = {"migration_id": instance_id_for(source), "source_image_id": source}
        await note(changed(make_record(run), known), run)
    counted = sorted(await count_live())
    assert counted == [
        Live(Phase.AWAITING_APPROVAL, NOW - timedelta(hours=1)),
        Live(Phase.CREATING, None, waits_for_place=True),
        Live(Phase.REPLICATING, None),
    ]
