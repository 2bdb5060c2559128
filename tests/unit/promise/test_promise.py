"""The promise: each reason not to delete the source is one, and only when none is left it may go."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.promise.checks import (
    CHECKS,
    PromiseCheck,
    decisive,
    judge,
    not_shown,
    of_version,
    promise_kept,
    promise_refusal,
    rows,
)
from migration.promise.evidence import Consumer, Evidence, Part
from migration.promise.rules import Facts, promoted, shallow_refusal, version_refusal
from migration.promise.users import UNSEEN, unused
from migration.resources.lock import Lock
from migration.users.kinds import ALWAYS
from migration.values.answer import Refusal
from tests.support.samples import (
    NOW,
    PUBLISHED_AT,
    SOURCE,
    VERSION,
    done,
    make_copied,
    make_image,
    make_plan,
    make_version,
    replica,
    targets,
)

OURS = make_version(tags={"source-content": "first"}, region_deletion_allowed=False)

PREMIUM = [one.changed(storage_account_type="Premium_LRS") for one in targets("eastus", "westus2")]

SCALE_SET = Consumer(id="/subscriptions/s/vmss", kind="scale-sets")
MACHINE = Consumer(id="/subscriptions/s/vm", kind="machines-without-own-disk")
LOCK = Lock(name="keep", level="CanNotDelete")
HIDDEN = Refusal(code="UsersNotVisible", message="who uses the source image cannot be seen in /subscriptions/s")


def test_a_version_that_holds_the_plan_is_not_refused():
    assert version_refusal(make_version(), make_plan()) is None
    assert version_refusal(make_version(source_id=SOURCE.upper()), make_plan()) is None
    assert shallow_refusal(make_version()) is None


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"source_id": f"{SOURCE}2"}, "VersionFromAnotherSource", "web2"),
        ({"source_id": None}, "VersionFromAnotherSource", "None"),
        ({"provisioning_state": "Failed"}, "ReplicationFailed", "could not be built"),
        ({"provisioning_state": "Updating"}, "ReplicationIncomplete", "provisioning state is Updating"),
        ({"replication": done("eastus")}, "ReplicationIncomplete", "region westus2 is Unknown at 0 %"),
        ({"target_regions": targets("eastus")}, "ReplicationIncomplete", "westus2 is not among"),
        (
            {"target_regions": targets("eastus", "westus2", replicas=0)},
            "ReplicationIncomplete",
            "region eastus has 0 replicas, not 1",
        ),
        (
            {
                "replication": [
                    *done("eastus"),
                    replica("westus2", "Failed", details="quota"),
                ]
            },
            "ReplicationFailed",
            "westus2: quota",
        ),
    ],
)
def test_a_version_that_holds_less_is_refused_with_the_reason(changes: dict[str, Any], code: str, message: str):
    refusal = version_refusal(make_version(**changes), make_plan())
    assert refusal is not None
    assert refusal.code == code
    assert message in refusal.message


@given(
    states=st.tuples(*[st.sampled_from(["Unknown", "Replicating", "Completed", "Failed"])] * 2),
    provisioning=st.sampled_from(["Creating", "Updating", "Failed", "Succeeded", "Deleting", "Migrating"]),
    replicas=st.integers(0, 2),
)
def test_only_a_complete_version_is_not_refused(states: tuple[str, str], provisioning: str, replicas: int):
    version = make_version(
        provisioning_state=provisioning,
        replication=[replica(n, s) for n, s in zip(("eastus", "westus2"), states, strict=True)],
        target_regions=targets("eastus", "westus2", replicas=replicas),
    )
    complete = states == ("Completed", "Completed") and provisioning == "Succeeded" and replicas >= 1
    assert (version_refusal(version, make_plan()) is None) == complete


@pytest.mark.parametrize("mode", ["Shallow", "Unknown", ""])
def test_a_version_that_is_not_a_full_copy_is_refused(mode: str):
    refusal = shallow_refusal(make_version(replication_mode=mode))
    assert refusal is not None
    assert refusal.code == "ShallowReplication"


def test_regions_that_somebody_added_have_to_be_complete_too():
    """A plan with fewer regions than the version has passed the last check while the others were still copying."""
    more = make_version(target_regions=targets("eastus", "westus2", "northeurope"))
    refusal = version_refusal(more, make_plan())
    assert refusal is not None
    assert (refusal.code, "northeurope" in refusal.message) == ("ReplicationIncomplete", True)
    complete = more.changed(replication=done("eastus", "westus2", "northeurope"))
    assert version_refusal(complete, make_plan()) is None


def evidence(**changes: Any) -> Evidence:
    """Everything that can be read, as it is where the promise holds."""
    facts: dict[str, Any] = {"image": make_image(), "version": OURS, "consumers": [], "locks": [], "mentions": []}
    facts |= {"machines": [], "older": None}
    return Evidence(read_at=NOW).having(**facts | changes)


def facts(read: Evidence, withdrawn: Refusal | None = None) -> Facts:
    """What a rule judges, of an image whose delete is still wished for unless told otherwise."""
    return Facts(read, make_plan(), make_copied(), withdrawn, ALWAYS)


def test_a_source_that_nothing_uses_may_go():
    assert promise_refusal(facts(evidence())) is None


def test_a_version_whose_tags_were_replaced_is_known_by_its_date():
    assert promise_refusal(facts(evidence(version=OURS.changed(tags={})))) is None


def test_a_source_that_is_gone_is_not_deleted_and_its_copy_comes_first():
    gone = promise_refusal(facts(evidence(image=None)))
    assert gone is not None
    assert gone.code == "SourceGone"
    refusal = promise_refusal(facts(evidence(image=None, version=None)))
    assert refusal is not None
    assert refusal.code == "VersionNotFound"


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"image": make_image(content="second")}, "SourceChanged", "other disks"),
        ({"image": make_image(created_at=PUBLISHED_AT)}, "SourceChanged", "made after the image version"),
        ({"image": make_image(created_at=NOW)}, "SourceChanged", "made after the image version"),
        ({"image": make_image(created_at=None)}, "CannotTellApart", "source image was made"),
        ({"version": OURS.changed(published_at=None)}, "VersionReplaced", "made again"),
        ({"version": OURS.changed(published_at=NOW)}, "VersionReplaced", "made again"),
        ({"version": OURS.changed(id=VERSION + "1")}, "NotApproved", "another image version"),
        ({"version": OURS.changed(replication_mode="Shallow")}, "ShallowReplication", ""),
        ({"consumers": [SCALE_SET]}, "SourceInUse", "scale set /subscriptions/s/vmss"),
        (
            {"consumers": [SCALE_SET, MACHINE]},
            "SourceInUse",
            "scale set /subscriptions/s/vmss, virtual machine without",
        ),
        ({"locks": [LOCK]}, "SourceLocked", "keep (CanNotDelete)"),
        ({"image": make_image(content="second"), "consumers": [SCALE_SET], "locks": [LOCK]}, "SourceInUse", ""),
        ({"version": OURS.changed(region_deletion_allowed=True)}, "NotPromoted", "its replicas can be deleted"),
        ({"version": OURS.changed(exclude_from_latest=True)}, "NotPromoted", "still excluded from latest"),
        ({"version": OURS.changed(target_regions=PREMIUM)}, "StoredOtherwise", "replicas in eastus, westus2"),
    ],
)
def test_a_source_that_must_stay_is_refused_with_the_reason(changes: dict[str, Any], code: str, message: str):
    refusal = promise_refusal(facts(evidence(**changes)))
    assert refusal is not None
    assert refusal.code == code
    assert message in refusal.message


@pytest.mark.parametrize(
    ("planned", "has", "code"),
    [
        ("Standard_ZRS", "Standard_LRS", "StoredOtherwise"),
        ("Standard_LRS", "Standard_ZRS", "StoredOtherwise"),
        ("Standard_LRS", "standard_lrs", None),
    ],
)
@pytest.mark.parametrize("preferred", [True, False])
def test_a_replica_that_is_stored_otherwise_than_was_shown_keeps_the_source_also_where_zones_were_only_preferred(
    preferred: bool, planned: str, has: str, code: str | None
):
    """Somebody approved replicas in zones, and the source went though there were others in one zone by then."""
    names = targets("eastus", "westus2")
    wanted = [one.changed(storage_account_type=planned, preferred=preferred) for one in names]
    version = OURS.changed(target_regions=[one.changed(storage_account_type=has) for one in names])
    judged = Facts(evidence(version=version), make_plan(target_regions=wanted), make_copied(), None, ALWAYS)
    refusal = promise_refusal(judged)
    assert (refusal.code if refusal else None) == code


def test_a_source_whose_delete_is_not_wished_for_any_more_stays_and_the_checks_say_so():
    """The page said that all checks were met of an image whose tag keeps it."""
    never = Refusal(code="KeptByTag", message="the tag says delete-source=never")
    assert promise_refusal(facts(evidence(), never)) == never
    unmet = [check.text for check in judge(facts(evidence(), never)) if not check.good]
    assert unmet == ["The tag says delete-source=never"]


def test_of_a_source_that_is_gone_no_check_says_that_it_is_the_one_that_was_copied():
    met = [check.words for check in judge(facts(evidence(image=None))) if check.good]
    assert not [words for words in met if "source image exists" in words or "was copied" in words or "setting" in words]
    met = [check.words for check in judge(facts(evidence(version=None))) if check.good]
    assert not [words for words in met if "replica" in words]


def test_what_changed_is_named_by_its_fields():
    """An unrelated tag was told as "the source image", and people looked for what was wrong with it."""
    shown = evidence().digest(decisive(ALWAYS))
    tagged = evidence(image=make_image(tags={"team": "web"}), version=OURS.changed(exclude_from_latest=True))
    changes = tagged.changes_since(shown, decisive(ALWAYS))
    assert changes == ["the image version or its replicas (exclude from latest)", "the source image (tags)"]
    assert evidence(image=None).changes_since(shown, decisive(ALWAYS)) == ["the source image, which is gone"]
    assert evidence(locks=[LOCK]).changes_since(shown, decisive(ALWAYS)) == ["the locks on the source image"]


def test_a_version_that_was_left_out_of_latest_for_its_age_lets_its_source_go():
    out, newer = OURS.changed(exclude_from_latest=True), Refusal(code="OlderThanLatest", message="an older image")
    assert promise_refusal(facts(evidence(version=out))._replace(stays_excluded=True)) is None
    open_to_all = evidence(version=out.changed(region_deletion_allowed=True))
    assert promise_refusal(facts(open_to_all)._replace(stays_excluded=True)) is not None
    assert promise_refusal(facts(evidence(version=out, older=newer))) is not None


def test_whoever_decides_must_have_seen_whether_the_version_becomes_latest():
    known, older = evidence(), evidence(older=Refusal(code="OlderThanLatest", message="an older image"))
    assert older.changes_since(known.digest(decisive(ALWAYS)), decisive(ALWAYS)) == [
        "whether a version of a newer image is latest"
    ]


def test_a_copy_and_source_that_both_changed_since_the_question_are_not_what_was_approved():
    both = evidence(image=make_image(content="second"), version=OURS.changed(tags={"source-content": "second"}))
    refusal = promise_refusal(facts(both))
    assert refusal is not None
    assert refusal.code == "SourceChanged"


@pytest.mark.parametrize("users", [5, 6, 1000])
def test_of_many_users_some_are_named_and_all_counted(users: int):
    """Twenty ids and more were longer than what has room in a reason, which was cut inside a word."""
    refusal = unused(facts(evidence(consumers=[MACHINE] * users)))
    assert refusal is not None
    assert refusal.message.count("of its own /") == 5
    assert (f"used by {users} virtual machines without proven disks of their own, among them " in refusal.message) == (
        users > 5
    )


@pytest.mark.parametrize("part", Part)
def test_what_was_not_read_is_not_nothing_found(part: Part):
    """Each part that any blocking row needs keeps the source as long as nobody has read it."""
    unread = evidence().lacking(part, Refusal(code="NotRead", message="it has not been looked at"))
    refusal = promise_refusal(facts(unread))
    needed = any(row.blocks and part in row.needs for row in rows(ALWAYS))
    assert (refusal is not None) == needed
    assert needed == (part not in {Part.MACHINES, Part.MENTIONS, Part.OLDER})
    if part is not Part.OLDER:
        assert any(not check.good for check in judge(facts(unread)))


def test_nothing_that_was_read_refuses():
    assert promise_refusal(facts(Evidence(read_at=NOW))) is not None


@pytest.mark.parametrize("row", rows(ALWAYS), ids=[row.words for row in rows(ALWAYS)])
def test_every_row_that_blocks_keeps_the_source_when_it_says_no(row: PromiseCheck, monkeypatch: pytest.MonkeyPatch):
    no = Refusal(code="Planted", message="no")
    others = [one._replace(rule=lambda _: no) if one is row else one for one in CHECKS]
    monkeypatch.setattr("migration.promise.checks.CHECKS", others)
    refusal = promise_refusal(facts(evidence()))
    assert refusal == (no if row.blocks else None)
    shown = [check.good for check in judge(facts(evidence()))]
    assert shown.count(False) == (not row.once_promoted)
    assert (row.words in promise_kept()) == row.blocks


def test_that_users_may_be_hidden_is_a_check_that_is_not_met_and_a_change_of_what_was_seen():
    known, hidden = evidence(), evidence().lacking(Part.CONSUMERS, HIDDEN)
    (unmet,) = [check for check in judge(facts(hidden)) if not check.good]
    assert str(unmet) == "NOT MET: Who uses the source image cannot be seen in /subscriptions/s"
    assert promise_refusal(facts(hidden)) == HIDDEN
    for one, other in ((known, hidden), (hidden, known)):
        assert one.changes_since(other.digest(decisive(ALWAYS)), decisive(ALWAYS)) == ["who uses the source image"]


def test_what_was_not_looked_for_is_not_gone():
    looked = Evidence(read_at=NOW, unread={})
    assert (looked.source_is_gone, looked.version_is_gone) == (True, True)
    assert not Evidence(read_at=NOW).source_is_gone
    assert not Evidence(read_at=NOW).version_is_gone
    there = looked.changed(image=make_image(), version=make_version())
    assert (there.source_is_gone, there.version_is_gone) == (False, False)


def test_where_no_source_is_deleted_only_what_is_about_the_version_counts():
    facts = Facts(Evidence(read_at=NOW, version=OURS, unread={}), make_plan(), make_copied(), None, ALWAYS)
    every = judge(facts)
    counted = of_version(every)
    assert {check.words for check in counted} == {
        row.words for row in CHECKS if row.needs == (Part.VERSION,) and not row.once_promoted
    }
    assert 0 < len(counted) < len(every)


def test_a_version_that_is_not_there_is_no_promotion_that_went_wrong():
    """That it is gone is another row's to say."""
    assert promoted(Facts(Evidence(read_at=NOW, unread={}), make_plan(), make_copied(), None, ALWAYS)) is None


def test_whoever_was_shown_nothing_is_told_of_all_that_was_not_read():
    said = not_shown()
    assert said[-1] == UNSEEN
    assert len(said) > 1
