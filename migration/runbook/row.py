"""A row of the runbook, and how its next step is put where it is read."""

from enum import StrEnum
from typing import NamedTuple


class Who(StrEnum):
    """Who can do what is next."""

    NOBODY = "nobody has to do anything"
    REQUESTER = "whoever wants the migration"
    OWNER = "whoever owns the source image, or what uses it"
    GALLERY = "whoever owns the gallery"
    ADMINISTRATOR = "whoever administers the subscription"
    OPERATOR = "whoever runs this app"
    APPROVER = "an approver"


class Ways(NamedTuple):
    """How to ask again and to start again, in the words of wherever it is read: they stand in sentences."""

    ask_again: str
    start: str


FOR_API = Ways("POST to links.askAgain", "start the migration again")
FOR_TAG = Ways("have it asked again", "change the tag")
FOR_RUNBOOK = Ways("`ask-again`", "run it again")


WHILE_ASKED = Ways("look again", "reject it, and have the image migrated again")
WHILE_SOAKING = Ways(
    "wait until it is looked at again, within a day", "cancel the migration, and have the image migrated again"
)


def for_people(migration_id: str) -> Ways:
    """Return the ways for people who read a message or a page and know the migration by its id."""
    return Ways(
        f"have it asked again (POST /api/migrations/{migration_id}/ask-again)",
        "start the migration again (change its tag, or POST /api/migrations)",
    )


class Row(NamedTuple):
    """What is known of a code, or of several. `why` and `do` are sentences; `do` names the ways as `{ask_again}` and
    `{start}`. Where the copy is `in_doubt`, nobody is told to use it. After what is `final` nothing is started again.
    `while_asked` is what to do while people are still asked, where that is something else.
    """

    codes: tuple[str, ...]
    why: str
    do: str
    who: Who
    in_doubt: bool = False
    final: bool = False
    while_asked: str = ""

    def step(self, ways: Ways) -> str:
        return self.do.format(ask_again=ways.ask_again, start=ways.start)


def by_code(rows: list[Row]) -> dict[str, Row]:
    """Return the rows by code; raises ValueError for a code that has two."""
    found: dict[str, Row] = {}
    for row in rows:
        for code in row.codes:
            if code in found:
                raise ValueError(f"{code} has two rows")
            found[code] = row
    return found
