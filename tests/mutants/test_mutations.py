"""The mistakes are those that a text says, each alone; and a module that is mutated is the one that the app imports."""

import ast

import pytest

from tests.mutants.mutations import mutants_of
from tests.mutants.running import outcome_of
from tests.mutants.subjects import ROOT, SUBJECTS


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("x = a == b", {"x = a != b"}),
        ("x = a < b", {"x = a <= b", "x = a >= b"}),
        ("x = a and b", {"x = a or b", "x = a", "x = b"}),
        ("x = not a", {"x = a"}),
        ("x = True", {"x = False"}),
        ("x = 7", {"x = 8"}),
        ("x = a | b", {"x = a & b"}),
        ("x = {a, b}", {"x = {a}", "x = {b}"}),
        ("def f():\n    return a", {"def f():\n    return None"}),
        ("if a:\n    b()", {"if True:\n    b()", "if False:\n    b()", "if a:\n    pass"}),
        ("raise a", {"pass"}),
        ("'''Says 1 == 1.'''\nimport a", set()),
        ("_LOG.info('x')", set()),
        ("x = Refusal(message=1)", set()),
    ],
)
def test_each_place_is_mistaken_alone(text, made):
    assert {one.text for one in mutants_of("m.py", text)} == made


@pytest.mark.parametrize("path", SUBJECTS)
def test_every_mutant_of_a_subject_differs_from_it_and_can_be_compiled(path):
    text = (ROOT / path).read_text()
    plain, made = ast.unparse(ast.parse(text)), [*mutants_of(path, text)]
    assert made
    for one in made[::20]:
        compile(one.text, path, "exec")
    assert [one.name for one in made if one.text == plain] == []


def test_what_no_test_runs_survives():
    mutant = next(mutants_of(SUBJECTS[0], (ROOT / SUBJECTS[0]).read_text()))
    assert outcome_of(mutant, [], 1.0) == "survived"
