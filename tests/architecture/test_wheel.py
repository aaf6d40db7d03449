"""What is installed is what was written: one wheel, four packages, their data, two commands."""

import configparser
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture import house

ROOT = Path(__file__).resolve().parents[2]
# Folders that a run or a build fills; the wheel may hold them or not.
BUILT = {"__pycache__", "node_modules", "static"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel of this tree, built without a network."""
    out = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(out.glob("dure-*.whl"))) as built:
        yield built


def test_the_wheel_holds_the_four_packages_and_nothing_beside(wheel: zipfile.ZipFile) -> None:
    """No test, build file or home directory of a network is ever installed."""
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    metadata = {top for top in tops if top.endswith(".dist-info")}
    assert len(metadata) == 1
    assert tops - metadata == set(house.ROOMS)


def test_every_file_of_a_room_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    """Migrations, schema and data travel with the code that reads them."""
    present = [
        path.relative_to(ROOT).as_posix()
        for room in house.ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and not set(path.parts) & BUILT
    ]
    assert present != []
    assert sorted(set(present) - set(wheel.namelist())) == []


def test_the_wheel_installs_the_two_commands(wheel: zipfile.ZipFile) -> None:
    """`dure` and `dure-verify` point into the packages that the wheel holds."""
    name = next(name for name in wheel.namelist() if name.endswith("/entry_points.txt"))
    entries = configparser.ConfigParser()
    entries.read_string(wheel.read(name).decode())
    assert dict(entries["console_scripts"]) == {
        "dure": "api.cli:main",
        "dure-verify": "audit.verify:main",
    }


def test_every_library_imported_is_declared() -> None:
    """No room leans on a package that is there only because another one needs it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[\[<>=]", line)[0] for line in project["dependencies"]}
    providers = packages_distributions()
    undeclared = {
        package
        for source in house.sources(ROOT)
        if source.room in house.ROOMS
        for _, package in source.imports()
        if package not in sys.stdlib_module_names | set(house.ROOMS)
        and not declared & {name.lower().replace("_", "-") for name in providers.get(package, [])}
    }
    assert undeclared == set()


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"]
)
def test_a_lock_pins_each_package_by_hash_and_names_no_place(lock: str) -> None:
    """What is installed is what was tested, wherever it is fetched from."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    heads = [line for line in lines if not line.startswith((" ", "#"))]
    assert heads != []
    assert all("==" in line and line.endswith("\\") for line in heads)
    assert not any("://" in line or line.startswith("-") for line in lines)


def test_what_runs_is_what_was_tested() -> None:
    """Each pin for running is, hash for hash, a pin for development."""
    run, development = (
        (ROOT / lock).read_text(encoding="utf-8").splitlines()
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    pins = {line for line in run if "==" in line}
    assert len(pins) > 1
    assert pins - set(development) == set()
    assert {line.strip(" \\") for line in run} <= {line.strip(" \\") for line in development}
