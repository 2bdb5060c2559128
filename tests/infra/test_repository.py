"""What runs on others' machines: actions pinned to commits, as few rights as they need, and our own commands."""

import json
import re
import subprocess

import pytest
import yaml

from tests.support.source import hold
from tests.support.templates import PARAMETERS, ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"^[\w.-]+/[\w.-]+@[0-9a-f]{40}$")


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def loosely_used(path):
    text = path.read_text()
    used = [step["uses"] for step in steps(yaml.safe_load(text)) if "uses" in step]
    pinned = [action for action in used if PINNED.match(action) and re.search(rf"{re.escape(action)} # v\d", text)]
    return sorted({*used} - {*pinned}) if used else ["uses no action"]


def test_every_action_is_pinned_to_a_commit_and_says_which_version_that_is():
    hold(loosely_used, WORKFLOWS)


def test_what_a_workflow_installs_is_of_one_version():
    """And no action is older than that of another workflow: those of 2024 run on a Node that is gone."""
    texts = [path.read_text() for path in WORKFLOWS]
    installed = [
        word for text in texts for line in re.findall(r"(?:npm|pip) install (.+)", text) for word in line.split()
    ]
    assert [
        word for word in installed if not word.startswith("-") and not re.search(r"(@|==)\d+\.\d+\.\d+$", word)
    ] == []
    used = {action for text in texts for action in re.findall(r"uses: (\S+)", text)}
    assert len(used) == len({action.partition("@")[0] for action in used})


def test_a_workflow_may_only_read_and_where_it_deploys_sign_in():
    allowed = ({"contents": "read"}, {"contents": "read", "id-token": "write"})
    permissions = {path.name: yaml.safe_load(path.read_text())["permissions"] for path in WORKFLOWS}
    assert {name: given for name, given in permissions.items() if given not in allowed} == {}


def test_the_only_secrets_a_workflow_sees_are_those_it_hands_over():
    seen = {name: set(re.findall(r"secrets\.(\w+)", path.read_text())) for path in WORKFLOWS for name in [path.name]}
    assert seen == {
        "azure-dev.yml": {"NOTIFY", "ESCALATE"},
        "chaos.yml": set(),
        "core-tools.yml": set(),
        "test.yml": set(),
    }


def test_the_tests_run_as_everywhere_else():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
    assert {step["run"] for step in steps(workflow) if "run" in step} == {".ci/run", "make package", ".ci/templates"}


DEPLOY = ROOT / ".github" / "workflows" / "azure-dev.yml"  # the name that azd looks for


def test_the_deployment_hands_over_every_choice_there_is():
    (job,) = yaml.safe_load(DEPLOY.read_text())["jobs"].values()
    asked = {name for body in PARAMETERS.values() for name in re.findall(r"\$\{(\w+)", str(body["value"]))}
    signing_in = {"AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"}
    assert set(job["env"]) == asked | signing_in | {"TAKE_BACK"}
    secret = {name for name, value in job["env"].items() if "secrets." in value}
    assert secret == {"NOTIFY", "ESCALATE"}
    by_name = {name: value for name, value in job["env"].items() if name != "TAKE_BACK"}
    assert [name for name, value in by_name.items() if not value.endswith(f".{name} }}}}")] == []


def test_the_deployment_signs_in_with_a_subject_that_azd_makes():
    """azd trusts branches and pull requests; a GitHub environment would be another subject."""
    (job,) = yaml.safe_load(DEPLOY.read_text())["jobs"].values()
    assert "environment" not in job
    workflow = yaml.safe_load(DEPLOY.read_text())
    assert list(workflow[True]) == ["workflow_dispatch"]  # YAML reads `on` as true


@pytest.mark.parametrize(
    ("said", "code", "passes"),
    [
        ("", 0, True),
        ("infra/app.bicep(9,3) : Warning BCP037: The property is not allowed", 0, False),
        ("infra/app.bicep(9,3) : Error BCP057: The name does not exist", 1, False),
    ],
)
def test_a_template_that_the_compiler_only_warns_of_fails_the_workflow(tmp_path, said, code, passes):
    az = tmp_path / "az"
    az.write_text(f"#!/bin/sh\n[ \"$2\" = install ] && exit 0\necho '{said}' >&2\nexit {code}\n")
    az.chmod(0o755)
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run([ROOT / ".ci" / "templates"], env=path, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == passes
    assert passes or "infra/app.bicep(9,3)" in done.stdout + done.stderr


def test_the_devcontainer_has_the_python_we_test():
    settings = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert f"-{(ROOT / '.python-version').read_text().strip()[:4]}-" in settings["image"]


@pytest.mark.parametrize("name", ["SECURITY.md", "CODE_OF_CONDUCT.md"])
def test_reports_go_to_the_repository_and_to_no_address_somebody_made_up(name):
    text = (ROOT / name).read_text()
    assert "security advisory" in text
    assert not re.search(r"[\w.]+@[\w.]+", text)
