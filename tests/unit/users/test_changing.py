"""What to change of each user: a line that only names the new image, for each tool, or why there is none."""

import json
import re
import shlex

import pytest

from migration.users.changing import ROWS, Target, change_of
from migration.users.kinds import HOST_CONFIGURATIONS, INSTANCES, KINDS, NODE_TYPES, SCALE_SETS, Kind
from tests.support.samples import DEFINITION, VERSION

TARGET = Target(DEFINITION, VERSION)
COMPUTE = "/subscriptions/c0ffee00-0000-4000-8000-000000000001/resourceGroups/shop (eu)/providers/Microsoft.Compute"
SCALE_SET = f"{COMPUTE}/virtualMachineScaleSets/web"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_of_every_kind_it_is_said_what_to_do_and_where_there_is_a_line_it_names_the_new_image(kind: Kind):
    change = change_of(kind.key, SCALE_SET, TARGET)
    assert kind.key in ROWS
    assert all(re.fullmatch(r"[A-Z].*[.:\w']", note) and "{" not in note for note in change.notes)
    assert change.notes
    assert (change.latest is None) == (change.pinned is None)
    for lines, image in ((change.latest, DEFINITION), (change.pinned, VERSION)):
        for said in lines.dump().values() if lines else []:
            assert said is None or said.count(image) == 1
    assert not change.latest or VERSION not in str(change.latest)


def test_a_scale_set_has_a_line_in_each_tool():
    lines = change_of(SCALE_SETS.key, SCALE_SET, TARGET).pinned
    assert shlex.split(lines.az) == [
        *("az", "vmss", "update", "--name", "web", "--resource-group", "shop (eu)"),
        *("--subscription", "c0ffee00-0000-4000-8000-000000000001", "--set"),
        f"virtualMachineProfile.storageProfile.imageReference.id={VERSION}",
    ]
    assert lines.terraform == f'source_image_id = "{VERSION}"'
    assert lines.bicep == f"imageReference: {{ id: '{VERSION}' }}"
    assert json.loads(f"{{{lines.arm}}}") == {"imageReference": {"id": VERSION}}


def test_a_property_that_holds_the_id_by_itself_is_no_object():
    node_type, configuration = (
        change_of(kind.key, SCALE_SET, TARGET).latest for kind in (NODE_TYPES, HOST_CONFIGURATIONS)
    )
    assert (node_type.bicep, node_type.arm) == (
        f"vmImageResourceId: '{DEFINITION}'",
        f'"vmImageResourceId": "{DEFINITION}"',
    )
    assert configuration.bicep == f"customInfo: {{ resourceId: '{DEFINITION}' }}"


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("Manual", "until you upgrade them"),
        ("Automatic", "all at once"),
        ("Rolling", "in batches"),
        (None, "upgradePolicy"),
    ],
)
def test_it_is_said_what_becomes_of_the_instances_of_a_scale_set(mode: str | None, words: str):
    change = change_of(SCALE_SETS.key, SCALE_SET, TARGET, mode)
    assert "OS type, generation and data disks" in change.notes[0]
    assert words in change.notes[1]


def test_an_instance_is_upgraded_by_the_name_of_its_scale_set_quoted_for_a_shell():
    (note,) = change_of(INSTANCES.key, f"{SCALE_SET}/virtualMachines/3", TARGET).notes
    command = shlex.split(note.partition(": ")[2])
    assert command[:7] == ["az", "vmss", "update-instances", "--name", "web", "--resource-group", "shop (eu)"]
    assert command[7:9] == ["--subscription", "c0ffee00-0000-4000-8000-000000000001"]
    assert command[-2:] == ["--instance-ids", "3"]


@pytest.mark.parametrize("odd", ["", "/", "web", "/subscriptions/s"])
def test_an_id_that_is_none_breaks_nothing(odd: str):
    assert all(change_of(kind.key, odd, TARGET).notes for kind in KINDS)


def test_a_kind_that_no_row_knows_is_told_as_any_other():
    assert "wherever it stands" in change_of("abaci", "/x", TARGET).notes[0]
