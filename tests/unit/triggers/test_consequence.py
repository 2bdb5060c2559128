"""What approving would do, as programs are told: what goes, what stays, what becomes eligible as latest."""

import pytest

from migration.approval.approval import Decision
from migration.promise.evidence import Evidence, Part
from migration.record.asked import Asked, asked_of
from migration.values.answer import Refusal
from migration.values.outcome import Phase
from steering.gathering.judging import consequence
from tests.support.samples import NOW, OWN_ID, SOURCE, VERSION, make_image, make_question, make_run, make_version

SEEN = Evidence(read_at=NOW).having(image=make_image(), version=make_version(), older=None)
IN_USE = Refusal(code="SourceInUse", message="in use")


def question(*allows: Decision) -> Asked:
    asked = asked_of(OWN_ID, make_run(Phase.AWAITING_APPROVAL, question=make_question(allows=list(allows))))
    assert asked is not None
    return asked


DELETES = question(Decision.APPROVE, Decision.ACCEPT, Decision.REJECT)
KEEPS = question(Decision.ACCEPT, Decision.REJECT)


@pytest.mark.parametrize(
    ("asked", "evidence", "refusal", "deletes", "keeps"),
    [
        (DELETES, SEEN, None, SOURCE, [VERSION]),
        (DELETES, SEEN, IN_USE, None, [VERSION, SOURCE]),
        (KEEPS, SEEN, None, None, [VERSION, SOURCE]),
        (DELETES, SEEN.having(image=None), None, None, [VERSION]),
        (DELETES, SEEN.having(version=None), IN_USE, None, [SOURCE]),
        (DELETES, Evidence(read_at=NOW), IN_USE, None, [SOURCE]),
    ],
)
def test_what_is_gone_is_neither_deleted_nor_kept_and_what_is_in_the_way_keeps_the_source(
    asked: Asked, evidence: Evidence, refusal: Refusal | None, deletes: str | None, keeps: list[str]
):
    told = consequence(asked, evidence, refusal)
    assert (told.deletes, told.keeps) == (deletes, keeps)
    assert told.promotes == (VERSION if VERSION in keeps else None)


def test_a_version_that_stays_out_of_latest_for_its_age_is_not_promoted_and_the_reason_is_told():
    older = SEEN.having(older=Refusal(code="OlderThanLatest", message="version 1.0.3 is newer"))
    told = consequence(DELETES, older, None)
    assert (told.promotes, told.stays_excluded) == (None, "version 1.0.3 is newer")
    assert (told.deletes, told.keeps) == (SOURCE, [VERSION])


def test_it_is_not_told_to_become_latest_where_nobody_could_look():
    refused = Refusal(code="AuthorizationFailed", message="it may not be read")
    told = consequence(DELETES, SEEN.lacking(Part.OLDER, refused), None)
    assert (told.promotes, told.stays_excluded) == (None, "it may not be read")
