"""The roles hold exactly the actions that the code in `arm/` takes, found by reading it, and delete stands alone."""

import ast
import json
import re
from typing import Any

import pytest

from migration.asking.settings import Settings
from migration.plan import rights
from migration.plan.rights import Permission
from migration.users.kinds import GRAPH_KINDS, HOST_CONFIGURATIONS, HOST_POOLS, IMAGE_TEMPLATES, TEMPLATE_TARGETS
from tests.infra.azd import HERE, actions, app_settings, assigned, provision
from tests.support.source import python_files, tree_of
from tests.support.templates import INFRA, ROLES

COMPUTE = {
    "images": "images",
    "galleries": "galleries",
    "gallery_images": "galleries/images",
    "gallery_image_versions": "galleries/images/versions",
    "virtual_machines": "virtualMachines",
    "disk_encryption_sets": "diskEncryptionSets",
    "virtual_machine_scale_sets": "virtualMachineScaleSets",
    "virtual_machine_scale_set_vms": "virtualMachineScaleSets/virtualMachines",
}
VERBS = {"get": "read", "begin_create_or_update": "write", "begin_delete": "delete"}
OPERATIONS = {"Microsoft.Compute/locations/capsOperations/read", "Microsoft.Compute/locations/operations/read"}
METHODS = {"GET": "read", "POST": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}


def actions_of(tree):
    """Every action that a module takes through the SDK or by a request of its own."""
    found = set()
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]:
        found |= through_the_sdk(function) | by_request(function, constants(tree))
    return found


def through_the_sdk(function):
    attributes = [node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)]
    kinds = {COMPUTE[name] for name in attributes if name in COMPUTE}
    verbs = {
        "read" if name.startswith("list") else VERBS[name]
        for name in attributes
        if name in VERBS or name.startswith("list")
    }
    return {f"Microsoft.Compute/{kind}/{verb}" for kind in kinds for verb in verbs}


def by_request(function, known):
    """Actions of `send(method, url)` and `list_all(url)`; a URL that is only passed on is an operation's."""
    found = set()
    for call in [node for node in ast.walk(function) if isinstance(node, ast.Call)]:
        name = getattr(call.func, "id", "")
        if name not in {"send", "list_all"}:
            continue
        verb = METHODS[getattr(call.args[0], "value", "")] if name == "send" else "read"
        text = written(call.args[-1] if name == "list_all" else call.args[1], function, known)
        found |= OPERATIONS if text is None else {f"{kind_of(text)}/{verb}"}
    return found


def written(url, function, known):
    """The URL as it stands in the code, placeholders as `*`; None for one that came from outside."""
    if isinstance(url, ast.Name):
        values = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == url.id
        ]
        return written(values[0], function, known) if values else None
    if isinstance(url, ast.JoinedStr):
        parts: list[Any] = [
            part.value if isinstance(part, ast.Constant) else known.get(getattr(vars(part)["value"], "id", ""), "*")
            for part in url.values
        ]
        return "".join(parts)
    return url.value


def constants(tree):
    return {
        getattr(node.targets[0], "id", ""): node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }


def kind_of(url):
    path = url.partition("?")[0]
    if "/providers/" not in path:
        return "Microsoft.Resources/" + "/".join(path.strip("/").split("/")[::2])
    namespace, *types = path.rpartition("/providers/")[2].split("/")
    return "/".join([namespace, *types[::2]])


def taken():
    passed_on = {"send", "list_all"}  # the helpers themselves take whatever URL they are given
    found = set()
    for path in python_files("arm"):
        tree = tree_of(path)
        tree = ast.Module([node for node in tree.body if getattr(node, "name", "") not in passed_on], [])
        found |= actions_of(tree)
    return found


def granted(*keys):
    return {action for key in keys or ROLES for action in ROLES[key]}


SHOWN_BY_RESOURCE_GRAPH = {*IMAGE_TEMPLATES.reads, *HOST_POOLS.reads}  # it hides what its reader may not read


def test_the_roles_grant_what_the_code_takes_and_nothing_else():
    assert granted() == taken() | SHOWN_BY_RESOURCE_GRAPH


def test_the_role_to_look_shows_image_templates_and_host_pools_and_hides_what_it_cannot_show():
    """Resource Graph was silent about what the role did not let it show, and the page said that there was nothing."""
    looks = Permission(actions=ROLES["observer"])
    hidden = rights.hidden_kinds([rights.Scope(field="", id="/subscriptions/s", permissions=[looks])])
    shown = {IMAGE_TEMPLATES.key, TEMPLATE_TARGETS.key, HOST_POOLS.key, HOST_CONFIGURATIONS.key}
    assert hidden.keys() == GRAPH_KINDS - shown


