"""The shape of what the HTTP API tells about who uses a source, and what to change of each."""

from datetime import datetime

from migration.telling.answers import Links
from migration.users.changing import Change
from migration.values.value import Value


class UserShown(Value):
    """One user. `kind` is a key of the table of kinds, `effect` what becomes of it without the image, and `blocks`
    whether it keeps the image by the settings of now.
    """

    id: str
    kind: str
    words: str
    effect: str
    blocks: bool
    change: Change


class UsersShown(Value):
    """A page of the users of a source, in the order of their ids, and where they go instead.

    `counts` has those of each kind on all pages; `notLookedFor` says what nobody has looked for, and why.
    """

    id: str
    run: str
    source_image_id: str
    image_definition_id: str
    image_version_id: str
    users: list[UserShown]
    counts: dict[str, int]
    not_looked_for: list[str]
    read_at: datetime
    next_link: str | None
    links: Links
