"""Every example request of the API definitions is accepted, and its answer has the shape of the example's."""

import json
import re

import pytest

from dev.emulator.seed import SUBSCRIPTION, SUBSCRIPTION_ID
from tests.emulator.definitions import operations
from tests.emulator.exceptions import AGAINST_THE_DOCUMENTATION, NOT_IN_OUR_ANSWERS
from tests.emulator.in_process import ROUTES

CREATED_BY = {"Galleries": "Gallery_Create", "GalleryImages": "GalleryImage_Create"}
_SUBSCRIPTIONS = re.compile(
    r"\{subscription-?[iI]d\}|00000000-0000-0000-0000-000000000000|(?<=subscriptions/)subscriptionId"
)


def _adapted(content):
    """In our subscription, with names where the examples have placeholders in braces, and no misspelt type."""
    text = _SUBSCRIPTIONS.sub(SUBSCRIPTION_ID, json.dumps(content)).replace(
        "/diskEncryptionSet/", "/diskEncryptionSets/"
    )
    return json.loads(re.sub(r"\{([A-Za-z-]+)\}", r"\1", text))


def _examples():
    for operation in operations():
        for name, content in operation.examples():
            example = _adapted(content)
            path = _path(operation, example["parameters"])
            if ROUTES.match(operation.method, path):
                yield pytest.param(operation, example, path, id=f"{operation.id}-{name}")


def _path(operation, parameters):
    values = {**parameters, "subscriptionId": SUBSCRIPTION_ID}
    path = re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], "")).strip("/"), operation.template)
    return re.sub("/{2,}", "/", path)


def _body(operation, parameters):
    described = operation.description.get("parameters", ())
    names = [parameter["name"] for parameter in described if parameter.get("in") == "body"]
    return parameters[names[0]] if names else None


EXAMPLES = {parameter.id: parameter.values for parameter in _examples()}


@pytest.fixture
def call(arm):
    def send(operation, example, path):
        options = {name: value for name, value in example["parameters"].items() if name.startswith("$")}
        return arm(
            operation.method, path, _body(operation, example["parameters"]), api=operation.api_version, **options
        )

    return send


@pytest.fixture
def surroundings(control):
    """Groups and sources that the examples take for granted."""
    for group in ("myResourceGroup", "resourceGroup", "rgcompute", "resourcegroupname", "my-resource-group"):
        control.put_resource({"id": f"{SUBSCRIPTION}/resourceGroups/{group}", "location": "westus"})
    disk = {"osType": "Windows", "osState": "Generalized", "diskSizeGB": 10, "managedDisk": {"id": "/disks/os"}}
    storage = {"storageProfile": {"osDisk": disk, "dataDisks": [{"lun": 1, "diskSizeGB": 10}]}}
    for name in ("images/imageName", "virtualMachines/myVM", "virtualMachines/vmName"):
        for group in ("myResourceGroup", "resourceGroup"):
            source = f"{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Compute/{name}"
            control.put_resource({"id": source, "location": "westus", "properties": storage})
    sets = f"{SUBSCRIPTION}/resourceGroups/myResourceGroup/providers/Microsoft.Compute/diskEncryptionSets"
    control.put_resource({"id": f"{sets}/myDiskEncryptionSet", "location": "westus"})
    control.put_resource({"id": f"{sets}/myOtherDiskEncryptionSet", "location": "westus"})
    for region in ("WestUS", "EastUS"):
        for name in (f"my{region}DiskEncryptionSet", f"myOther{region}DiskEncryptionSet"):
            control.put_resource({"id": f"{sets}/{name}", "location": region.lower()})


def _put_parents(control, path):
    """Gallery and definition, as the examples of their own creation have them."""
    parts = path.split("/")
    for kind, length in (("Galleries", 9), ("GalleryImages", 11)):
        if "galleries" in parts and len(parts) > length and "softDeletedArtifactTypes" not in parts:
            _, example, _ = EXAMPLES[f"{kind}_CreateOrUpdate-{CREATED_BY[kind]}"]
            _seed(control, "/".join(parts[:length]), example["responses"]["200"]["body"])


def _seed(control, path, shown):
    location = shown.get("location", "westus").replace(" ", "").lower()
    control.put_resource(
        {**shown, "id": path, **({} if "/locks/" in path or "/tags/" in path else {"location": location})}
    )