@pytest.mark.parametrize(
    ("code", "action"),
    [
        ("async def f(s):\n    await compute(s).images.get('g', 'n')", "Microsoft.Compute/images/read"),
        (
            "async def f(s):\n    await start(compute(s).disks_of.images.begin_delete)",
            "Microsoft.Compute/images/delete",
        ),
        (
            "async def f(s):\n    return [x async for x in compute(s).galleries.list()]",
            "Microsoft.Compute/galleries/read",
        ),
        ("async def f(i):\n    await send('DELETE', f'{i}/providers/Microsoft.X/ys/z?a=1')", "Microsoft.X/ys/delete"),
        ("async def f():\n    await list_all('/subscriptions?a=1')", "Microsoft.Resources/subscriptions/read"),
    ],
)
def test_a_new_call_would_be_found(code, action):
    assert action in actions_of(ast.parse(code))


def test_no_role_has_a_wildcard():
    assert not [
        action for action in granted() if not re.fullmatch(r"Microsoft\.\w+(/\w+)+/(read|write|delete)", action)
    ]


def test_only_one_role_deletes_sources_and_it_does_nothing_else():
    assert [key for key in ROLES if "Microsoft.Compute/images/delete" in ROLES[key]] == ["deleter"]
    assert ROLES["deleter"] == ["Microsoft.Compute/images/delete"]


def test_looking_changes_nothing():
    assert {action.rpartition("/")[2] for action in ROLES["observer"]} == {"read"}


def test_the_right_to_delete_is_there_only_where_it_was_asked_for():
    assert actions(provision({"ALLOW_SOURCE_DELETION": "true"}))["delete sources"] == ROLES["deleter"]
    without = provision()
    assert actions(without)["delete sources"] == ["Microsoft.Compute/images/read"]
    assert app_settings(without)["MIGRATION_DELETE_SOURCE"] == "never"


def test_allowing_deletion_and_then_not_takes_the_right_away():
    """azd deploys on top of what is there: the assignment of before stays, so the role itself must change."""
    allowed, taken_back = provision({"ALLOW_SOURCE_DELETION": "true"}), provision()
    stays = assigned(allowed) - assigned(taken_back)
    (scope, role) = stays.pop()
    assert stays == set()
    assert scope == f"/subscriptions/{HERE}"
    (definition,) = [one for one in taken_back.of_type("Microsoft.Authorization/roleDefinitions") if one.name == role]
    assert definition.body["properties"]["permissions"] == [
        {"actions": ["Microsoft.Compute/images/read"], "notActions": []}
    ]


@pytest.mark.parametrize("word", ["1", "ON", "t", "True", "y", "yes", "0", "false", "no", "off", ""])
def test_the_right_to_create_galleries_follows_the_apps_own_reading_of_the_setting(word):
    wanted = Settings(create_gallery=word).create_gallery if word else False
    may = ROLES["galleryCreator"] if wanted else ["Microsoft.Compute/images/read"]
    assert actions(provision({"MIGRATION_CREATE_GALLERY": word}))["create galleries"] == may


LISTS = {"consumers": None, "galleries": {"list_galleries", "list_definitions"}, "versions": {"list_versions"}}


def test_whatever_the_search_for_users_lists_the_app_asks_whether_it_may_read():
    listed = set()
    for path in [one for one in python_files("arm") if one.stem in LISTS]:
        names = LISTS[path.stem]
        body = [node for node in tree_of(path).body if names is None or getattr(node, "name", "") in names]
        listed |= actions_of(ast.Module(body, []))
    assert listed == set(rights.SEE_USERS)
    assert listed <= granted("observer")


def test_messages_name_the_role_to_look_as_it_is_called():
    names = {role["key"]: role["name"] for role in json.loads((INFRA / "roles.json").read_text())}
    assert names["observer"] == rights.LOOK


def test_what_the_plan_checks_is_what_the_roles_grant():
    assert {*rights.READ_SOURCE, *rights.DELETE_SOURCE} <= granted("observer", "deleter")
    writes = {*rights.WRITE_VERSION, *rights.WRITE_DEFINITION, *rights.TAG}
    assert writes <= granted("observer", "writer")
    assert granted("writer") <= writes
    assert set(rights.WRITE_GALLERY) == granted("galleryCreator")
    assert set(rights.TAG) == granted("tagger")
