"""`python -m dev.emulator`: runs the emulator alone until Ctrl-C or SIGTERM and prints what clients need to find it."""

import argparse
import json
import shlex
import signal
import threading
from pathlib import Path

from dev.emulator.running import running_emulator
from dev.emulator.seed import small_company
from dev.emulator.world import Seed, World
from dev.emulator.world.resources import Resource


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8443, help="0 picks a free one (default: 8443)")
    parser.add_argument("--speed", type=float, default=60.0, help="emulated seconds per real second (60)")
    parser.add_argument("--directory", type=Path, default=Path(".dev"), help="where the CA file goes (.dev)")
    parser.add_argument("--seed", type=Path, help="a JSON array of resources to hold besides the usual ones")
    options = parser.parse_args()
    seed = seed_from(options.seed) if options.seed else small_company
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with running_emulator(options.port, options.speed, options.directory, seed, trust_public=True) as emulator:
        for name, value in emulator.environment.items():
            print(f"export {name}={shlex.quote(value)}", flush=True)
        stop.wait()


def seed_from(file: Path) -> Seed:
    """The usual world plus the resources of a JSON file."""
    documents = json.loads(file.read_text())

    def plant(world: World) -> None:
        small_company(world)
        for document in documents:
            world.resources.put(Resource.from_document(document))

    return plant


if __name__ == "__main__":
    main()
