"""Reads which images somebody decides about: those that they name as they were shown, but for those they leave out."""

from collections.abc import Iterable, Sequence

from migration.approval.approval import Decision
from migration.telling.of_fleets.shown import FleetDecision, Named
from migration.telling.of_fleets.standing import FleetStand
from migration.values.ids import same_id
from migration.values.problems import Problem, RequestInvalidError

OTHER_COUNT = "OtherCount"


def images_named(order: FleetDecision, stand: FleetStand) -> list[Named]:
    """Return what is to be decided; raises RequestInvalidError for names that are none, and for another count."""
    problems: list[Problem] = []
    named = _names_in(order.questions, problems)
    sources = {one.member.number: one.member.request.source_image_id for one in stand.members}
    left_out: set[int] = set()
    for at, source in enumerate(order.leave_out):
        numbers = {one.number for one in named if same_id(sources.get(one.number), source)}
        left_out |= numbers
        if not numbers:
            problems.append(_invalid(f"leaveOut.{at}", "it is none of the images whose questions are named"))
    if problems:
        raise RequestInvalidError(problems)
    wanted = [one for one in named if one.number not in left_out]
    if (would := would_decide(wanted, order.decision)) != order.count:
        message = f"this would decide about {would} images: of those named and not left out, so many allow it"
        raise RequestInvalidError([Problem(field="count", code=OTHER_COUNT, message=message)])
    return wanted


def would_decide(named: Iterable[Named], decision: Decision) -> int:
    """Return about how many of these images a decision can be taken, as they were shown."""
    return sum(decision in one.allows for one in named)


def _names_in(texts: Sequence[str], problems: list[Problem]) -> list[Named]:
    """Return what was shown, each image once; what makes no sense is a problem."""
    found: dict[int, Named] = {}
    for at, text in enumerate(texts):
        named = Named.read(text)
        if named is None:
            problems.append(_invalid(f"questions.{at}", "it is not what `shown` says of a question"))
        elif found.setdefault(named.number, named) != named:
            problems.append(_invalid(f"questions.{at}", "it names an image that is named before, and otherwise"))
    return list(found.values())


def _invalid(field: str, message: str) -> Problem:
    return Problem(field=field, code="Invalid", message=message)
