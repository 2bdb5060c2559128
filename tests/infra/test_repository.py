"""What runs on others' machines: actions pinned to commits, as few rights as they need, and our own commands."""

import json
import re

import pytest
import yaml

from tests.infra.templates import PARAMETERS, ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"^[\w.-]+/[\w.-]+@[0-9a-f]{40}$")


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_says_which_version_that_is(path):
    used = [step["uses"] for step in steps(yaml.safe_load(path.read_text())) if "uses" in step]
    assert used
    assert [action for action in used if not PINNED.match(action)] == []
    assert all(re.search(rf"{re.escape(action)} # v\d", path.read_text()) for action in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_and_where_it_deploys_sign_in(path):
    permissions = yaml.safe_load(path.read_text())["permissions"]
    assert permissions.pop("contents") == "read"
    assert permissions in ({}, {"id-token": "write"})
    assert "secrets." not in path.read_text()


def test_the_tests_run_as_everywhere_else():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
    assert {step["run"] for step in steps(workflow) if "run" in step} == {".ci/run", "make package"}


def test_the_deployment_names_what_azd_would_ask():
    text = (ROOT / ".github" / "workflows" / "deploy.yml").read_text()
    asked = {name for body in PARAMETERS.values() for name in re.findall(r"\$\{(AZURE_\w+)\}", str(body["value"]))}
    named = set(re.findall(r"^      (AZURE_\w+):", text, re.MULTILINE))
    assert asked - {"AZURE_KEY_VAULT_NAME"} <= named
    assert "AZURE_SUBSCRIPTION_ID" in named


def test_the_devcontainer_has_the_python_we_test():
    settings = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert f"-{(ROOT / '.python-version').read_text().strip()[:4]}-" in settings["image"]


@pytest.mark.parametrize("name", ["SECURITY.md", "CODE_OF_CONDUCT.md"])
def test_reports_go_to_the_repository_and_to_no_address_somebody_made_up(name):
    text = (ROOT / name).read_text()
    assert "security advisory" in text
    assert not re.search(r"[\w.]+@[\w.]+", text)
