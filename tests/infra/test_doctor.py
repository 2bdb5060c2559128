"""azure-functions-doctor finds nothing wrong, and every warning of its has an answer in CONTRIBUTING.md."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source import tracked_files
from tests.support.templates import ROOT

ANSWERED = re.compile(r"^\| ([^|]+?) \| [^|]+ \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    """What it says of a clean copy of the repository."""
    copy = tmp_path_factory.mktemp("clean")
    for path in tracked_files():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes((ROOT / path).read_bytes())
    doctor = Path(sys.executable).parent / "azure-functions-doctor"
    options = ["--profile", "full", "--hosting-plan", "flex-consumption", "--target-python", "3.13", "--format", "json"]
    done = subprocess.run([doctor, "doctor", "--path", copy, *options], capture_output=True, text=True, check=False)
    return [item for section in json.loads(done.stdout)["results"] for item in section["items"]]


def labels(findings, status):
    return {item["label"] for item in findings if item["status"] == status}


def test_nothing_fails(findings):
    assert len(labels(findings, "pass")) > 10
    assert labels(findings, "fail") == set()


def test_every_warning_is_answered(findings):
    section = (ROOT / "CONTRIBUTING.md").read_text().partition("\n### What the doctor says\n")[2].partition("\n###")[0]
    assert labels(findings, "warn") - set(ANSWERED.findall(section)) == set()
