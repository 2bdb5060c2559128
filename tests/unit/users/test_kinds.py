"""The table of kinds: complete, in words, and the setting can add to what blocks, never take away."""

from itertools import combinations
from typing import Any

import pytest

from dev.emulator import users_of_images as users
from migration.asking.settings import Settings
from migration.plan.rights import Permission, Scope, hidden_kinds
from migration.users.kinds import (
    ALWAYS,
    ANY,
    GRAPH_KINDS,
    IF_NAMED,
    KINDS,
    NAMES,
    Blocks,
    Kind,
    Source,
    blocking,
    kind_of,
)
from migration.users.naming import kind_of_resource
from migration.users.unlisted import not_listed
from tests.support.samples import SOURCE


@pytest.mark.parametrize("kind", KINDS, ids=[kind.key for kind in KINDS])
def test_every_kind_says_what_it_is_what_becomes_of_it_and_who_tells(kind: Kind):
    assert kind.key == kind.key.lower()
    assert kind.effect
    assert (kind.counted(1), kind.counted(2)) == (f"1 {kind.singular}", f"2 {kind.plural}")
    assert (kind.key in GRAPH_KINDS) == (kind.source is Source.GRAPH) == bool(kind.reads)
    assert kind.source is Source.COMPUTE or kind.blocks is not Blocks.ALWAYS


def test_keys_and_types_are_one_kinds_each():
    keys, types = [kind.key for kind in KINDS], [one for kind in KINDS for one in kind.types]
    assert len(set(keys)) == len(keys)
    assert len(set(types)) == len(types)
    assert not set(keys) & {"compute", "any"}


@pytest.mark.parametrize("named", [one for size in (0, 1, 2) for one in combinations(NAMES, size)], ids=str)
def test_the_setting_can_add_and_never_take_away(named: tuple[str, ...]):
    assert blocking(named) >= ALWAYS
    assert blocking(named) - ALWAYS == (IF_NAMED if ANY in named else IF_NAMED & set(named))


def test_what_no_row_knows_is_a_user_like_any_other():
    """As an earlier release, or a later one, may have named it."""
    assert (kind_of("virtual machine").singular, kind_of("virtual machine").blocks) == (
        "virtual machine",
        Blocks.ALWAYS,
    )


@pytest.mark.parametrize("text", [None, "compute", " compute , machines", "any", ",".join(NAMES)])
def test_the_setting_names_kinds(monkeypatch: pytest.MonkeyPatch, text: str | None):
    if text:
        monkeypatch.setenv("MIGRATION_BLOCK_ON", text)
    assert Settings().block_on == [one.strip() for one in (text or "compute").split(",")]


