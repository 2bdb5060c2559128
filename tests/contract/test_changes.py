"""A value changes by the names of its fields, which mypy knows: a slip in name or type fails `make check`."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.source import ROOMS, ROOT, hold, python_files, shipped_python

MYPY = Path(sys.executable).with_name("mypy")

# Text that stands once in our code, and a slip in its place: one wherever a state or the record changes.
PLANTED = [
    (
        "run.changed(phase=to, missing_since=None, obstacles=[], queued=None)",
        "run.changed(phaze=to, missing_since=None, obstacles=[], queued=None)",
    ),
    ("run.changed(stage=to)", "run.changed(stage=move)"),
    ("run.changed(plan=plan, notes=plan.notes)", "run.changed(plan=plan.notes, notes=plan.notes)"),
    ("self.changed(run=run, copies=", "self.changed(run=run, copys="),
    ("question.changed(stage=to)", "question.changed(stage=move)"),
    ("moved(question.changed(decided=known)", "moved(question.changed(aproval=known)"),
    ("deletion.changed(attempts=deletion.attempts + 1,", "deletion.changed(attempts=deletion.attempt,"),
    ("end.changed(source=seen.source,", "end.changed(source=seen.kind,"),
    ("run.changed(outcome=outcome)", "run.changed(outcome=outcome.kind)"),
    ("self.changed(attempt=self.attempt + 1,", "self.changed(attempts=self.attempt + 1,"),
    ("start.changed(problems=list(error.problems))", "start.changed(problem=list(error.problems))"),
    ('asked_by="request",\n        requested_by=', 'asked_by="mail",\n        requested_by='),
    ("has.changed(replica_count=", "has.changed(replicas="),
    ("known.changed(noted_at=at)", "known.changed(noted_at=later)"),
    ("as_it_was.changed(stopped=True, ", "as_it_was.changed(stoped=True, "),
    ("record.answered.changed(off=True)", "record.answered.changed(off=at)"),
    ("evidence.having(version=found)", "evidence.having(verzion=found)"),
    ('entry(at, "planned", plan.image_version_id)', 'entry(at, "planned", version=plan.image_version_id)'),
    ("OwedNotice(occasion=occasion, due_at=at, question=", "OwedNotice(occasion=occasion, due=at, question="),
    ("replace(limits, message_bytes=", "replace(limits, mesage_bytes="),
]
WRONG = "# wrong"

# How `changed` may be called, and how not.
CALLS = f"""
from functools import partial
from typing import Any, Self, TypedDict

from migration.values.value import Value


class Known(TypedDict, total=False):
    name: str | None


class Base(Value):
    name: str | None = None

    def renamed(self) -> "Base":
        return self.changed(name="new")

    def same(self) -> Self:
        return self.changed(name="new")  {WRONG}


class Derived[T](Base):
    number: int
    many: list[T] = []


class Other:
    def changed(self, **changes: int) -> Self:
        return self


def calls(one: Derived[str], either: Base | Derived[str], known: Known, unknown: dict[str, Any]) -> list[Value]:
    return [
        one.changed(),
        one.changed(name=None, number=2, many=["three"]),
        one.changed(number=2).changed(name="three"),
        one.changed(many=[4]),  {WRONG}
        one.changed(many=None),  {WRONG}
        one.changed(nam=None),  {WRONG}
        one.changed(model_config={{}}),  {WRONG}
        one.changed(one),  {WRONG}
        one.changed(**known),
        one.changed(**unknown),  {WRONG}
        one.changed(number=2, **unknown),  {WRONG}
        either.changed(name=None),
        either.changed(number=2),  {WRONG}
        Derived.changed(one, number=2),  {WRONG}
        partial(one.changed, number=2)(),  {WRONG}
        (lambda value: value.changed(number="2"))(one),  {WRONG}
        Derived(number=2, nam="three"),  {WRONG}
        Derived(number="2"),  {WRONG}
    ]


def maybe(one: Derived[str] | None) -> Derived[str] | None:
    one.changed(number=2)  {WRONG}
    return one and one.changed(number=2)


Other().changed(anything=2)
"""


class Found(NamedTuple):
    """Where mypy found something, and what it said there."""

    file: str
    line: int
    said: str


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all that mypy reads of ours."""
    copy = tmp_path_factory.mktemp("changes")
    for room in (*ROOMS, "dev"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


@pytest.fixture(scope="module")
def planted(copy: Path) -> dict[tuple[str, int], str]:
    """Each slip by file and line."""
    return {_plant(copy, *slip): slip[1] for slip in PLANTED} | _write_calls(copy)


def _plant(copy: Path, text: str, slip: str) -> tuple[str, int]:
    holders = [path for path in copy.rglob("*.py") if text in path.read_text()]
    assert len(holders) == 1, f"{text} stands in {holders}"
    before, _, after = holders[0].read_text().partition(text)
    assert text not in after, f"{text} stands twice in {holders[0]}"
    holders[0].write_text(f"{before}{slip}{after}")
    return str(holders[0].relative_to(copy)), before.count("\n") + 1


def _write_calls(copy: Path) -> dict[tuple[str, int], str]:
    (copy / "migration" / "calls.py").write_text(CALLS)
    lines = enumerate(CALLS.splitlines(), start=1)
    return {("migration/calls.py", number): line.strip() for number, line in lines if line.endswith(WRONG)}


@pytest.fixture(scope="module")
def found(copy: Path, planted: dict[tuple[str, int], str]) -> list[Found]:
    """What mypy, as `make check` runs it, says of the files in which something was planted."""
    files = sorted({file for file, _ in planted})
    answer = subprocess.run([MYPY, *files], cwd=copy, capture_output=True, text=True, check=False)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    said = re.findall(r"^(.+?):(\d+): error: (.+)$", answer.stdout, re.MULTILINE)
    return [Found(file, int(line), text) for file, line, text in said]


def test_every_slip_in_a_change_is_found_where_it_stands(found: list[Found], planted: dict[tuple[str, int], str]):
    missed = planted.keys() - {(one.file, one.line) for one in found}
    assert not missed, "\n".join(planted[where] for where in sorted(missed))


def test_nothing_else_is_called_wrong(found: list[Found], planted: dict[tuple[str, int], str]):
    assert [one for one in found if (one.file, one.line) not in planted] == []


def test_a_slip_is_told_by_the_name_of_the_field_or_its_type(found: list[Found]):
    said = "\n".join(one.said for one in found)
    assert 'Unexpected keyword argument "phaze" for "changed" of "Value"' in said
    assert 'Argument "stage" to "changed" of "Value" has incompatible type "RunMove"; expected "RunStage"' in said
    assert said.count('Name the fields that "changed" is to change') == 2


def other_ways(path: Path) -> list[str]:
    """Ways round `changed`: neither names nor values are checked by them, not even when the code runs."""
    return re.findall(r"model_copy|object\.__setattr__", path.read_text())


def test_there_is_one_way_to_change_a_value():
    hold(other_ways, [*shipped_python(), *python_files("dev")])
