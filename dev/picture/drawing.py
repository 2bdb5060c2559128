"""What docs/architecture.md shows of the code: houses with their floors, and the ways of four values."""

from collections.abc import Mapping

from dev.picture.calls import Stop, drawn
from dev.picture.rooms import DOOR, floors, rooms_of, what_it_says
from dev.picture.source import SHIPPED, modules

HOUSES = {
    "the app": "",
    "migration": "migration",
    "triggers": "triggers",
    "steering": "steering",
    "arm": "arm",
    "the local host": "dev.host",
    "the emulated Azure": "dev.emulator",
}
WAYS = {
    "a tagged image": [Stop("triggers.events.image_tagged", "image_tagged")],
    "an approval": [
        Stop("triggers.page.approvals", "approval_page"),
        Stop("triggers.page.visit", "Visit.decide"),
        Stop("orchestrators.phases", "await_approval"),
    ],
    "a question asked again": [
        Stop("triggers.api.decisions", "ask_again"),
        Stop("orchestrators.phases", "verify"),
    ],
    "a delete": [Stop("orchestrators.phases", "delete_source")],
}


def pictures() -> dict[str, str]:
    """Each picture by its name, as Markdown."""
    houses = {f"rooms of {name}": house_drawn(house) for name, house in HOUSES.items()}
    return houses | {f"way of {name}": way_drawn(stops) for name, stops in WAYS.items()}


def house_drawn(house: str) -> str:
    """A flow chart, roof first; an arrow is an import that does not follow from others. Then what each room is for."""
    rooms = {room: needed for room, needed in rooms_of(house).items() if _is_shown(house, room)}
    rooms = {room: needed & rooms.keys() for room, needed in rooms.items()}
    lines = [
        f"    {_boxed(room)} --> {_boxed(lower)}" if lower else f"    {_boxed(room)}"
        for floor in reversed(floors(rooms))
        for room in floor
        for lower in sorted(direct(rooms)[room]) or [""]
    ]
    said = [f"- `{room}`: {_sentence(house, room)}" for floor in floors(rooms) for room in floor]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", "", *said])


def _is_shown(house: str, room: str) -> bool:
    """Without what `python -m` runs and hands out; of the whole, only what is shipped."""
    return room not in (DOOR, "__main__") and (bool(house) or room in (*SHIPPED, "function_app"))


def _boxed(room: str) -> str:
    return f"{room}[{room}]"


def _sentence(house: str, room: str) -> str:
    """The first paragraph that a room opens with, on one line."""
    name = f"{house}.{room}" if house else room
    assert name in modules()
    return " ".join(what_it_says(name).split("\n\n")[0].split())


def direct(rooms: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The imports that are left when those that others bring along are taken out."""
    return {
        room: needed - set().union(*(_all_below(rooms, lower) for lower in needed)) for room, needed in rooms.items()
    }


def _all_below(rooms: Mapping[str, set[str]], room: str) -> set[str]:
    return rooms[room].union(*(_all_below(rooms, lower) for lower in rooms[room]))


def way_drawn(stops: list[Stop]) -> str:
    return "\n".join(["```text", *(line for stop in stops for line in drawn(stop)), "```"])
