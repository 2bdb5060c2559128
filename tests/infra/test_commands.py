"""The commands that operators are told to type: the real `az` parses its own, the rest runs here or is in a table."""

import re
import shlex
import shutil

import pytest
import requests
import yaml

from dev import package
from dev.emulator import running_emulator
from dev.host import running_host
from tests.infra.az_here import complaints
from tests.infra.azd import provision
from tests.infra.azure_cli import AzureCli, in_group
from tests.support.templates import PARAMETERS, ROOT

OPERATORS = ("docs/deployment.md", "docs/operations.md")
NAMES = (*OPERATORS, "docs/cost.md", "docs/reference.md", "SECURITY.md", "CONTRIBUTING.md", "README.md")
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
IN_SHELL = re.compile(r"\$\((az [^)]*)\)")
PROGRAMS = ("az", "azd", "make", "curl", "export", "source", "cp", "func", "docker", "azurite", "python3", ".venv/bin/")
ELSEWHERE = {"azurite", "docker", "func"}  # programs of others that are told of in the reference alone
HERE = {
    "cp local.settings.example.json local.settings.json": "the test at the end of this file",
    "source .dev/env": "tests/front_door/test_readme.py",
    ".venv/bin/python -m dev.": "tests/front_door/test_reference.py",
    ".venv/bin/azure-functions-doctor doctor --path .": "test_doctor.py",
}
# azd is not installed here. Its commands are those of its own list of usages (cli/azd/cmd/testdata, read 2026-11-30),
# with how many words each takes, and the options of its reference that are used here.
AZD = {
    "up": (0, set()),
    "provision": (0, {"--no-state", "--no-prompt"}),
    "deploy": (0, {"--no-prompt"}),
    "down": (0, {"--purge"}),
    "auth login": (0, {"--client-id", "--tenant-id", "--federated-credential-provider"}),
    "env new": (1, set()),
    "env set": (2, set()),
    "env set-secret": (1, set()),
    "env get-values": (0, set()),
    "env refresh": (0, set()),
    "env remove": (0, set()),
    "hooks run": (1, set()),
    "pipeline config": (0, set()),
}


def lines_of(text):
    """Every line that starts with a prompt, and every span that begins with a program and goes on."""
    typed = [line[2:].strip() for block in CONSOLE.findall(text) for line in block.splitlines() if line[:2] == "$ "]
    spans = [" ".join(span.split()) for span in SPAN.findall(FENCED.sub("", text))]
    return typed + [span for span in spans if span.startswith(tuple(f"{one} " for one in PROGRAMS))]


LINES = {name: lines_of((ROOT / name).read_text()) for name in NAMES}
EVERY = sorted({line for lines in LINES.values() for line in lines})


def az_in(line):
    """What `az` is called with in a line, if it is; in a shell's brackets, too."""
    return [shlex.split(one)[1:] for one in ([line] if line.startswith("az ") else IN_SHELL.findall(line))]


def azd_complaint(line):
    words = shlex.split(line)[1:]
    name = next((" ".join(words[:length]) for length in (2, 1) if " ".join(words[:length]) in AZD), None)
    if name is None:
        return f"azd has no command {words}"
    takes, options = AZD[name]
    rest = words[len(name.split()) :]
    given = [word for word in rest if not word.startswith("--")]
    if unknown := {word for word in rest if word.startswith("--")} - options:
        return f"azd {name} does not take {unknown}"
    # one that is only named has no words at all
    if given and len(given) != takes and not (name == "env set" and len(given) == 1):
        return f"azd {name} takes {takes} words, not {given}"
    if name in {"env set", "env set-secret"} and given and given[0] not in {*variables(), "NAME"}:
        return f"nothing reads {given[0]}"
    return f"there is no hook {given}" if name == "hooks run" and given[0] not in hooks() else None


def variables():
    """What azd or a hook reads of the environment."""
    asked = {name for body in PARAMETERS.values() for name in re.findall(r"\$\{(\w+)", str(body["value"]))}
    return asked | {"GIVE_UP", "TAKE_BACK", "AZURE_LOCATION"}


