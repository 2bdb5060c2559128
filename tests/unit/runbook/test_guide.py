"""What follows from an outcome and from what was seen of its source: for every kind, and every code of the runbook."""

from typing import Any

import pytest

from migration.runbook.guide import ENDINGS, approved_title, guide, row_of
from migration.runbook.row import FOR_API, Row, Who, by_code
from migration.values.outcome import Outcome, OutcomeKind, Phase, SourceSeen
from migration.values.problems import Problem

ROWS = [(kind, code) for kind, ending in ENDINGS.items() for code in ending.rows]


def make(kind: OutcomeKind, source: SourceSeen = SourceSeen.UNKNOWN, **changes: Any) -> Outcome:
    return Outcome(kind=kind, source=source, **{"reason": "because", "code": "Code", "step": Phase.DONE} | changes)


def said_of(outcome: Outcome) -> str:
    return f"{guide(outcome, FOR_API).text} {approved_title(outcome)}"


@pytest.mark.parametrize(("kind", "code"), ROWS)
def test_every_row_says_in_sentences_what_it_means_and_what_to_do(kind: OutcomeKind, code: str):
    row = row_of(make(kind, code=code))
    assert row.why.endswith(".")
    step = guide(make(kind, SourceSeen.THERE, code=code), FOR_API).step
    assert step.endswith(".")
    assert step[:1].isupper()
    assert "{" not in step


@pytest.mark.parametrize("kind", OutcomeKind)
def test_a_code_that_is_nobodys_but_azures_has_the_step_of_its_kind(kind: OutcomeKind):
    told = guide(make(kind, SourceSeen.THERE, code="SomethingOfAzures"), FOR_API)
    assert told.step
    assert told.who


def test_a_code_has_one_row_of_a_kind():
    twice = Row(("Missing",), "It is.", "Do it.", Who.OWNER)
    with pytest.raises(ValueError, match="Missing has two rows"):
        by_code([twice, twice])


@pytest.mark.parametrize("kind", OutcomeKind)
@pytest.mark.parametrize("only_copy", [True, False])
def test_where_the_source_is_gone_nothing_is_named_as_left_behind_or_kept(kind: OutcomeKind, only_copy: bool):
    """The only copy of an image stood in `leftBehind`, and the next action was to remove it."""
    outcome = make(kind, SourceSeen.GONE, only_copy=only_copy, left_behind=["the version"])
    assert outcome.left_behind == []
    said = said_of(outcome)
    assert "only copy" in said
    assert "keep it" in said if outcome.only_copy else "do not remove it" in said
    for untrue in ("is kept", "was kept", "can be removed", "askAgain", "start the migration again"):
        assert untrue not in said
    assert not outcome.can_ask_again


@pytest.mark.parametrize("kind", sorted(set(OutcomeKind) - {OutcomeKind.MIGRATED, OutcomeKind.REFUSED}))
def test_where_nobody_knows_of_the_source_nothing_is_to_be_removed(kind: OutcomeKind):
    outcome = make(kind, left_behind=["the version"], only_copy=True)
    assert (outcome.left_behind, outcome.only_copy) == ([], False)
    assert "remove nothing before you have looked" in guide(outcome, FOR_API).text
    assert "is kept" not in said_of(outcome)


@pytest.mark.parametrize("kind", [OutcomeKind.FAILED, OutcomeKind.CANCELLED])
def test_what_is_left_behind_beside_its_source_may_be_removed(kind: OutcomeKind):
    outcome = make(kind, SourceSeen.THERE, left_behind=["the version"])
    assert outcome.left_behind == ["the version"]
    assert "(outcome.leftBehind) can be removed" in guide(outcome, FOR_API).step
    assert "leftBehind" not in guide(make(kind, SourceSeen.THERE), FOR_API).step


@pytest.mark.parametrize("said", SourceSeen)
def test_whose_source_was_deleted_the_version_is_the_only_copy_whatever_was_stored(said: SourceSeen):
    outcome = Outcome.model_validate(make(OutcomeKind.MIGRATED).dump() | {"source": said.value, "onlyCopy": False})
    assert (outcome.source, outcome.only_copy) == (SourceSeen.GONE, True)
    assert guide(outcome, FOR_API).state == "The source image was deleted: this version is the only copy, keep it."


def test_what_an_earlier_release_has_left_behind_is_not_told_before_anybody_has_looked():
    earlier = {"kind": "Cancelled", "reason": "r", "code": "Cancelled", "step": "AwaitingApproval", "leftBehind": ["v"]}
    assert Outcome.model_validate(earlier).left_behind == []


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("InvalidParameter", "Correct the request"),
        ("RequestDisallowedByPolicy", "policy"),
        ("ScopeLocked", "lock"),
        ("QuotaExceeded", "quota"),
        ("AuthorizationFailed", "right"),
        ("GallerySourceResourceExceedsMaxSize", "smaller"),
        ("MissingSubscriptionRegistration", "Microsoft.Compute"),
        ("ReadOnlyDisabledSubscription", "enabled"),
        ("PropertyChangeNotAllowed", "another image definition"),
        ("VersionExists", "another version number"),
    ],
)
def test_a_refusal_that_repeating_cannot_cure_says_what_to_change(code: str, change: str):
    step = guide(make(OutcomeKind.FAILED, code=code), FOR_API).step
    assert change in step
    assert "it would end the same" in step


def test_what_may_pass_is_started_again():
    assert "it takes up what it created" in guide(make(OutcomeKind.FAILED, code="AzureUnavailable"), FOR_API).step


@pytest.mark.parametrize(("kind", "code"), [one for one in ROWS if one[0] is OutcomeKind.SOURCE_KEPT])
def test_a_version_that_is_not_what_it_was_is_not_told_as_usable(kind: OutcomeKind, code: str):
    """Somebody had built another version under its number, and people were told that it was theirs to use."""
    outcome = make(kind, SourceSeen.THERE, code=code)
    doubted = {
        "VersionReplaced",
        "VersionNotFound",
        "VersionFromAnotherSource",
        "StoredOtherwise",
        "ShallowReplication",
    }
    doubted |= {"ReplicationIncomplete", "ReplicationFailed", "CannotTellApart"}
    doubted |= {"AzureUnavailable", "InProgress", "SettingsInvalid"}  # nobody had looked at it to its end
    doubted |= {"AuthorizationFailed", "LinkedAuthorizationFailed", "RequestDisallowedByPolicy", "ScopeLocked"}
    state = guide(outcome, FOR_API).state
    assert ("Look at the version before anybody uses it" in state, "usable" in state) == (
        (True, False) if code in doubted else (False, True)
    )


def test_of_several_problems_each_says_what_to_correct():
    """The reason had the messages without a code, so that nothing could be looked up."""
    problems = [
        Problem(field="gallery", code="Missing", message="m"),
        Problem(field="eol", code="InThePast", message="m"),
    ]
    step = guide(make(OutcomeKind.REFUSED, code="PlanProblems", problems=problems), FOR_API).step
    assert "gallery: Name a gallery" in step
    assert "eol: Give a later date" in step
    assert step.endswith("Then start the migration again.")


def test_what_cannot_be_migrated_is_not_started_again():
    assert "Then" not in guide(make(OutcomeKind.REFUSED, code="OsDiskTooLarge"), FOR_API).step
