"""Every rule and actor changed at every moment between the approval and the delete: the delete obeys the last word."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from activities import delete_source_image, promote_image_version
from migration.course import steps
from migration.users.kinds import ALWAYS
from tests.support.samples import make_image
from tests.support.stage.hooks import Real
from tests.support.stage.play import Play

TAG = "migrate-to-gallery"
ADA = "ada@contoso.com"

type Change = Callable[[Play], object]


def _new_meaning(play: Play) -> None:
    for module in (promote_image_version, delete_source_image):
        play._patch.setattr(module, "meaning", lambda _: "another")


def _tags(**tags: str) -> Change:
    return lambda play: setattr(play.azure, "image", make_image(tags=tags))


RULES: dict[str, tuple[Change, str]] = {
    "taken off the approvers": (lambda play: play.configure(approvers="grace@contoso.com"), "NotAnApprover"),
    "four eyes": (lambda play: play.configure(four_eyes="true"), "FourEyes"),
    "never, by setting": (lambda play: play.configure(delete_source="never"), "DeletionLocked"),
    "never, by tag": (_tags(**{f"{TAG}-options": "delete-source=never"}), "KeptByTag"),
    "the owner's tag": (_tags(**{TAG: "another_gallery"}), "RequestWithdrawn"),
    "another meaning of the checks": (_new_meaning, "ChecksChanged"),
    "a cancel": (lambda play: play.cancel(), "Cancelled"),
}
MOMENTS = {
    "before it is promoted": steps.PROMOTE_IMAGE_VERSION.name,
    "while it is promoted": steps.CHECK_REPLICATION.name,
    "before the delete": steps.DELETE_SOURCE_IMAGE.name,
}


def asked(play: Play) -> list[tuple[str, str]]:
    """A migration that waits for somebody who asked for it herself, which nothing forbids yet; gives back how runs end.

    A tag that is there at the end starts another one.
    """
    ends: list[tuple[str, str]] = []

    def ending(told: Any, real: Real) -> Any:
        ends.append(play.outcome)
        return real(told)

    play.start(ADA).until("AwaitingApproval").change_requesters([ADA])
    play.hooks[steps.RECORD_OUTCOME.name] = ending
    return ends


def meaning_now() -> str:
    """As the step knows it, which a test may have changed."""
    promoting: Any = promote_image_version
    return str(promoting.meaning(ALWAYS))


def decided(play: Play, ends: list[tuple[str, str]], end: tuple[str, str]) -> None:
    """Approve, and see how the run ends that was approved."""
    play.approve(approver=ADA, meaning=meaning_now()).stage.advance(timedelta(minutes=30))
    assert ends == [end]
    assert play.azure.asked["start_delete"] == 0


def end_by(rule: str) -> tuple[str, str]:
    return "Cancelled" if rule == "a cancel" else "SourceKept", RULES[rule][1]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("rule", RULES)
def test_the_delete_obeys_the_last_word(play: Play, rule: str, moment: str):
    ends, changed = asked(play), []

    def change(told: Any, real: Real) -> Any:
        if not changed:
            changed.append(RULES[rule][0](play))
        return real(told)

    play.hooks[MOMENTS[moment]] = change
    decided(play, ends, end_by(rule))
    assert changed


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_changes_while_users_are_looked_for_counts(play: Play, rule: str):
    """After the approval has been read, and before copy and source are: judged by what is true last."""
    ends = asked(play)

    async def looking(*_: Any) -> list[Any]:
        await asyncio.to_thread(RULES[rule][0], play)
        return []

    play.azure.answers["find_consumers"] = looking
    decided(play, ends, end_by(rule))


@pytest.mark.parametrize("moment", MOMENTS)
def test_identity_demanded_after_an_approval_by_somebody_not_verified_keeps_the_source(play: Play, moment: str):
    play.start().until("AwaitingApproval")
    play.hooks[MOMENTS[moment]] = lambda told, real: (play.configure(require_identity="true"), real(told))[1]
    play.answer().until("Done")
    assert play.outcome == ("SourceKept", "IdentityRequired")
    assert play.azure.asked["start_delete"] == 0
