"""The commands that operators are told to type: those that need Azure exist in the real `az`, our own run here."""

import itertools
import re
import shutil
import subprocess

import pytest
import requests

from dev import package
from dev.emulator import running_emulator
from dev.host import running_host
from tests.infra.azd import provision
from tests.infra.azure_cli import AzureCli, in_group
from tests.support.templates import ROOT

AZ = ROOT / ".az-venv" / "bin" / "az"
NAMES = (
    "docs/deployment.md",
    "docs/operations.md",
    "docs/cost.md",
    "docs/reference.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
)
DOCUMENTS = [ROOT / name for name in (*NAMES, "README.md")]
TEXT = "\n".join(path.read_text() for path in DOCUMENTS)
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
ELSEWHERE = {"az", "azd", "azurite", "docker", "func", "curl"}  # programs this repository does not install, but for az
HERE = {
    "cp local.settings.example.json local.settings.json": "the test at the end of this file",
    "make smoke URL=https://APP.azurewebsites.net": "test_smoke.py",
    "make demo": "tests/front_door/test_demo.py",
    "source .dev/env": "tests/front_door/test_readme.py",
    "export FUNCTIONS_KEY=": "the command in it exists, says the real az below",
    ".venv/bin/python -m dev.": "tests/front_door/test_reference.py",
    ".venv/bin/azure-functions-doctor doctor --path .": "test_doctor.py",
}


def typed():
    """Every line that starts with a prompt."""
    return [line[2:].strip() for block in CONSOLE.findall(TEXT) for line in block.splitlines() if line.startswith("$ ")]


def az_commands():
    """Every use of `az` in the documents: what it is called with, by its options."""
    inline = [" ".join(code.split()) for code in re.findall(r"`([^`]*\baz [^`]*)`", FENCED.sub("", TEXT))]
    found = [*typed(), *inline]
    uses = [use for text in found for use in re.findall(r"(?:^|\()az ([a-z].*)", text)]
    commands = {}
    for use in uses:
        command = re.match(r"[a-z -]*?[a-z](?= --| *$|`)", use)
        commands.setdefault(command.group() if command else use, set()).update(re.findall(r"--[a-z][a-z-]+", use))
    return {command: sorted(options) for command, options in commands.items()}


def test_what_is_to_be_typed_is_known():
    unknown = [line for line in typed() if line.split()[0] not in ELSEWHERE and not line.startswith(tuple(HERE))]
    assert unknown == []
    assert {line.split()[0] for line in typed()} >= {"az", "azd", "func"}


def test_the_make_targets_that_are_named_exist():
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)`", TEXT)) <= targets


def check(command, options):
    shown = subprocess.run([AZ, *command.split(), "--help"], capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert [option for option in options if not re.search(rf"{option}\b", shown.stdout)] == []
    assert [option for option in options if re.search(rf"{option} .*\[Deprecated\]", shown.stdout)] == []


@pytest.mark.parametrize(("command", "options"), az_commands().items(), ids=str)
def test_an_az_command_exists_with_its_options(command, options):
    check(command, options)


def test_the_commands_that_the_hooks_run_or_print_exist_with_their_options(tmp_path):
    cli = AzureCli(tmp_path)
    cli.remember({"ALLOW_SOURCE_DELETION": "true"}, {"NOTIFY": "mail://somebody"})
    wide = provision({"ALLOW_SOURCE_DELETION": "true"})
    cli.answers |= {"provider show": {"registrationState": "NotRegistered"}, "deployment group create": None}
    cli.answers |= {
        "functionapp show": {"defaultHostName": "127.0.0.1:1"},
        "account get-access-token": {"accessToken": ""},
    }
    cli.answers |= {"functionapp keys list": {"functionKeys": {"default": "key"}}}
    cli.answers["role assignment list"] = [{"id": path} for path in wide.resources]
    variables = dict(provision().outputs) | {"VNET_ENABLED": "true"}
    said = [cli.run(hook, variables) for hook in ("preprovision", "postprovision", "postdeploy")]
    said.append(cli.run("preprovision", {"NOTIFY": "mail://somebody", "ZONE_REDUNDANCY": "All"}))
    said.append(cli.run("postdeploy", variables | {"PRIVATE_APP": "true"}))
    cli.remember({"VNET_ENABLED": "true"}, {})
    cli.answers["resource list"] += in_group(provision({"VNET_ENABLED": "true"}))
    said.append(cli.run("postprovision", {}))
    said.append(cli.run("predown", {"AUTH_CLIENT_ID": "client"}))
    printed = re.findall(r"\baz ([a-z].+)", "".join(done.stdout + done.stderr for done in said))
    used = {}
    for words in [*cli.asked, *(line.split() for line in printed)]:
        command = " ".join(itertools.takewhile(lambda word: not word.startswith("-"), words))
        used.setdefault(command, set()).update(word for word in words if word.startswith("--"))
    assert used.keys() >= {"deployment group create", "role assignment delete", "provider register", "keyvault show"}
    assert used.keys() >= {"storage account migration start", "resource delete"}
    assert "eventgrid system-topic event-subscription delete" in used
    assert used.keys() >= {"resource list", "functionapp show", "functionapp keys list", "account get-access-token"}
    assert used.keys() >= {"functionapp list-flexconsumption-locations", "rest"}
    for command, options in used.items():
        check(command, options)


def test_the_sample_settings_are_settings_the_app_starts_with(tmp_path):
    archive = tmp_path / "app.zip"
    package.build(archive)
    shutil.unpack_archive(archive, tmp_path / "app")
    shutil.copy(ROOT / "local.settings.example.json", tmp_path / "app" / "local.settings.json")
    with running_emulator() as emulator, running_host(tmp_path / "app", emulator.environment) as host:
        answer = requests.get(f"{host.url}/api/migrations", headers={"x-functions-key": host.key}, timeout=20)
        assert (answer.status_code, answer.json()["migrations"]) == (200, [])
        plan = requests.post(
            f"{host.url}/api/migrations/plan",
            json={"sourceImageId": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Compute/images/i"},
            headers={"x-functions-key": host.key},
            timeout=20,
        )
        assert plan.status_code == 422, plan.text  # not 500: no setting is refused
