"""`make scale`: counts a migration's calls, lets 10,000 run in virtual time, and writes docs/scale.md anew."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from dev.scale.counted import SURVEY, Steps, count_steps
from dev.scale.model import Estate, Model, Told

DOCUMENT = Path(__file__).parents[2] / "docs" / "scale.md"
BEGIN, END = "<!-- scale -->\n", "<!-- end of scale -->\n"
MANY = 10_000
AS_DEPLOYED = Estate(MANY, definitions=100)
FEWER = replace(AS_DEPLOYED, instances=2, places=100)
ESTATES = {
    "as deployed, all at once": AS_DEPLOYED,
    "2 instances of 100 places, all at once": FEWER,
    "the same, 6 a minute": replace(FEWER, a_minute=6),
    "the same, 3 a minute": replace(FEWER, a_minute=3),
    "the same, 6 a minute, nothing to be deleted": replace(FEWER, a_minute=6, deletes=False),
}


def main() -> None:
    steps = count_steps()
    lines = [*_counted(steps), "", *_head()]
    for name, estate in ESTATES.items():
        lines.append(_row(name, estate, Model(estate, steps).run()))
        print(lines[-1], flush=True)
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    told = "\n".join(lines)
    DOCUMENT.write_text(f"{before}{BEGIN}{told}\n{END}{rest.partition(END)[2]}")


def _counted(steps: Steps) -> list[str]:
    """How many calls of each kind a migration makes, with one look."""
    calls = Counter(call for step in (*steps.before, steps.look, *steps.after) for call in step)
    rows = sorted((call.policy or f"others, {call.kind}", number) for call, number in calls.items() if call != SURVEY)
    return [
        "| calls of a migration that looks once | number |",
        "|---|---|",
        *(f"| {what} | {many} |" for what, many in rows),
    ]


def _head() -> list[str]:
    head = ("10,000 images", "ended well", "last copy", "last end", "calls of Azure", "refused", "most by")
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]


def _row(name: str, estate: Estate, told: Told) -> str:
    refused = sum(told.refused.values())
    most = max(told.refused, key=lambda what: told.refused[what], default="")
    well = f"{estate.images - told.out_of_patience:,}"
    hours = (f"{told.copied:.0f} h", f"{told.ended:.0f} h")
    return f"| {' | '.join((name, well, *hours, f'{told.calls:,}', f'{refused:,}', most))} |"


if __name__ == "__main__":
    main()
