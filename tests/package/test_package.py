"""What is deployed: everything that runs, nothing else, and it loads where only its requirements are installed."""

import re
import subprocess
import sys
import zipfile

import pytest

from dev import package
from tests.support.source import SHIPPED, tracked_files

NEVER = {"dev", "tests", "docs", "infra", "local.settings.json"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    target = tmp_path_factory.mktemp("package") / "app.zip"
    package.build(target)
    return target


def content(archive):
    with zipfile.ZipFile(archive) as opened:
        return set(opened.namelist())


def test_it_holds_every_file_that_runs_and_no_other(archive):
    assert set(package.SHIPPED) == SHIPPED
    assert content(archive) == {path for path in tracked_files() if path.split("/")[0] in SHIPPED}
    assert {path.split("/")[0] for path in content(archive)} & NEVER == set()


def test_the_same_content_makes_the_same_zip(archive, tmp_path):
    package.build(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_it_loads_with_nothing_but_its_requirements(archive):
    loaded = package.load(archive, package.ENVIRONMENT)
    shown = subprocess.run(
        [sys.executable, "-c", "import function_app as f; print(len(f.app.get_functions()))"],
        cwd=package.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.functions == int(shown.stdout)


def test_the_requirements_are_all_that_is_installed_there():
    pins = re.findall(r"^([\w.-]+)==", (package.ROOT / "requirements.txt").read_text(), re.MULTILINE)
    installed = package.dependency_sizes(package.ENVIRONMENT)
    assert {_normal(name) for name in installed} == {_normal(name) for name in pins}


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_a_package_that_lacks_a_room_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "SHIPPED", tuple(name for name in package.SHIPPED if name != "migration"))
    package.build(tmp_path / "app.zip")
    with pytest.raises(package.PackageInvalidError, match="No module named 'migration'"):
        package.load(tmp_path / "app.zip", package.ENVIRONMENT)


def test_a_package_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "LARGEST_ZIP_BYTES", 1000)
    with pytest.raises(package.PackageInvalidError, match="more than 1000"):
        package.build(tmp_path / "app.zip")


def test_the_command_shows_size_import_time_and_every_dependency(tmp_path):
    command = [sys.executable, "-m", "dev.package", "--zip", str(tmp_path / "app.zip")]
    shown = subprocess.run(command, cwd=package.ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(r"^app\.zip: \d+ KB, \d+ files$", shown, re.MULTILINE)
    assert re.search(r"functions, imported in \d\.\d\d s$", shown, re.MULTILINE)
    assert "MB  azure-monitor-opentelemetry-exporter" in shown