@pytest.mark.parametrize("text", ["machine", "scale-sets", "none", "image-template-targets", "compute;any", "Any"])
def test_what_is_no_kind_that_can_be_named_is_refused(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("MIGRATION_BLOCK_ON", text)
    with pytest.raises(ValueError, match="it is none of compute, any, machines, fleets, image-templates"):
        Settings()


SHOWN = {
    "fleets": users.fleet("f", SOURCE),
    "image-templates": users.image_template("t", source=SOURCE),
    "image-template-targets": users.image_template("t", target=SOURCE),
    "host-pools": users.host_pool("p", SOURCE),
    "session-host-configurations": users.session_host_configuration(users.host_pool("p")["id"], SOURCE),
    "lab-images": users.lab_image(users.lab("l")["id"], "i", SOURCE),
    "managed-node-types": users.node_type("c", "n", SOURCE),
    "disks": users.disk("d", SOURCE),
    "others": users.other("o", SOURCE),
}


def type_of(document: dict[str, Any]) -> str:
    namespace, *parts = document["id"].rpartition("/providers/")[2].split("/")
    return "/".join([namespace, *parts[::2]])


def test_every_kind_that_resource_graph_tells_of_has_a_sample():
    assert SHOWN.keys() == GRAPH_KINDS


@pytest.mark.parametrize(("key", "document"), SHOWN.items(), ids=SHOWN)
def test_what_resource_graph_shows_is_of_a_kind_by_its_type_and_where_it_names_the_image(
    key: str, document: dict[str, Any]
):
    from arm.surveys.resource_graph import paths_by_id

    paths = paths_by_id(document["properties"])[SOURCE.lower()]
    for spelt in (str.lower, str.upper):
        assert kind_of_resource(spelt(type_of(document)), paths).key == key


def test_a_template_that_is_made_from_the_image_and_distributes_to_it_needs_it():
    both = [("source", "imageid"), ("distribute", "imageid")]
    named = "Microsoft.VirtualMachineImages/imageTemplates"
    assert kind_of_resource(named, both).key == "image-templates"
    assert kind_of_resource(named, [("somewhere", "else")]).key == "image-templates"
    assert kind_of_resource(named, []).key == "image-templates"


def test_a_disk_that_names_the_image_for_another_reason_than_its_origin_may_need_it():
    origin, other = ("creationdata", "imagereference", "id"), ("creationdata", "sourceresourceid")
    assert kind_of_resource("Microsoft.Compute/disks", [origin]).key == "disks"
    for paths in ([], [other], [origin, other]):
        assert kind_of_resource("Microsoft.Compute/disks", paths).key == "others"


@pytest.mark.parametrize("named", NAMES)
def test_a_disk_of_a_machine_that_was_made_from_the_image_keeps_no_source(named: str):
    """With `others` or `any` it kept every image of which there had ever been a machine, for as long as its disk."""
    assert "disks" not in blocking([named])


# rights


def hidden(*permissions: Permission) -> dict[str, str]:
    return hidden_kinds([Scope(field="", id="/subscriptions/s", permissions=list(permissions))])


def test_without_any_right_every_kind_of_resource_graph_is_hidden():
    assert hidden().keys() == GRAPH_KINDS
    assert hidden_kinds([Scope(field="", id="/subscriptions/s", permissions=None)]).keys() == GRAPH_KINDS


@pytest.mark.parametrize("role", [Permission(actions=["*/read"]), Permission(actions=["*"])], ids=["Reader", "Owner"])
def test_a_reader_sees_them_all(role: Permission):
    assert hidden(role) == {}


def test_what_a_role_leaves_out_hides_its_kind_and_what_nobody_knows():
    without = Permission(actions=["*"], not_actions=["Microsoft.DevTestLab/*", "Microsoft.Authorization/*/Delete"])
    assert hidden(without).keys() == {"lab-images", "disks", "others"}
    assert hidden(without, Permission(actions=["*/read"])) == {}


def test_one_subscription_of_many_in_which_they_are_hidden_is_named():
    scopes = [
        Scope(field="", id=f"/subscriptions/{number}", permissions=[Permission(actions=["*"] if number else [])])
        for number in range(3)
    ]
    assert hidden_kinds(scopes)["host-pools"] == "the app may not read them in /subscriptions/0"


# what Resource Graph does not list


@pytest.mark.parametrize(
    ("kind", "holders", "told"),
    [
        ("lab-images", [], None),
        ("lab-images", [users.host_pool("p", management=None)], None),
        ("lab-images", [users.lab("red"), users.lab("blue")], "those of blue, red"),
        ("lab-images", [users.lab(str(number)) for number in range(5)], "those of 0, 1, 2 and 2 more"),
        ("session-host-configurations", [users.lab("red")], None),
        ("session-host-configurations", [users.host_pool("p")], None),
        ("session-host-configurations", [users.host_pool("p", management="Automated")], "those of p"),
        ("session-host-configurations", [users.host_pool("p", management=None)], "those of p"),
        ("image-templates", [users.lab("red")], None),
    ],
)
def test_what_is_not_listed_is_none_only_where_nothing_could_hold_one(
    kind: str, holders: list[dict[str, Any]], told: str | None
):
    why = not_listed(kind_of(kind), [one | {"type": type_of(one)} for one in holders])
    assert (why is None) == (told is None)
    assert (told or "") in (why or "")
