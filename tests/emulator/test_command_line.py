"""`python -m dev.emulator` as a user runs it."""

import json
import os
import signal
import subprocess
import sys

import pytest

from dev.emulator import Control
from tests.support.documents import image_id


@pytest.fixture
def seed_file(tmp_path):
    file = tmp_path / "seed.json"
    file.write_text(json.dumps([{"id": image_id("mine"), "location": "westus"}]))
    return file


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_what_clients_need_and_ends_cleanly(tmp_path, seed_file, ending):
    command = [sys.executable, "-m", "dev.emulator", "--port", "0", "--speed", "7"]
    command += ["--directory", str(tmp_path), "--seed", str(seed_file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."})
    try:
        lines = [process.stdout.readline().strip() for _ in range(6)]
        exported = dict(line.removeprefix("export ").split("=", 1) for line in lines)
        control = Control(exported["ARM_ENDPOINT"], exported["SSL_CERT_FILE"])
        assert control.state()["speed"] == 7
        assert control.resource(image_id("mine"))["location"] == "westus"
        assert control.resource(image_id("ubuntu-web"))
        process.send_signal(ending)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
    assert set(exported) == {
        "ARM_ENDPOINT",
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "IDENTITY_ENDPOINT",
        "IDENTITY_HEADER",
        "AZURE_SUBSCRIPTION_ID",
    }
