"""`python -m dev.host`: what it prints, how it ends, and what it leaves behind: nothing."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from dev.host import AppLoadError, running_host
from tests.host.client import APPS, PATIENCE_SECONDS, wait_for

ROOT = Path(__file__).parents[2]


def start(app, *arguments):
    command = [sys.executable, "-m", "dev.host", "--app-dir", str(APPS / app), "--port", "0", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def banner(process):
    """What the host says until it listens."""
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith("Listening on"):
            return lines
    raise AssertionError("".join(lines) + process.stderr.read())


@pytest.fixture
def host():
    process = start("settings", "--key", "chosen")
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()


def worker_of(lines):
    url = lines[-1].removeprefix("Listening on ")
    return requests.get(f"{url}/process", timeout=PATIENCE_SECONDS).json()["pid"]


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_the_host_says_what_it_serves(host):
    text = "\n".join(banner(host))
    assert re.search(r"setting: \[any method\] http://127\.0\.0\.1:\d+/setting/\{name\} \(anonymous\)", text)
    assert "most_at_once: orchestrator" in text
    assert "master chosen" in text
    assert "task hub HubFromSettings" in text
    assert "State is in memory" in text
    assert "BuiltIn__" not in text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_host_and_worker_cleanly(host, number):
    worker = worker_of(banner(host))
    os.killpg(host.pid, number) if number == signal.SIGINT else host.send_signal(number)
    assert host.wait(PATIENCE_SECONDS) == 0
    assert is_gone(worker)
    assert "Traceback" not in host.stderr.read()


def test_the_worker_ends_when_the_host_is_killed(host):
    worker = worker_of(banner(host))
    host.kill()
    assert wait_for(lambda: is_gone(worker))


def test_an_app_that_cannot_be_loaded_ends_the_host_with_the_apps_own_traceback():
    process = start("broken")
    _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert "A_SETTING_THAT_IS_MISSING" in errors
    assert re.search(r'function_app\.py", line \d+, in read_settings', errors)


def test_a_folder_without_an_app_is_refused(tmp_path):
    with pytest.raises(AppLoadError, match=r"No function_app\.py"), running_host(tmp_path):
        pass


def test_an_app_that_ends_the_process_while_loading_is_refused(tmp_path):
    (tmp_path / "function_app.py").write_text("raise SystemExit(3)")
    with pytest.raises(AppLoadError, match="ended while it loaded"), running_host(tmp_path):
        pass


def test_an_unusable_host_json_or_route_is_said_in_one_line(tmp_path):
    (tmp_path / "host.json").write_text("{")
    process = start(tmp_path)
    _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert errors.startswith("The host could not start: host.json is not JSON")


def test_two_hosts_in_one_process_do_not_share_anything():
    with running_host(APPS / "settings") as one, running_host(APPS / "settings") as other:
        assert one.url != other.url
        assert one.key != other.key
        assert (
            requests.get(
                f"{other.url}/runtime/webhooks/durabletask/instances?code={one.durable_key}", timeout=5
            ).status_code
            == 401
        )
