"""Many messages as one: a line and a link for each, those that wait for somebody first."""

from typing import NamedTuple

from migration.telling.messages import Line, Message, Severity
from migration.values.occasion import ASKS, Occasion
from migration.values.words.capitals import capitalised

MOST_IN_ONE = 50
_ABOUT = {"Source image", "Source and version", "Reason", "Expires"}
_ORDER = (*Severity,)
_SECTIONS = (
    ("to decide", ASKS),
    ("failed", {Occasion.FAILED}),
    ("postponed", {Occasion.POSTPONED}),
    ("ended", {Occasion.DONE}),
    ("decided", {Occasion.DECIDED}),
)
LONGEST_ABOUT = 120


class Entry(NamedTuple):
    """One message of a digest, and what it is about."""

    occasion: Occasion
    message: Message


def parted(entries: list[Entry], longest: int) -> list[list[Entry]]:
    """Return the entries in as few parts as have room in a message of so many characters; one alone always has."""
    parts: list[list[Entry]] = []
    for entry in entries:
        if parts and len(compose_digest([*parts[-1], entry]).markdown()) <= longest:
            parts[-1].append(entry)
        else:
            parts.append([entry])
    return parts


def compose_digest(entries: list[Entry]) -> Message:
    """Write one message for all of these. One alone is told as it is."""
    if len(entries) == 1:
        return entries[0][1]
    counted: list[str] = []
    lines: list[Line] = []
    for name, occasions in _SECTIONS:
        told = [message for occasion, message in entries if occasion in occasions]
        if told:
            counted.append(f"{len(told)} {name}")
            lines.append(Line("", f"{capitalised(name)}: {len(told)}"))
            lines += [line for number, message in enumerate(told, 1) for line in _entry(number, message)]
    severity = max((message.severity for _, message in entries), key=_ORDER.index)
    return Message(f"Image migrations: {', '.join(counted)}", lines, severity)


def _entry(number: int, message: Message) -> list[Line]:
    about = "; ".join(_short(line) for line in message.lines if line.label in _ABOUT)
    links = [line for line in message.lines if line.is_link]
    return [Line(f"{number}", f"{message.title} {about}"), *links]


def _short(line: Line) -> str:
    """Of a resource its group is enough: the title has its name."""
    if line.label == "Source image":
        return f"in {line.value.split('/')[4]}" if line.value.count("/") > 4 else line.value
    return f"{line.label.lower()}: {line.value[:LONGEST_ABOUT]}"
