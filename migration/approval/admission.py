"""Whose decision counts. The same rules for the page, the API and the platform's event callback, when it is given and
again when it is carried out.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from migration.approval.approval import Approval, ApprovalEvent, Via
from migration.asking.people import KINDS, folded, is_identifier, kinds_of
from migration.asking.settings import Settings
from migration.values.answer import Refusal

IDENTITY_REQUIRED = "IdentityRequired"  # signing in would help

type Identifiers = Sequence[str]


class Decider(NamedTuple):
    """Who decides, as far as we know: `name` is None where only the form, the body or the event says it.

    `identifiers` are object id, user name and roles of a signed-in user, or, `by_link`, the name a link was sent to.
    A program that is signed in, a role and a team are nobody in particular: whoever acts for them has to say who they
    are.
    """

    name: str | None
    identifiers: tuple[str, ...]
    via: Via
    by_link: bool = False

    @property
    def verified(self) -> bool:
        return self.name is not None


def holder_of(link: str | None, via: Via) -> Decider:
    """Return who decides by the link that was sent to this name: that of a role or a team is nobody's in particular."""
    return Decider(link, (link,), via, by_link=True) if link and is_identifier(link) else Decider(None, (), via)


def admit(
    event: ApprovalEvent,
    decider: Decider,
    requesters: Iterable[Identifiers],
    settings: Settings,
    *,
    decision_id: str,
    checks: Sequence[str] = (),
    meaning: str = "",
) -> Approval | Refusal:
    """Decide whether an answer may count. Of who is not verified, their word is all there is for who decided.

    `requesters` are the identifiers of each person who ever asked.
    """
    refusal = objection(event.approver, decider.identifiers, requesters, settings, verified=decider.verified)
    return refusal or Approval(
        decision=event.decision,
        approver=event.approver,
        image_version_id=event.image_version_id,
        comment=event.comment,
        id=decision_id,
        via=decider.via,
        verified=decider.verified,
        by_link=decider.by_link,
        identifiers=list(decider.identifiers),
        checks=list(checks),
        meaning=meaning,
    )


def anyone_named(settings: Settings) -> bool:
    """Tell whether a name that is not verified is enough to decide."""
    return not any(_demands(settings).values())


def outdated(approval: Approval, requesters: Iterable[Identifiers], settings: Settings, meaning: str) -> Refusal | None:
    """Say that an approval counts no more by the rules of this moment: whoever may not give it now, has not given it.

    `meaning` is that of the checks as they are made now: what somebody was shown to be checked must be what is.
    """
    if approval.meaning and approval.meaning != meaning:
        message = "what is checked means something else by now than what the approver was shown: ask again"
        return Refusal(code="ChecksChanged", message=message)
    refusal = objection(approval.approver, approval.identifiers, requesters, settings, verified=approval.verified)
    if refusal is None:
        return None
    return refusal.changed(message=f"by the rules of now it does not count: {refusal.message}; ask again")


def unapprovable(links: Iterable[str | None], requesters: Sequence[Identifiers], settings: Settings) -> Refusal | None:
    """Say why nobody may ever decide where nobody can sign in, or None: neither who is only named, nor anybody who gets
    one of these personal links.
    """
    deciders = [Decider(None, (), "api"), *(holder_of(link, "page") for link in links)]
    found = [objection(one.name, one.identifiers, requesters, settings, verified=one.verified) for one in deciders]
    refusals = [refusal for refusal in found if refusal]
    if len(refusals) < len(found):
        return None
    return next((one for one in refusals if one.code != IDENTITY_REQUIRED), refusals[0])


def _demands(settings: Settings) -> dict[str, bool]:
    return {
        "MIGRATION_REQUIRE_IDENTITY": settings.require_identity,
        "MIGRATION_FOUR_EYES": settings.four_eyes,
        "MIGRATION_APPROVERS": bool(settings.approvers),
    }


def objection(
    approver: str | None,
    identifiers: Sequence[str],
    requesters: Iterable[Identifiers],
    settings: Settings,
    *,
    verified: bool,
) -> Refusal | None:
    """Say why somebody may not decide, or None. `approver` is None where they have not said who they are.

    A list of approvers and four eyes need to know whose they are: a name anyone may type is not enough there either.
    """
    if not verified and not anyone_named(settings):
        rule = next(rule for rule, holds in _demands(settings).items() if holds)
        message = f"only a signed-in user or the one person a link was sent to may decide ({rule})"
        return Refusal(code=IDENTITY_REQUIRED, message=message)
    known = folded([*([approver] if approver else []), *identifiers])
    if approver is not None and settings.approvers and not known & folded(settings.approvers):
        return Refusal(code="NotAnApprover", message=f"{approver} is not one of MIGRATION_APPROVERS")
    return _four_eyes(approver, known, [folded(one) for one in requesters]) if settings.four_eyes else None


def _four_eyes(approver: str | None, known: set[str], requesters: Sequence[set[str]]) -> Refusal | None:
    """Two people are told apart by what both have: object ids, or user names. Without that nobody may decide.

    Of somebody who asked and of whom nothing is known, nobody can be told apart; it is enough then that whoever asked
    last is known.
    """
    if approver is not None and any(known & one for one in requesters):
        message = f"{approver} asked for this migration and cannot decide about it (MIGRATION_FOUR_EYES)"
        return Refusal(code="FourEyes", message=message)
    kinds = kinds_of(known) if approver is not None else KINDS
    named = [one for one in requesters[:-1] if kinds_of(one)]
    if all(kinds_of(one) & kinds for one in [*named, *requesters[-1:]]) and requesters:
        return None
    message = (
        "it is not known who asked for this migration in a way that tells them from the approver; somebody who is"
        " signed in must ask again first, and another approve (MIGRATION_FOUR_EYES)"
    )
    return Refusal(code="RequesterUnknown", message=message)


def other_person(approver: str, name: str, identifiers: Sequence[str]) -> Refusal | None:
    """Say that a signed-in user is not the one a link was sent to: by object id, user name or app role."""
    if approver.casefold() in folded(identifiers):
        return None
    message = f"this link was sent to {approver}, and you are signed in as {name}"
    return Refusal(code="OtherPerson", message=message)
