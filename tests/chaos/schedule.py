"""Schedules from seeds: stories of a few images, and what gets in their way.

A seed first draws which kinds of trouble there are at all, and few of them: what comes together often enough to be
rare in a way of its own is what breaks things (swarm testing).
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

from tests.chaos.happenings import decisions, platform, time, wishes
from tests.chaos.happenings.happening import OPTIONS, TAG, Happening
from tests.chaos.leading import LEADS
from tests.chaos.troubles import TROUBLES, Trouble

_SETTINGS: tuple[dict[str, str | None], ...] = (
    {"regions": "eastus2,westus2"},
    {"regions": "eastus2,westus2,northeurope"},
    {"soak": "PT6H"},
    {"soak": "P3D", "regions": "eastus2,westus2"},
    {"block_on": "machines"},
    {"notify_digest": "PT1H"},
    {"approval_expiry": "P2D", "approval_reminder": "PT6H", "approval_escalation": "PT12H"},
    {"approval_validity": "PT30M"},
    {"patience": "PT3H", "replication_patience": "PT2H"},
    {"sweep": "PT0S"},
    {"delete_source": "never"},
    {"exclude_from_latest": "true"},
    {"require_identity": "true"},
    {"storage": "standard_lrs"},
)


# How often a story waits for each phase, before somebody decides and after.
_PHASES = {"Creating": 0.1, "Replicating": 0.2, "AwaitingApproval": 0.7}
_PHASES_THEN = {"Promoting": 0.3, "Soaking": 0.05, "DeletingSource": 0.3}


ALL: tuple[Trouble, ...] = (*TROUBLES, *LEADS)


def schedule_of(seed: int, troubles: Sequence[Trouble] = ALL) -> list[Happening]:
    """Return what happens under this seed."""
    numbers = random.Random(f"{seed} of the schedule")
    chosen = numbers.sample(list(troubles), min(len(troubles), numbers.randint(1, 5)))
    steps = _settings(numbers)
    stories = [_story(numbers, image) for image in range(numbers.choice((1, 1, 1, 2, 3)))]
    steps += _woven(numbers, stories)
    for _ in range(numbers.randint(2, 12) if chosen else 0):
        steps.insert(numbers.randint(0, len(steps)), numbers.choice(chosen)(numbers))
    return steps


def _settings(numbers: random.Random) -> list[Happening]:
    chosen: dict[str, str | None] = {}
    for settings in numbers.sample(_SETTINGS, numbers.choice((0, 0, 1, 1, 2))):
        chosen |= settings
    return [platform.SettingsAre(chosen)] if chosen else []


def _woven(numbers: random.Random, stories: list[list[Happening]]) -> list[Happening]:
    """Return stories told at the same time, each in its own order."""
    woven: list[Happening] = []
    left = [story for story in stories if story]
    while left:
        story = numbers.choice(left)
        woven.append(story.pop(0))
        left = [one for one in left if one]
    return woven


def _story(numbers: random.Random, image: int) -> list[Happening]:
    """A migration as people have it: asked for, waited for, decided; often once more."""
    told: list[Happening] = []
    for _ in range(numbers.choice((1, 1, 1, 2, 3))):
        told.append(_wish(numbers, image))
        told += [time.Waits(image, phase) for phase in _PHASES if numbers.random() < _PHASES[phase]]
        told += _while(numbers, (1, 5, 60, 300, 900, 2400))
        told += [_decision(numbers, image) for _ in range(numbers.choice((0, 1, 1, 1, 2)))]
        told += [time.Waits(image, phase) for phase in _PHASES_THEN if numbers.random() < _PHASES_THEN[phase]]
        told += _while(numbers, (1, 10, 300, 900, 1800, 3600, 30_000))
    return told


def _wish(numbers: random.Random, image: int) -> Happening:
    tag = numbers.choice(("default", "default", "contoso_gallery", "contoso_gallery/other", "no/such/way/at/all"))
    regions = {OPTIONS: "regions=eastus2,westus2"} if numbers.random() < 0.2 else {}
    ways_in: list[Callable[[], Happening]] = [
        lambda: wishes.Tags(image, {TAG: tag, **regions}),
        lambda: wishes.StartsOverHttp(image, numbers.choice((1, 1, 1, 2, 5)), _options(numbers)),
        lambda: wishes.AsksAgain(image, numbers.choice((1, 1, 3))),
        lambda: wishes.ReplacesTags(image, {TAG: tag, "team": "web"}),
    ]
    return numbers.choices(ways_in, (4, 5, 2, 1))[0]()


def _options(numbers: random.Random) -> dict[str, Any]:
    given: list[dict[str, Any]] = [
        {},
        {"targetRegions": ["eastus2", "westus2"]},
        {"deleteSource": "never"},
        {"soak": "PT2H"},
        {"version": "3.0.0"},
        {"imageDefinition": "another"},
    ]
    return numbers.choices(given, (8, 4, 1, 1, 1, 1))[0]


def _decision(numbers: random.Random, image: int) -> Happening:
    decision = numbers.choices(("approve", "accept", "reject"), (6, 2, 1))[0]
    return decisions.Decides(image, decision, numbers.choice(("page", "api", "api", "event")))


def _while(numbers: random.Random, spans: Sequence[float]) -> list[Happening]:
    chosen = numbers.choices((0, 1, 2), (1, 6, 3))[0]
    return [time.Passes(numbers.choice(spans) * numbers.choice((1, 1, 1.37))) for _ in range(chosen)]
