"""Builds the zip that is deployed, from a list of what runs, and proves it: it loads with nothing but its requirements.

Run by `make package`, which also makes the environment of those requirements. Never shipped itself.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
ZIP = ROOT / "dist" / "managed-image-migration.zip"
ENVIRONMENT = ROOT / ".package-venv"
SHIPPED = (
    "activities",
    "arm",
    "hub",
    "records",
    "function_app.py",
    "host.json",
    "migration",
    "notifying",
    "orchestrators",
    "requirements.txt",
    "steering",
    "telemetry",
    "triggers",
    "web",
)
LARGEST_ZIP_BYTES = 25 * 1024 * 1024
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the same content makes the same zip
_LOADS = """
import json, time
started = time.perf_counter()
import function_app
seconds = time.perf_counter() - started
print(json.dumps({"functions": len(function_app.app.get_functions()), "seconds": seconds}))
"""
_SIZES = """
import json
from importlib.metadata import distributions
sizes = {one.name: sum(file.locate().stat().st_size for file in one.files or () if file.locate().is_file())
         for one in distributions()}
sizes.pop("pip", None)
print(json.dumps(sizes))
"""


class PackageInvalidError(Exception):
    """The package is too large, or does not load."""


class Loaded(NamedTuple):
    """How the unzipped copy loaded."""

    functions: int
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zip", type=Path, default=ZIP, help="what to write")
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT, help="a virtual environment to load it in")
    options = parser.parse_args()
    try:
        build(options.zip)
        loaded = load(options.zip, options.environment)
        sizes = dependency_sizes(options.environment)
    except PackageInvalidError as error:
        sys.exit(f"package: {error}")
    with zipfile.ZipFile(options.zip) as archive:
        print(f"{options.zip.name}: {options.zip.stat().st_size / 1024:.0f} KB, {len(archive.namelist())} files")
    print(f"function_app: {loaded.functions} functions, imported in {loaded.seconds:.2f} s")
    print(f"dependencies: {sum(sizes.values()) / 1024**2:.1f} MB installed, {len(sizes)} packages, the largest first")
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"  {size / 1024**2:7.2f} MB  {name}")


def files() -> Iterator[Path]:
    """Every file that is shipped, relative to the root, in order."""
    for name in SHIPPED:
        path = ROOT / name
        found = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
        yield from (one.relative_to(ROOT) for one in found if "__pycache__" not in one.parts)


def build(target: Path) -> None:
    """Write the zip. Raises PackageInvalidError if it is too large to deploy quickly."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files():
            archive.writestr(
                zipfile.ZipInfo(path.as_posix(), _NO_TIME), (ROOT / path).read_bytes(), archive.compression
            )
    if target.stat().st_size > LARGEST_ZIP_BYTES:
        raise PackageInvalidError(f"{target.name} has {target.stat().st_size} bytes, more than {LARGEST_ZIP_BYTES}")


def load(archive: Path, environment: Path) -> Loaded:
    """Import function_app from an unzipped copy, where nothing else of ours can be found."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
        _run(environment, _LOADS, folder)  # compiles everything, as the first start in Azure does
        return Loaded(**json.loads(_run(environment, _LOADS, folder)))


def dependency_sizes(environment: Path) -> dict[str, int]:
    """Bytes of every installed package, by its name."""
    return dict(json.loads(_run(environment, _SIZES, str(environment))))


def _run(environment: Path, program: str, folder: str) -> str:
    python = environment / "bin" / "python"
    if not python.exists():
        raise PackageInvalidError(f"{environment} is no virtual environment; `make package` makes one")
    done = subprocess.run(
        [python, "-c", program], cwd=folder, env={"PYTHONSAFEPATH": ""}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise PackageInvalidError(done.stderr.strip())
    return done.stdout


if __name__ == "__main__":
    main()
