"""Which images of a plan stand on a page: whole definitions, so that the numbers of their versions count on."""

from collections.abc import Iterable
from typing import NamedTuple

from migration.fleet.forecast.ordering import Group
from migration.values.ids import same_id

LARGEST_GROUP = 1_000  # of one definition on one page: beyond it, numbers begin anew with those that are there


class PlaceGoneError(ValueError):
    """The image after which a page was to begin is not among those that are meant any more."""


class Page(NamedTuple):
    """Some images by definition, and the id after which the next page begins; None where there is none."""

    groups: list[Group]
    after: str | None


def of_owners(groups: list[Group], owners: Iterable[str]) -> list[Group]:
    """Return the images of these owners (in lower case); of all where none is named."""
    wanted = set(owners)
    if not wanted:
        return list(groups)
    own = [[one for one in group.members if one.row.owner.strip().lower() in wanted] for group in groups]
    return [group._replace(members=members) for group, members in zip(groups, own, strict=True) if members]


def page_of(groups: list[Group], after: str | None, top: int) -> Page:
    """Return a page of at least one definition, and of more as long as they are no more than `top` images together.

    Raises PlaceGoneError.
    """
    rest = groups if after is None else _behind(groups, after)
    taken: list[Group] = []
    count = 0
    for group in rest:
        if taken and count + len(group.members) > top:
            return Page(taken, _last(taken))
        if len(group.members) > LARGEST_GROUP:
            cut = group._replace(members=group.members[:LARGEST_GROUP])
            return Page([*taken, cut], _last([cut]))
        taken.append(group)
        count += len(group.members)
    return Page(taken, None)


def _behind(groups: list[Group], after: str) -> list[Group]:
    for place, group in enumerate(groups):
        for number, one in enumerate(group.members):
            if same_id(one.row.request.source_image_id, after):
                left = group.members[number + 1 :]
                return [*([group._replace(members=left)] if left else []), *groups[place + 1 :]]
    raise PlaceGoneError(after)


def _last(groups: list[Group]) -> str:
    return groups[-1].members[-1].row.request.source_image_id