def hooks():
    return yaml.safe_load((ROOT / "azure.yaml").read_text())["hooks"].keys()


def make_complaint(line):
    target, *given = shlex.split(line)[1:]
    makefile = (ROOT / "Makefile").read_text()
    if not re.search(rf"^{target}:", makefile, re.MULTILINE):
        return f"there is no target {target}"
    unknown = [one for one in given if f"$({one.partition('=')[0]}" not in makefile]
    return f"make {target} does not read {unknown}" if unknown else None


CHECKS = {"azd": azd_complaint, "make": make_complaint}
RUN = {"curl": "test_smoke.py and tests/front_door run it"}


def unchecked(line):
    """Why nothing here would notice that a line is wrong; None where something would."""
    program = line.split()[0]
    if az_in(line) or program in RUN or line.startswith(tuple(HERE)):
        return None
    return CHECKS[program](line) if program in CHECKS else f"nothing checks {line}"


@pytest.mark.parametrize("line", sorted({line for name in OPERATORS for line in LINES[name]}))
def test_every_command_of_the_operators_documents_is_checked(line):
    assert unchecked(line) is None


def test_every_command_of_the_other_documents_is_known():
    rest = [line for line in EVERY if line.split()[0] not in ELSEWHERE]
    assert [why for line in rest if (why := unchecked(line))] == []
    assert {line.split()[0] for line in EVERY} >= {"az", "azd", "make", "curl", "func"}


@pytest.mark.parametrize(
    "line",
    [
        "azd env set NOTIFI x",
        "azd env set NOTIFY x y",
        "azd env put NOTIFY x",
        "azd down --purge-all",
        "azd hooks run predeploy",
        "make smok URL=https://APP",
        "make smoke ADDRESS=https://APP",
        "export KEY=$(cat key)",
        "python3 -m infra.hooks.preprovision",
    ],
)
def test_a_command_that_is_wrong_is_found_out(line):
    assert unchecked(line)


def test_the_real_az_understands_every_command_of_the_documents(tmp_path):
    commands = [words for line in EVERY for words in az_in(line)]
    assert len(commands) > 20
    assert complaints(commands, tmp_path) == {}


def test_the_real_az_does_not_understand_what_is_wrong(tmp_path):
    wrong = ["image updat --ids ID", "image update --idz ID", "keyvault purge --vault v", "functionapp stopp"]
    assert len(complaints([line.split() for line in wrong], tmp_path)) == len(wrong)


def test_the_commands_that_the_hooks_run_or_print_are_understood(tmp_path):
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
    known = dict(provision().outputs) | {"VNET_ENABLED": "true", "AZURE_FUNCTION_APP_URL": "http://127.0.0.1:1"}
    said = [cli.run(hook, known) for hook in ("preprovision", "postprovision", "postdeploy")]
    said.append(cli.run("preprovision", {"NOTIFY": "mail://somebody", "ZONE_REDUNDANCY": "All"}))
    said.append(cli.run("postdeploy", known | {"PRIVATE_APP": "true"}))
    cli.remember({"VNET_ENABLED": "true"}, {})
    cli.answers["resource list"] += in_group(provision({"VNET_ENABLED": "true"}))
    said.append(cli.run("postprovision", {}))
    said.append(cli.run("predown", {"AUTH_CLIENT_ID": "client"}))
    printed = re.findall(r"\baz ([a-z].+)", "".join(done.stdout + done.stderr for done in said))
    used = [*cli.asked, *(shlex.split(line) for line in printed if " --" in line)]
    names = {" ".join(words[:3]) for words in used}
    assert names >= {"deployment group create", "role assignment delete", "provider register --namespace"}
    assert names >= {"resource list --resource-group", "functionapp keys list", "account get-access-token --resource"}
    assert names >= {"keyvault show --name", "storage account migration", "resource delete --ids"}
    assert "eventgrid system-topic event-subscription" in names
    distinct = {tuple(word for word in words if word.startswith("--") or " " not in word) for words in used}
    assert complaints([list(words) for words in sorted(distinct)], tmp_path) == {}


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
