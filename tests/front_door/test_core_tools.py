"""`make demo HOST=func`: what `func` is given and what is said without it.

`func` here is a stand-in that runs the app with our own host and asks for no keys, as Core Tools do on a laptop. That
the real one does the same is not proven here.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dev.core_tools import FuncStartError, ToolMissingError, running_func
from dev.core_tools.func import STORAGE_BACKEND

ROOT = Path(__file__).resolve().parents[2]
FUNC = f"""#!{sys.executable}
import asyncio, json, os, sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from dev.host.__main__ import run
from dev.host.front.keys import Keys
from dev.host.running.host import HostOptions

here = Path.cwd()
seen = dict(arguments=sys.argv[1:], folder=str(here), files=sorted(one.name for one in here.iterdir()),
            settings=json.loads((here / "local.settings.json").read_text()), environment=dict(os.environ))
Path(os.environ["FUNC_SEEN"]).write_text(json.dumps(seen))
print("stand-in started")
port = int(sys.argv[sys.argv.index("--port") + 1])
sys.exit(asyncio.run(run(HostOptions(app_dir=here, port=port, keys=Keys("", "", "", "")))))
"""


def install(folder, name, text):
    """Put an executable there."""
    program = folder / name
    program.write_text(text)
    program.chmod(0o755)


@pytest.fixture
def func(tmp_path, monkeypatch):
    """A stand-in for func on the PATH; gives back where it tells what it was given."""
    seen = tmp_path / "seen.json"
    install(tmp_path, "func", FUNC)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FUNC_SEEN", str(seen))
    return seen


def demo(**environment):
    return subprocess.run(
        [sys.executable, "-m", "dev.demo", "--host", "func"],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_demo_runs_in_core_tools_in_a_copy_of_what_is_shipped(func: Path):
    finished = demo(SSL_CERT_FILE="/left/from/another/shell")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "source image    gone" in finished.stdout
    seen = json.loads(func.read_text())
    start, flag, port = seen["arguments"]
    assert (start, flag) == ("start", "--port")
    assert f"http://127.0.0.1:{port}/api" in finished.stdout
    assert not Path(seen["folder"]).exists()
    assert {".venv", "function_app.py", "host.json", "requirements.txt", "local.settings.json"} <= set(seen["files"])
    assert not {"dev", "tests", "infra", "docs"} & set(seen["files"])
    assert seen["environment"]["VIRTUAL_ENV"] == f"{seen['folder']}/.venv"
    assert seen["environment"]["PATH"].startswith(f"{seen['folder']}/.venv/bin:")
    assert not seen["environment"].keys() & seen["settings"]["Values"].keys()  # they would count more than the file
    assert "PYTHONPATH" not in seen["environment"]
    check_settings(seen["settings"], port)


def check_settings(settings, port):
    values = settings["Values"]
    assert settings["IsEncrypted"] is False
    assert values["FUNCTIONS_WORKER_RUNTIME"] == "python"
    assert all(f"{service}Endpoint=http://127.0.0.1:" in values["AzureWebJobsStorage"] for service in ("Blob", "Queue"))
    assert values.items() >= STORAGE_BACKEND.items()
    assert values["ARM_ENDPOINT"].startswith("https://localhost:")
    assert values["MIGRATION_PUBLIC_URL"] == f"http://127.0.0.1:{port}"
    assert all(isinstance(value, str) for value in values.values())


def test_core_tools_keep_the_state_as_the_templates_have_it():
    template = (ROOT / "infra" / "main.bicep").read_text()
    for name, value in STORAGE_BACKEND.items():
        assert f"{name}: '{value}'" in template


def test_a_missing_func_is_named_with_the_command_that_installs_it():
    finished = demo(PATH="/nonexistent")
    assert finished.returncode == 1
    assert "'func' is not on the PATH. Install it: npm install --global azure-functions-core-tools@4" in finished.stdout


def test_a_missing_node_is_named_too(func: Path, monkeypatch):
    monkeypatch.setenv("PATH", str(func.parent))
    with pytest.raises(ToolMissingError, match="'node' is not on the PATH"), running_func(ROOT, {}, 7999):
        pass


def test_a_func_that_ends_says_what_it_printed(func: Path):
    install(func.parent, "func", f"#!{sys.executable}\nraise SystemExit('the extension bundle is missing')\n")
    with pytest.raises(FuncStartError, match="the extension bundle is missing"), running_func(ROOT, {}, 7999):
        pass
