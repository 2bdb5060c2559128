"""Approvals: what someone says about a version is hostile input until it has been read here and admitted."""

import json
import unicodedata
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, StringConstraints, ValidationError

from migration.asking.orders import RunOrder
from migration.values.ids import same_id
from migration.values.lengths import LONGEST_ID, LONGEST_PERSON, LONGEST_TOKEN, LONGEST_WORDS
from migration.values.problems import Problem, RequestInvalidError, problems_of
from migration.values.value import Stored, Value


class Decision(StrEnum):
    """What a human decided: delete the source, keep it beside the new version, or leave things as they are."""

    APPROVE = "approve"
    ACCEPT = "accept"
    REJECT = "reject"


# A name people can read in a tag and a log: a letter or digit, no control or direction-changing characters, no line
# breaks, and none of the fillers that count as letters and show nothing.
_UNSEEN = r"\p{C}\p{Zl}\p{Zp}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{3164}\x{FFA0}"
_READABLE = rf"^[^{_UNSEEN}]*[\p{{L}}\p{{N}}&&[^{_UNSEEN}]][^{_UNSEEN}]*$"
_FEWEST_LETTERS = 2
# What an audit, a pause or a tag calls those who are no people.
_NOBODY = {"the app", "app", "azure", "unknown", "holder of a function key", "the setting migration paused"}


def _composed(name: Any) -> Any:
    """Spell a name one way, for all who compare it: letters in other widths and forms become plain ones."""
    return unicodedata.normalize("NFKC", name) if isinstance(name, str) else name


def _somebody(name: str) -> str:
    """Refuse a name of nobody, however it is spaced, dotted and marked, and one with too few letters for a name."""
    shown = (c if c.isalnum() else " " for c in name if not unicodedata.category(c).startswith("M"))
    plain = " ".join("".join(shown).split()).casefold()
    wide = "".join(c * 2 if unicodedata.east_asian_width(c) == "W" else c for c in name)  # one can be a word
    if sum(map(str.isalpha, wide)) < _FEWEST_LETTERS or plain in _NOBODY or plain.startswith("whoever "):
        raise ValueError(f"'{name}' is nobody's name: a person's has at least {_FEWEST_LETTERS} letters")
    return name


Approver = Annotated[
    str,
    BeforeValidator(_composed),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_PERSON, pattern=_READABLE),
    AfterValidator(_somebody),
]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_WORDS)]
Via = Literal["page", "api", "event"]


class ApprovalEvent(Value):
    """A decision as somebody sends it. An event from outside counts only with the question's `callback` token."""

    decision: Decision
    approver: Approver
    image_version_id: Annotated[str, StringConstraints(max_length=LONGEST_ID)]
    comment: Comment = ""
    callback: Annotated[str, StringConstraints(max_length=LONGEST_TOKEN)] | None = None


class DecisionOrder(ApprovalEvent, RunOrder):
    """A decision over HTTP: what an event may say, and for which run. Its two parts are read one by one."""


class Approval(Stored):
    """An admitted decision about one image version; `id` tells whoever sent it whether it was theirs that counted.

    `verified` tells whether we know who decided, by sign-in or, `by_link`, by a link to one person, or were only told;
    by `identifiers` they are judged again when it matters. `via` is where it came in; `checks` what the approver had
    been shown as checked, where that was on the page, and `meaning` what these checks meant then. `told_older` is
    whether they were told that the version stays out of `latest` for its age; None where nobody told them either.
    """

    decision: Decision
    approver: str
    image_version_id: str
    comment: str = ""
    id: str | None = None
    via: Via
    verified: bool
    by_link: bool = False
    identifiers: list[str] = []
    checks: list[str] = []
    meaning: str = ""
    told_older: bool | None = None


def identity_of(approval: Approval) -> str:
    """Say how far it is known who decided."""
    if approval.by_link:
        return "by personal link"
    return "verified" if approval.verified else "named by the caller, not verified"


class ApprovalInvalidError(RequestInvalidError):
    """An approval that does not count, with every reason."""


def read_approval(payload: Any) -> ApprovalEvent:
    """Read an approval from untrusted JSON; raises ApprovalInvalidError naming everything that is wrong."""
    try:
        return ApprovalEvent.model_validate_json(json.dumps(payload), strict=True)
    except RecursionError as error:
        raise ApprovalInvalidError(
            [Problem(field="body", code="Invalid", message="it is nested too deeply")]
        ) from error
    except ValidationError as error:
        raise ApprovalInvalidError(problems_of(error)) from error


def run_decided(payload: Any) -> str | None:
    """Return the run that a decision over HTTP names; raises RequestInvalidError for a field that no decision has, with
    everything else that is wrong.
    """
    try:
        return RunOrder.parse(payload, part_of=DecisionOrder).run
    except RequestInvalidError as error:
        raise RequestInvalidError([*error.problems, *_wrong_in(payload)]) from error


def _wrong_in(payload: Any) -> tuple[Problem, ...]:
    try:
        read_approval(payload)
    except ApprovalInvalidError as error:
        return error.problems
    return ()


def parse_approval(payload: Any, image_version_id: str | None) -> ApprovalEvent:
    """Read an approval of this image version from untrusted JSON; raises ApprovalInvalidError otherwise."""
    event = read_approval(payload)
    if not same_id(event.image_version_id, image_version_id):
        message = "it names another image version than the one to be approved"
        raise ApprovalInvalidError([Problem(field="imageVersionId", code="OtherVersion", message=message)])
    return event
