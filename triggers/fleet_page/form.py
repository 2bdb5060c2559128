"""The form of a fleet's page: reads it, and says by field what is to be corrected. It is hostile until then."""

from typing import NamedTuple
from urllib.parse import parse_qs

import azure.functions as func

from migration.approval.approval import Decision
from migration.fleet.member import MOST_MEMBERS
from migration.telling.of_fleets.shown import MOST_IN_ONE, FleetDecision, Named
from migration.telling.of_fleets.standing import FleetStand
from migration.values.problems import RequestInvalidError
from migration.values.words.capitals import capitalised
from triggers.answering.responding import HttpProblemError, refuse_unwanted
from triggers.fleets.naming import images_named

_MOST_FIELDS = 2 * MOST_IN_ONE + 10
_DIGITS = len(str(MOST_MEMBERS))
_FIELDS = {"count": "number", "leaveOut": "questions"}
_WHAT_TO_DO = {
    "decision": "Choose whether to approve, to keep both, or to reject.",
    "approver": "Enter your name. It has at least two letters.",
    "comment": "Shorten it to at most 1,024 characters.",
    "questions": "Open the page again, and decide about what it shows.",
}


class FleetForm(NamedTuple):
    """What somebody sent: `shown` are the images that they were shown, `leave` the numbers of those left out."""

    decision: str = ""
    approver: str = ""
    comment: str = ""
    number: str = ""
    csrf: str = ""
    shown: tuple[str, ...] = ()
    leave: frozenset[int] = frozenset()


class FleetFormInvalidError(Exception):
    """A form with fields to correct. `errors` says by field what to do."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(" ".join(errors.values()))


def read_fleet_form(req: func.HttpRequest) -> FleetForm:
    """Return the form sent; raises HttpProblemError for what another site sent, and for what is no form."""
    refuse_unwanted(req)
    try:
        fields = parse_qs(req.get_body().decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HttpProblemError(400, "That form cannot be read", "Nothing was decided.") from error
    single = {
        name: fields[name][0].replace("\r\n", "\n")
        for name in ("decision", "approver", "comment", "number", "csrf")
        if name in fields
    }
    return FleetForm(shown=tuple(fields.get("shown", ())), leave=_numbers(fields.get("leave", ())), **single)


def _numbers(texts: list[str] | tuple[str, ...]) -> frozenset[int]:
    return frozenset(int(one) for one in texts if one.isascii() and one.isdecimal() and len(one) <= _DIGITS)


def order_of(form: FleetForm, approver: str | None, stand: FleetStand) -> tuple[FleetDecision, list[Named]]:
    """Return the decision, and the images it is about; raises FleetFormInvalidError. The number typed confirms it."""
    typed = form.number.strip().replace(",", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS else 0
    errors = {} if number else {"number": "Type the number of images, in digits."}
    if form.decision == Decision.REJECT and not form.comment.strip():
        errors["comment"] = "Say why you reject them."
    sources = {one.member.number: one.member.request.source_image_id for one in stand.members}
    shown = [one.number for text in form.shown if (one := Named.read(text)) is not None]
    said = {
        "decision": form.decision,
        "approver": approver or form.approver,
        "comment": form.comment,
        "count": number,
        "questions": list(form.shown),
        "leaveOut": [sources[one] for one in shown if one in form.leave and one in sources],
    }
    try:
        order = FleetDecision.parse(said)
        named = images_named(order, stand)
    except RequestInvalidError as error:
        for problem in error.problems:
            field = problem.field.partition(".")[0]
            errors.setdefault(_FIELDS.get(field, field), _WHAT_TO_DO.get(field, f"{capitalised(problem.message)}."))
        raise FleetFormInvalidError(errors) from error
    if errors:
        raise FleetFormInvalidError(errors)
    return order, named
