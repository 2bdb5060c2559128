"""What the page offers to decide as things stand, with the commands and links that it shows."""

import shlex

import pytest

from migration.approval.approval import Decision
from migration.promise.evidence import Consumer, Evidence
from migration.record.asked import Asked, asked_of
from migration.resources.lock import Lock
from migration.runbook.guide import cure
from migration.values.ids import instance_id_for
from migration.values.outcome import Phase
from steering.gathering.judging import outlook_of
from tests.support.samples import (
    DEFAULTS,
    NOW,
    SOURCE,
    make_copied,
    make_image,
    make_plan,
    make_question,
    make_run,
    make_version,
)
from triggers.page.trying import clean_up_command
from triggers.page.trying import test_command as command
from web.pages import at_portal, breakable

OURS = make_version(published_at=make_copied().published_at)
SEEN = Evidence(read_at=NOW).having(image=make_image(), version=OURS, consumers=[], locks=[], mentions=[])
LOCKED = SEEN.having(locks=[Lock(name="keep", level="CanNotDelete")])
EVERY, KEEPING, REJECT = list(Decision), [Decision.ACCEPT, Decision.REJECT], [Decision.REJECT]


def asking(*allows: Decision, **planned) -> Asked:
    question = make_question(allows=list(allows or EVERY))
    run = make_run(Phase.AWAITING_APPROVAL, plan=make_plan(**planned), question=question)
    asked = asked_of(instance_id_for(SOURCE), run)
    assert asked is not None
    return asked


@pytest.mark.parametrize(
    ("evidence", "offers"),
    [
        (SEEN, EVERY),
        (LOCKED, KEEPING),
        (SEEN.having(consumers=[Consumer(id="/subscriptions/s/vmss", kind="scale-sets")]), KEEPING),
        (SEEN.having(image=make_image(tags={"migrate-to-gallery-options": "delete-source=never"})), KEEPING),
        (SEEN.having(image=None), KEEPING),
        (SEEN.having(version=None), REJECT),
        (SEEN.having(version=OURS.changed(replication=[])), REJECT),
        (SEEN.having(version=None, image=None), REJECT),
        (Evidence(read_at=NOW), REJECT),
    ],
)
def test_only_what_can_be_done_as_things_stand_is_offered(evidence: Evidence, offers: list[Decision]):
    assert outlook_of(asking(), evidence, None, DEFAULTS).offers == offers
    accepting = [one for one in offers if one is not Decision.APPROVE]
    assert outlook_of(asking(*KEEPING), evidence, None, DEFAULTS).offers == accepting


def test_what_stands_against_a_delete_comes_with_its_cure():
    assert outlook_of(asking(), SEEN, None, DEFAULTS).against == []
    (lock,) = outlook_of(asking(), LOCKED, None, DEFAULTS).against
    assert lock == ("Locked by keep (CanNotDelete)", cure("SourceLocked"))
    assert cure("SourceLocked") != cure("Whatever")


def test_where_no_source_is_deleted_the_checks_are_those_of_the_version():
    words = [check.words for check in outlook_of(asking(*KEEPING), LOCKED, None, DEFAULTS).checks]
    assert [one for one in words if "source" in one.lower()] == []
    assert words == [check.words for check in outlook_of(asking(), SEEN.having(image=None), None, DEFAULTS).checks]


@pytest.mark.parametrize("system", ["Linux", "Windows"])
def test_the_test_machine_has_a_group_of_its_own_that_is_removed_with_it(system: str):
    """`<test-group>` and `<password>` were redirections to a shell."""
    asked = asking(source=make_image(os_type=system))
    made, removed = shlex.split(command(asked)), shlex.split(clean_up_command(asked))
    group = removed[removed.index("--name") + 1]
    assert made[made.index("--resource-group") + 1] == made[made.index("--name") + 1] == group
    assert group.endswith(asked.migration_id[-6:])
    assert not {"<", ">"} & set(command(asked))
    assert ("--generate-ssh-keys" in made) == (system == "Linux")


def test_ids_break_after_slashes_and_commands_between_words_alone():
    text = "az vm create \\\n  --image /subscriptions/s/images/<web>"
    parts = str(breakable(text)).split("<span>")
    assert parts[0] == "az vm create \\\n  "
    unbroken = [part.partition("</span>")[0] for part in parts[1:]]
    assert unbroken == ["--image", "/subscriptions/", "s/", "images/", "&lt;web&gt;"]
    assert breakable(text).striptags() == " ".join(text.split())


def test_a_link_to_the_portal_is_that_of_the_resource():
    assert at_portal(SOURCE, "https://portal.azure.us") == f"https://portal.azure.us/#@/resource{SOURCE}"
    assert "%22" in at_portal('/subscriptions/"', "https://portal.azure.com")
