"""What one moment shows of Azure, of what was asked and decided, and of what the app says: plain values, no engine.

Whoever judges the app makes a `Scene`, from a running app or from one in the same process, and hands it to
`violations` (`judging.py`). What Azure holds is what the emulated Azure holds, never what the app believed.

All ids are lower case where they are keys or paths. A resource is a mapping as a GET would answer it, whole: of image
versions with `properties.replicationStatus`, of what Azure remembers of a creation with `systemData.createdAt`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = Mapping[str, Any]
Azure = Mapping[str, Json]


@dataclass(frozen=True)
class Write:
    """A PUT, PATCH, POST or DELETE that Azure answered; `before` is what it held as the write came in.

    `run` is, of the delete of an image, the run that its record had then, as stored; None where that was not noted.
    """

    at: datetime
    by: Literal["app", "others"]
    method: str
    path: str
    body: Json | None
    status: int
    before: Azure
    run: Json | None = None

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Approval:
    """A decision, or a cancel, that somebody sent: `accepted` where the app said yes (2xx; of an event from outside,
    where it bore the token), `forged` where no person stood behind it. Of a cancel, `version_id` may be empty;
    `question_id` is empty where none was asked.
    """

    at: datetime
    by: str
    version_id: str
    run_id: str
    decision: Literal["approve", "accept", "reject", "cancel"]
    accepted: bool
    forged: bool = False
    question_id: str = ""


@dataclass(frozen=True)
class Start:
    """A wish for a migration. `answer` is what whoever made it was told: `status`, and of HTTP the `body` as JSON.

    `request` are options as JSON has them; of a tag `{"tag": its value}`. `how` "plan" asks what would be done, and
    writes nothing.
    """

    at: datetime
    source_id: str
    how: Literal["tag", "http", "ask-again", "sweep", "plan"]
    request: Json
    answer: Json


@dataclass(frozen=True)
class Told:
    """What the app says of the latest run of an image now; None of what it was not asked."""

    run_id: str
    source_id: str
    list_row: Json | None = None
    detail: Json | None = None
    audit: Json | None = None
    page_text: str | None = None


@dataclass(frozen=True)
class Message:
    """What a person was sent. `occasion` is the app's word for why, empty where it is not known."""

    at: datetime
    occasion: str
    text: str
    links: Sequence[str]


@dataclass(frozen=True)
class Scene:
    """One moment. `writes` are all since the beginning, in order; `records` by source id, as stored, parsed.

    `block_on` are the kinds of users that a setting adds to those that always keep a source, by their keys.
    `secrets` are tokens that must not leave by any other way than the message they were made for; `left` is every text
    that left the app: answers, logs, tags, inputs, statuses and histories of instances. `records_lost` tells that
    somebody took the table of records away: what stood in it is then nobody's.
    """

    now: datetime
    azure: Azure
    writes: Sequence[Write] = ()
    starts: Sequence[Start] = ()
    approvals: Sequence[Approval] = ()
    records: Mapping[str, Json] = field(default_factory=dict)
    told: Sequence[Told] = ()
    messages: Sequence[Message] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    left: Sequence[str] = ()
    block_on: frozenset[str] = frozenset()
    records_lost: bool = False
