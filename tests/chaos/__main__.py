"""`make chaos`: schedules from seeds that nobody has seen, or SEED=n again; RUNS=n says how many.

With PLANTED=1 it looks for schedules that show what is broken by each bug of `planted/`.

Each is played in one process, several processes at once, and told in the order of seeds. One that fails is made as
short as it goes, and printed with what did not hold and how to play it again.
"""

import argparse
import json
import multiprocessing
import secrets
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.chaos.planted.all import SAFEGUARDS
from tests.chaos.planted.finding import MOST, Watched, search
from tests.chaos.reached import STATES, never_reached
from tests.chaos.running import Result, run, sane

RUNS = 60
ALL = 500  # so many reach every state that has a name


def main() -> int:
    """Print how each seed ended; 1 where one failed, or one of so many runs has never reached a state."""
    given = _arguments()
    if given.planted:
        return _tell_planted(given.seed or 1, given.runs or MOST, given.processes)
    first = secrets.randbelow(10**9) if given.seed is None else given.seed
    runs = given.runs or (RUNS if given.seed is None else 1)
    print(f"seeds {first} to {first + runs - 1}", flush=True)
    began = time.monotonic()
    reached: Counter[str] = Counter()
    failed = 0
    with _processes(given.processes) as pool:
        for result in pool.map(run, range(first, first + runs)):
            reached.update(result.reached)
            failed += bool(result.breaches)
            if result.breaches:
                _tell(result)
            elif runs == 1:
                print(result.trace)
    _tell_reached(reached, runs)
    never = never_reached(reached)
    print(f"{runs} schedules, {failed} failed, {len(STATES) - len(never)} of {len(STATES)} states reached,", end=" ")
    print(f"{time.monotonic() - began:.0f} seconds")
    return int(failed > 0 or (runs >= ALL and bool(never)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--planted", action="store_true", help="look for what each planted bug breaks")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    return parser.parse_args()


def _processes(count: int) -> ProcessPoolExecutor:
    """Return processes that play; where one of them dies, that is an error: what it was playing is not waited for."""
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=sane)


def _tell_planted(first: int, runs: int, processes: int) -> int:
    """Print by which schedule each safeguard is missed; 1 where one is not."""
    began, missed = time.monotonic(), list(SAFEGUARDS)
    with _processes(processes) as pool:
        for found in search(SAFEGUARDS, range(first, first + runs), pool.map):
            if isinstance(found, Watched):
                print(f"seed {found.seed} fails with nothing planted: {', '.join(found.breaches)}", flush=True)
            else:
                missed.remove(found.name)
                print(f"| {found.name} | {found.seed} | {', '.join(found.broken)} |", flush=True)
    for name in missed:
        print(f"| {name} | not found in {runs} | |")
    print(f"{len(SAFEGUARDS) - len(missed)} of {len(SAFEGUARDS)} found, {time.monotonic() - began:.0f} seconds")
    return int(bool(missed))


def _tell(result: Result) -> None:
    print(f"\nseed {result.seed} failed; of {result.steps} steps these are enough:")
    for step in result.shrunk:
        print(f"    {json.dumps(step)}")
    for said in result.breaches:
        print(f"  {said}")
    print(f"  again: make chaos SEED={result.seed}\n", flush=True)


def _tell_reached(reached: Counter[str], runs: int) -> None:
    print(f"reached in {runs} schedules:")
    for name, state in STATES.items():
        print(f"{reached[name]:>6}  {state.sentence}")


if __name__ == "__main__":
    sys.exit(main())
