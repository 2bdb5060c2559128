"""Every property of every resource is known, of its type and in its place; the mistakes that were planted are found."""

import pytest

from tests.infra.bicep.deploying import FILES
from tests.infra.checking import problems
from tests.infra.planted import PLANTS


def test_nothing_is_wrong_with_the_templates():
    assert problems() == []


def planted(plant):
    assert FILES[plant.file].count(plant.old) >= 1, "the place is gone: plant it elsewhere"
    return FILES | {plant.file: FILES[plant.file].replace(plant.old, plant.new, 1)}


def test_there_are_as_many_mistakes_as_were_planted():
    assert len({plant.id for plant in PLANTS}) == len(PLANTS) == 74


@pytest.mark.parametrize("plant", [plant for plant in PLANTS if plant.said], ids=lambda plant: plant.id)
def test_a_planted_mistake_is_found(plant):
    found = problems(planted(plant))
    assert any(plant.said in one for one in found), found


def test_a_valid_template_is_not_called_a_mistake():
    """The control: it is not what was meant, which `test_templates.py` says, but it is valid."""
    (control,) = [plant for plant in PLANTS if not plant.said]
    assert problems(planted(control)) == []
