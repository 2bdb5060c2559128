"""`latest` is the newest image, in whatever order migrations end: an older one never becomes it by itself."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmNotFoundError, ArmRefusedError
from migration.asking.request import DeleteSource
from migration.course import steps
from migration.resources.gallery import ImageVersion
from migration.resources.operation import Operation
from migration.resources.provenance import creation_tags
from migration.values.ids import instance_id_for
from migration.values.outcome import Phase
from tests.support.samples import COMPUTE, MADE_AT, make_image, make_plan, make_version
from tests.support.stage.play import Play

OLDER, NEWER = MADE_AT - timedelta(days=1), MADE_AT + timedelta(days=1)


def other(name: str, made_at: datetime, *, eligible: bool = True) -> ImageVersion:
    """A version that a migration of another image has made in the same definition."""
    source = make_image(id=f"{COMPUTE}/images/other", name="other", created_at=made_at)
    tags = creation_tags(source, instance_id_for(source.id))
    return make_version(name, source_id=source.id, tags=tags, exclude_from_latest=not eligible)


def is_eligible(version: ImageVersion | None) -> bool:
    assert version is not None
    return not version.exclude_from_latest


@pytest.fixture(params=list(DeleteSource))
def both(request: pytest.FixtureRequest, play: Play) -> Play:
    """A migration that deletes its source after approval, and one that never does."""
    play.azure.plan = make_plan(delete_source=request.param)
    return play


def until_done(play: Play, *, told_older: bool | None = None) -> Play:
    play.told_older = told_older
    if play.run.phase is not Phase.DONE and play.azure.plan.delete_source is DeleteSource.AFTER_APPROVAL:
        play.until("AwaitingApproval").approve()
    play.until("Done").stage.advance(timedelta(minutes=1))
    return play


def test_an_older_image_stays_out_of_latest_and_its_migration_goes_on(both: Play):
    play = both
    play.azure.others = [other("0.9.0", NEWER)]
    until_done(play.start())
    deletes = play.azure.plan.delete_source is DeleteSource.AFTER_APPROVAL
    assert play.outcome == (("Migrated", "Migrated") if deletes else ("SourceKept", "Policy"))
    assert "stays excluded from latest: version 0.9.0, which is latest" in play.ended.reason
    assert not is_eligible(play.azure.version)
    assert play.azure.version is not None
    assert not play.azure.version.region_deletion_allowed
    assert "left out of latest" in play.audited
    assert "promoted" not in play.audited


def test_it_becomes_eligible_where_whoever_asked_says_so(both: Play):
    both.azure.plan = both.azure.plan.changed(origins={"excludeFromLatest": "request"})
    both.azure.others = [other("0.9.0", NEWER)]
    until_done(both.start())
    assert (both.run.stays_excluded, is_eligible(both.azure.version)) == (None, True)


def test_a_setting_that_leaves_versions_in_latest_does_not_say_so(both: Play):
    both.azure.plan = both.azure.plan.changed(origins={"excludeFromLatest": "setting MIGRATION_EXCLUDE_FROM_LATEST"})
    both.azure.others = [other("0.9.0", NEWER)]
    until_done(both.start())
    assert not is_eligible(both.azure.version)


def test_the_older_that_ended_first_makes_room_for_the_newer(both: Play):
    both.azure.others = [other("1.0.7", OLDER), make_version("0.1.0", source_id="/somebody/elses")]
    both.azure.others[1] = both.azure.others[1].changed(exclude_from_latest=True)
    until_done(both.start())
    assert is_eligible(both.azure.version)
    assert not is_eligible(both.azure.others[0])
    assert any("version 1.0.7 was excluded from latest" in note for note in both.run.notes)
    assert both.azure.asked["start_exclusion"] == 1


def test_the_newer_becomes_eligible_before_the_older_is_excluded(both: Play):
    """Or machines made meanwhile would find no version at all."""
    seen = []
    real = both.azure._start_exclusion

    def exclusion(*asked, **more):
        seen.append(is_eligible(both.azure.version))
        return real(*asked, **more)

    both.azure.answers["start_exclusion"] = exclusion
    both.azure.others = [other("1.0.7", OLDER)]
    until_done(both.start())
    assert seen == [True]


def test_an_older_version_that_is_just_being_changed_is_waited_for(both: Play):
    both.azure.others = [other("1.0.7", OLDER)]
    both.azure.answers["start_exclusion"] = ArmRefusedError("Conflict", "it is being updated")
    play = both.start()
    if play.azure.plan.delete_source is DeleteSource.AFTER_APPROVAL:
        play.until("AwaitingApproval").approve()
    play.until("Promoting").stage.advance(timedelta(minutes=10))
    assert (play.run.phase, play.run.obstacles[0].code) == (Phase.PROMOTING, "Conflict")
    del play.azure.answers["start_exclusion"]
    play.until("Done")
    assert not is_eligible(play.azure.others[0])


def becoming_eligible_meanwhile(play: Play) -> None:
    """A newer image becomes eligible between the look at the versions and the promotion of this one."""
    real = play.azure._start_promotion

    def promotion(*asked, **more):
        play.azure.others = [other("0.9.0", NEWER)]
        return real(*asked, **more)

    play.azure.others = [other("0.9.0", NEWER, eligible=False)]
    play.azure.answers["start_promotion"] = promotion


def test_of_two_that_become_eligible_at_once_the_older_steps_back(both: Play):
    becoming_eligible_meanwhile(both)
    until_done(both.start())
    assert (is_eligible(both.azure.version), is_eligible(both.azure.others[0])) == (False, True)
    assert "version 0.9.0 was made from a newer image" in both.ended.reason


def test_one_that_was_overtaken_is_not_deleted_for_whoever_was_told_that_it_becomes_latest(play: Play):
    becoming_eligible_meanwhile(play)
    until_done(play.start(), told_older=False)
    assert play.outcome == ("SourceKept", "LatestChanged")
    assert play.azure.image is not None
    assert not is_eligible(play.azure.version)


@pytest.mark.parametrize(("told_older", "others"), [(False, [other("0.9.0", NEWER)]), (True, [])])
def test_what_changed_since_it_was_approved_is_asked_again(play: Play, told_older: bool, others: list[ImageVersion]):
    play.azure.others = others
    until_done(play.start(), told_older=told_older)
    assert play.outcome == ("SourceKept", "LatestChanged")
    assert (is_eligible(play.azure.version), play.run.promoted, play.azure.asked["start_delete"]) == (False, False, 0)
    play.ask_again("Grace")
    play.stage.advance(timedelta(minutes=1))
    until_done(play, told_older=not told_older)
    assert play.outcome == ("Migrated", "Migrated")
    assert is_eligible(play.azure.version) is told_older


def test_a_version_that_is_gone_is_told_as_gone_whatever_was_told_of_latest(play: Play):
    play.azure.others = [other("0.9.0", NEWER)]
    play.start().until("AwaitingApproval")
    play.azure.version, play.azure.others = None, []
    play.azure.answers["list_versions"] = ArmNotFoundError("ResourceNotFound", "no definition")
    until_done(play, told_older=True)
    assert play.outcome == ("SourceKept", "VersionNotFound")


def test_a_version_that_somebody_took_out_of_latest_after_its_promotion_keeps_the_source(play: Play):
    """They may have found it broken, though what is latest then is of unknown age."""

    def rolled_back(told, real):
        assert play.azure.version is not None
        play.azure.version = play.azure.version.changed(exclude_from_latest=True)
        play.azure.others = [make_version("0.9.0", source_id="/somebody/elses")]
        return real(told)

    play.hooks[steps.DELETE_SOURCE_IMAGE.name] = rolled_back
    until_done(play.start(), told_older=False)
    assert play.outcome == ("SourceKept", "NotPromoted")


def test_the_source_of_a_version_that_another_migration_took_out_is_not_kept_for_ever(play: Play):
    def overtaken(told, real):
        assert play.azure.version is not None
        play.azure.version = play.azure.version.changed(exclude_from_latest=True)
        play.azure.others = [other("0.9.0", NEWER)]
        del play.hooks[steps.DELETE_SOURCE_IMAGE.name]
        return real(told)

    play.hooks[steps.DELETE_SOURCE_IMAGE.name] = overtaken
    until_done(play.start(), told_older=False)
    assert play.outcome == ("SourceKept", "NotPromoted")
    play.ask_again("Grace")
    play.stage.advance(timedelta(minutes=1))
    until_done(play, told_older=True)
    assert play.outcome == ("Migrated", "Migrated")


def test_it_is_judged_by_what_is_latest_when_it_is_promoted_not_when_it_was_planned(play: Play):
    play.azure.plan = make_plan(delete_source=DeleteSource.NEVER, stays_excluded="version 0.9.0 is newer")
    play.start().until("Done")
    assert (play.run.stays_excluded, is_eligible(play.azure.version)) == (None, True)
    assert "stays excluded" not in play.ended.reason


def test_a_promotion_whose_answer_was_lost_is_not_judged_against_itself(both: Play):
    both.azure.others = [other("0.9.0", OLDER)]
    lost = [True]

    def promotion(*asked, **more):
        said = both.azure._start_promotion(*asked, **more)
        if lost:
            lost.pop()
            raise ArmRefusedError("Conflict", "the answer was another's")
        return said

    both.azure.answers["start_promotion"] = promotion
    until_done(both.start())
    assert (both.run.promoted, both.run.stays_excluded) == (True, None)


def test_what_is_excluded_without_effect_is_told_once_and_waited_for_with_patience(play: Play):
    """It was written every few seconds without end, and drove the approval out of the audit."""
    told: list[str] = []
    play.configure(patience="PT30M")
    play.azure.others = [other("1.0.7", OLDER)]

    def excluded(version_id: str, against: Any) -> Any:
        told.append(version_id)
        return against(play.azure.others[0]) or Operation(url="https://x/update", seconds=60)

    play.azure.answers["start_exclusion"] = excluded
    play.start().until("AwaitingApproval").approve()
    play.until("Done")
    assert len(told) == 1
    assert play.outcome == ("SourceKept", "ExclusionInProgress")
    assert play.audited.count("excluded from latest") == 1


@pytest.mark.parametrize("is_seen", ["at once", "after the list"])
def test_a_version_is_told_to_be_out_of_latest_though_the_worker_died_of_excluding_it(play: Play, is_seen: str):
    """Nobody was told why a version of another migration was not latest any more."""
    play.azure.others = [other("1.0.7", OLDER)]
    answered = play.azure._start_exclusion
    died: list[str] = []

    def excluded(version_id: str, against: Any) -> Any:
        said = answered(version_id, against)
        if not died:
            died.append(version_id)
            if is_seen == "after the list":
                play.azure.answers["list_versions"] = late
            raise RuntimeError("the worker died")
        return said

    def late(*_: Any) -> list[ImageVersion]:
        del play.azure.answers["list_versions"]
        return [play.azure.version, other("1.0.7", OLDER)]

    play.azure.answers["start_exclusion"] = excluded
    play.start().until("AwaitingApproval").approve()
    play.until("Done")
    assert died
    assert "list_versions" not in play.azure.answers
    assert any("version 1.0.7 was excluded from latest" in note for note in play.run.notes)
    assert play.audited.count("excluded from latest") == 1
    assert play.run.excluding is None


def test_a_source_stays_where_what_kept_its_version_out_of_latest_is_gone(play: Play):
    """The approver was told that another version is latest; by the delete there was none at all."""
    play.azure.others = [other("0.9.0", NEWER)]
    play.start().until("AwaitingApproval")
    play.told_older = True
    play.azure.progress_then = 50
    play.approve()
    assert play.run.stays_excluded
    play.azure.others = []
    play.azure.progress = 100
    play.until("Done")
    assert (play.outcome, play.azure.image is not None) == (("SourceKept", "LatestChanged"), True)
