"""`make mutants`: plants small mistakes in what decides, one at a time, and counts those that no fast test notices.

A figure to report, and no bar. Resumable: what was noticed is not tried again until its module changes.
"""

import ast
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.mutants.mutations import Mutant, mutants_of
from tests.mutants.running import import_libraries, outcome_of
from tests.mutants.subjects import ROOT, SUBJECTS, TESTS

OWN = ROOT / ".mutants"
COVERAGE, RESULTS = OWN / "coverage.json", OWN / "results.json"
REASONS = ROOT / "docs" / "mutants.md"
PATIENCE_SECONDS = 90.0
MOST_SECONDS_OF_TESTS = 40.0


def main() -> int:
    """Print what each mutant came to; SAMPLE takes so many of them, the same each time, ONLY those of some paths."""
    OWN.mkdir(exist_ok=True)
    known = _coverage()
    import_libraries(known["libraries"])
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    chosen = _chosen()
    for number, mutant in enumerate(chosen, 1):
        key = _key(mutant)
        if results.get(key) not in {"killed", "too slow"}:
            results[key] = outcome_of(mutant, _tests_of(mutant, known), PATIENCE_SECONDS)
            RESULTS.write_text(json.dumps(results, indent=0))
            print(f"{number}/{len(chosen)} {results[key]:<9} {mutant.name}", flush=True)
    _tell(chosen, results)
    return 0


def _chosen() -> list[Mutant]:
    only = os.environ.get("ONLY", "")
    every = [one for path in SUBJECTS if only in path for one in mutants_of(path, (ROOT / path).read_text())]
    sample = int(os.environ.get("SAMPLE") or len(every))
    return every if sample >= len(every) else random.Random(0).sample(every, sample)


def _key(mutant: Mutant) -> str:
    """Name a mutant by its text: in a module that has changed it is another."""
    return f"{mutant.path} {hashlib.sha256(mutant.text.encode()).hexdigest()[:16]}"


def _coverage() -> Any:
    """Return which tests run which lines; made anew where the code or the tests have changed."""
    digest = _digest()
    if not COVERAGE.exists() or json.loads(COVERAGE.read_text())["of"] != digest:
        print("looking which tests run which lines", flush=True)
        subprocess.run([sys.executable, "-m", "tests.mutants.coverage_map", str(COVERAGE)], cwd=ROOT, check=True)
        COVERAGE.write_text(json.dumps(json.loads(COVERAGE.read_text()) | {"of": digest}))
    return json.loads(COVERAGE.read_text())


def _digest() -> str:
    folders = [*TESTS, "tests/support", *{path.partition("/")[0] for path in SUBJECTS}]
    files = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _tests_of(mutant: Mutant, known: Any) -> list[str]:
    """Return the tests that run the place, the quickest first, as many as there is time for.

    What runs as the module is imported is seen by whoever reads it: by the files of all that run anything of it.
    """
    lines = {int(line): tests for line, tests in known["lines"][mutant.path].items()}
    around = _lines_around(mutant)
    found = lines.get(mutant.line) or [test for line in around for test in lines.get(line, ())]
    if not found:
        files = {test.partition("::")[0] for tests in lines.values() for test in tests}
        found = [test for test in known["seconds"] if test.partition("::")[0] in files]
    tests, left = [], MOST_SECONDS_OF_TESTS
    for test in sorted(set(found), key=lambda one: (known["seconds"][one], one)):
        left -= known["seconds"][test]
        if left > 0:
            tests.append(test)
    return tests


def _lines_around(mutant: Mutant) -> Iterable[int]:
    """Return the lines of the innermost function that holds a place."""
    tree = ast.parse((ROOT / mutant.path).read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    spans = [range(node.lineno, (node.end_lineno or node.lineno) + 1) for node in functions]
    return min((span for span in spans if mutant.line in span), key=len, default=range(0))


def _tell(chosen: list[Mutant], results: dict[str, str]) -> None:
    print(f"\n{'module':<46}{'mutants':>8}{'noticed':>8}")
    for path in SUBJECTS:
        said = Counter(results[_key(one)] for one in chosen if one.path == path)
        if said:
            print(f"{path:<46}{said.total():>8}{said.total() - said['survived']:>8}")
    survived = [one for one in chosen if results[_key(one)] == "survived"]
    print(f"{'all':<46}{len(chosen):>8}{len(chosen) - len(survived):>8}")
    reasons = REASONS.read_text() if REASONS.exists() else ""
    news = [one for one in survived if f"`{one.was}` -> `{one.now}`" not in reasons]
    print(f"\n{len(survived)} survived; {len(news)} of them without a reason in {REASONS.relative_to(ROOT)}")
    print("\n".join(f"  {one.name}" for one in news))


if __name__ == "__main__":
    began = time.monotonic()
    status = main()
    print(f"{time.monotonic() - began:,.0f} s")
    sys.exit(status)
