"""Lets a fleet of many images be migrated in waves, approves what it asks, and reads back what there is in the end."""

import argparse
import csv
import io
import random
import sys
import time
from collections import Counter
from itertools import cycle
from typing import Any, cast

from rich.console import Console

from dev.emulator import Emulator
from dev.emulator.seed import managed_image
from dev.fleet_demo.app import App
from dev.fleet_demo.progress import Progress
from dev.host.running.in_thread import RunningHost
from dev.laptop import Laptop, running_laptop

SPEED = 120.0
WAVES = 4
IMAGES_A_DEFINITION = 10  # one after the other; a subscription has a thousand definitions at most
FEWEST_DEFINITIONS = 50
LOOK_EVERY_SECONDS = 2.0
PATIENCE_SECONDS = 3600
# While which of them a worker is killed, in turn.
KILLED_DURING = ("advance_fleet", "create_image_version", "migrate_image", "check_replication", "migrate_fleet")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.fleet_demo", description=__doc__)
    parser.add_argument("images", type=int, nargs="?", default=1_000)
    parser.add_argument("--cap", type=int, default=20, help="versions that are made at once, by the whole app")
    parser.add_argument("--window", type=int, default=40, help="images on their way to their question at once")
    parser.add_argument("--kills", type=int, default=0, help="how often the worker is killed meanwhile")
    asked = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]Starting emulated Azure and the function app[/bold]: {asked.images} images are seeded")
    settings = {"MIGRATION_MAX_IN_FLIGHT": str(asked.cap)}
    with running_laptop(speed=SPEED, settings=settings) as laptop:
        laptop.emulator.control.settings(rateLimitFactor=1)  # Azure's own limits, as they were recorded
        rows = [_row(laptop.emulator, number, asked.images) for number in range(asked.images)]
        app = App(laptop.host)
        fleet = app.begin({"name": "demo", "terms": {"window": asked.window, "approval": "fleet"}, "rows": rows})
        console.print(
            f"  {fleet['id']} was begun: {WAVES} waves, {asked.window} on their way, a minute takes half a second"
        )
        with Progress(console) as progress:
            kills = Kills(laptop, asked.kills, asked.images)
            done = _watch(laptop, app, fleet, progress, kills)
        return (
            _told(console, laptop, app, fleet, asked, progress.seconds, kills.done)
            if done
            else _failed(console, laptop)
        )


def _row(emulator: Emulator, number: int, images: int) -> dict[str, Any]:
    """Let Azure have an image; returns its row. Of each definition there are some, which are in different waves."""
    definitions = max(images // IMAGES_A_DEFINITION, min(images, FEWEST_DEFINITIONS))
    image = emulator.control.put_resource(managed_image(f"fleet-{number:05d}"))["id"]
    request = {"sourceImageId": image, "imageDefinition": f"fleet-{number % definitions:03d}"}
    return {"request": request, "wave": 1 + number * WAVES // images}


class Kills:
    """Kills the worker now and then, spread over the fleet's time by how many of its images are through."""

    def __init__(self, laptop: Laptop, wanted: int, images: int) -> None:
        self._host = cast("RunningHost", laptop.host)
        self._wanted, self._images = wanted, images
        self._during, self._chosen = cycle(KILLED_DURING), random.Random(0)
        self._asked = 0

    @property
    def done(self) -> int:
        return self._asked - (self._host.pending_crashes() if self._asked else 0)

    def kill_if_due(self, through: int) -> None:
        due = min(self._wanted, 1 + self._wanted * through // max(1, self._images * 3 // 4)) if self._wanted else 0
        if self._asked < due and self.done == self._asked:
            self._host.crash_worker_on(next(self._during), when=self._chosen.choice(["before", "after"]))
            self._asked += 1


def _watch(laptop: Laptop, app: App, fleet: dict[str, Any], progress: Progress, kills: Kills) -> bool:
    """Approve what asks, until the fleet is over; False where that takes too long."""
    while progress.seconds < PATIENCE_SECONDS:
        now = app.look(fleet)
        counts = now["counts"]
        progress.show(now, _most_at_once(laptop))
        if now["overAt"]:
            return True
        app.approve_what_is_asked(fleet)
        through = sum(counts.get(standing, 0) for standing in ("migrated", "kept", "failed", "passed"))
        kills.kill_if_due(through)
        if through == fleet["size"]:
            app.wake(fleet)
        time.sleep(LOOK_EVERY_SECONDS)
    return False


def _most_at_once(laptop: Laptop) -> int:
    return int(laptop.emulator.control.state()["mostAtOnce"].get("imageVersionCreate", 0))


def _told(
    console: Console,
    laptop: Laptop,
    app: App,
    fleet: dict[str, Any],
    asked: argparse.Namespace,
    seconds: float,
    kills: int,
) -> int:
    """Read back, from the file of results and from Azure; the last line says how it went."""
    lines = list(csv.DictReader(io.StringIO(app.results(fleet))))
    ends = Counter(line["outcome"] or line["standing"] for line in lines)
    versions = {line["imageVersionId"] for line in lines if line["imageVersionId"]}
    left = [line for line in lines if laptop.emulator.control.resource(line["sourceImageId"])]
    most, calls = _most_at_once(laptop), laptop.emulator.control.state()["calls"]
    refused = sum(call["status"] == 429 for call in laptop.emulator.control.calls())
    well = ends == {"Migrated": asked.images} and len(versions) == asked.images and not left and most <= asked.cap
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(ends.items()))
    killed = f", the worker killed {kills} times" if asked.kills else ""
    console.print(
        f"[bold {'green' if well else 'red'}]{asked.images} images in {seconds:.0f} s[/]: {told}, {len(versions)}"
        f" versions, {len(left)} sources left, {most} made at once at most (cap {asked.cap}), {calls} ARM calls,"
        f" {refused} of them answered 429{killed}"
    )
    return 0 if well and kills == asked.kills else 1


def _failed(console: Console, laptop: Laptop) -> int:
    console.print(f"[red]The fleet was not over after {PATIENCE_SECONDS} s[/red]. The app's log:")
    console.print(laptop.host.log_path.read_text()[-10_000:], markup=False)
    return 1


if __name__ == "__main__":
    sys.exit(main())