def _delete_softly(control, arm, path):
    """A version of the image the path asks for, deleted from a gallery that keeps what is deleted."""
    gallery, _, below = path.partition("/softDeletedArtifactTypes/")
    version = f"{gallery}/images/{below.split('/')[2]}/versions/1.0.0"
    policy = {"properties": {"softDeletePolicy": {"isSoftDeleteEnabled": True}}}
    for resource, more in ((gallery, policy), (version.rpartition("/versions/")[0], {}), (version, {})):
        control.put_resource({"id": resource, "location": "westus", **more})
    assert arm("DELETE", version).status_code == 202
    control.advance(122)


def _put_target(control, operation, example, path):
    """What the example looks at, changes or deletes, as it shows it itself."""
    shown = example["responses"].get("200", {}).get("body", {})
    if path.endswith("/providers/Microsoft.Resources/tags/default"):
        scope = path.removesuffix("/providers/Microsoft.Resources/tags/default")
        known = control.resource(scope) or {"id": scope, "location": "westus"}
        control.put_resource(known | shown.get("properties", {}))
    elif "value" in shown:
        seeded = () if "/softDeletedArtifactTypes/" in path else shown["value"]
        for number, item in enumerate(seeded):
            _seed(control, f"{_scope_of_list(path)}/{item.get('name', f'item{number}')}", item)
    elif not _creates(operation, example):
        _seed(control, path, shown)


def _scope_of_list(path):
    """Where to put what a list of a subscription shows: in a group, unless it is a lock."""
    if path.lower().startswith(f"{SUBSCRIPTION}/providers/microsoft.compute".lower()):
        return path.replace(SUBSCRIPTION, f"{SUBSCRIPTION}/resourceGroups/myResourceGroup")
    return path


def _creates(operation, example):
    body = _body(operation, example["parameters"]) or {}
    updates = body.get("properties", {}).get("storageProfile") == {}
    return operation.method == "PUT" and not updates


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - AGAINST_THE_DOCUMENTATION.keys()))
def test_an_example_is_accepted_and_answered_in_its_shape(name, call, surroundings, control, arm):
    operation, example, path = EXAMPLES[name]
    if "/softDeletedArtifactTypes/" in path:
        _delete_softly(control, arm, path)
    _put_parents(control, path)
    _put_target(control, operation, example, path)
    response = call(operation, example, path)
    assert response.ok, response.text
    assert str(response.status_code) in operation.description["responses"]
    wanted = example["responses"].get("200", {}).get("body")
    if response.content and wanted:
        control.advance(600)
        shown = response.json() if operation.method == "GET" else arm("GET", path, api=operation.api_version).json()
        excused = [where for pattern, where in NOT_IN_OUR_ANSWERS.items() if re.fullmatch(pattern, name)]
        assert [where for where in _missing(wanted, shown, "$") if not _excused(where, excused)] == []


@pytest.mark.parametrize(("name", "reason"), AGAINST_THE_DOCUMENTATION.items())
def test_an_example_that_the_documentation_rules_out_is_refused(name, reason, call, surroundings, control):
    operation, example, path = EXAMPLES[name]
    _put_parents(control, path)
    response = call(operation, example, path)
    assert (response.status_code, reason in response.text) == (400, True)


def _excused(where, patterns):
    return any(re.search(pattern, where) for several in patterns for pattern in several)


def _counterpart(wanted, shown):
    """The item of the same name, or else the first: lists may hold more than the example's."""
    name = wanted.get("name") if isinstance(wanted, dict) else None
    return next((item for item in shown if name and item.get("name") == name), shown[0])


def _missing(wanted, shown, at):
    """Where the example has something that ours lacks, or has as another type of JSON."""
    if isinstance(wanted, dict) and isinstance(shown, dict):
        for name, inner in wanted.items():
            if name in shown:
                yield from _missing(inner, shown[name], f"{at}.{name}")
            else:
                yield f"{at}.{name}"
    elif isinstance(wanted, list) and isinstance(shown, list):
        if wanted and not shown:
            yield f"{at}[0]"
        elif wanted:
            yield from _missing(wanted[0], _counterpart(wanted[0], shown), f"{at}[0]")
    elif type(wanted) is not type(shown):
        yield f"{at} is {type(shown).__name__}, not {type(wanted).__name__}"
