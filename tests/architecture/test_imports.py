"""The rooms keep to themselves, and the code keeps the house's rules."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import house
from tests.architecture.house import Source

ROOT = Path(__file__).resolve().parents[2]


def test_rooms_import_only_downwards() -> None:
    """No room imports one above or beside it, whatever the detour."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_audit_log_stands_alone() -> None:
    """`audit` needs the standard library, cryptography, and orjson where present."""
    allowed = sys.stdlib_module_names | house.AUDIT_LIBRARIES | {"audit"}
    foreign = [
        f"{source.path}:{line}: {package}"
        for source in house.sources(ROOT)
        if source.room == "audit"
        for line, package in source.imports()
        if package not in allowed
    ]
    assert foreign == []


@pytest.mark.parametrize("rule", house.RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule(rule: house.Rule) -> None:
    """No file of the rooms or of the tests offends."""
    files = house.sources(ROOT)
    assert len({source.room for source in files}) == len(house.ROOMS) + 1
    assert [offence for source in files for offence in rule(source)] == []


LONG_FUNCTION = "def f() -> None:\n" + "    print()\n" * house.FUNCTION_LINES_MAX


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (house.long_files, "api/a.py", "\n" * house.FILE_LINES_MAX),
        (house.long_functions, "api/a.py", LONG_FUNCTION),
        (house.long_functions, "api/a.py", "async " + LONG_FUNCTION),
        (house.empty_names, "api/utils.py", ""),
        (house.empty_names, "domain/_helpers/money.py", ""),
        (house.floats, "audit/a.py", "float('1')"),
        (house.floats, "settlement/a.py", "RATE = 0.5"),
        (house.floats, "domain/store/a.py", "x = float(3)"),
        (house.misplaced_sql, "domain/ledger/a.py", "from sqlmodel import Field"),
        (house.misplaced_sql, "api/http/a.py", "def f():\n    import sqlalchemy.orm"),
        (house.misplaced_sql, "domain/storefront.py", "import sqlite3"),
        (house.leaky_rules, "domain/ledger/a.py", "from domain.store import tables"),
        (house.leaky_rules, "domain/ledger/a.py", "from domain import store"),
        (house.leaky_rules, "settlement/a.py", "import domain.store.writer"),
        (house.misplaced_graphql, "api/auth/a.py", "from strawberry.types import Info"),
        (house.busy_packages, "domain/__init__.py", "from domain.a import b"),
        (house.busy_packages, "domain/__init__.py", '"""A map."""\nLIMIT = 3'),
        (house.undone, "api/a.py", "x = 1  # " + house.UNDONE[0] + ": later"),
        (house.undone, "api/a.py", "raise NotImplementedError" + "('later')"),
    ],
)
def test_each_rule_sees_an_offence(rule: house.Rule, path: str, text: str) -> None:
    """A file made to offend is found."""
    assert list(rule(Source(path, text))) != []


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (house.floats, "domain/store/a.py", "WAIT_SECONDS = 0.05"),
        (house.floats, "api/a.py", "float('1')"),
        (house.misplaced_sql, "domain/store/a.py", "import sqlalchemy"),
        (house.misplaced_sql, "api/bootstrap.py", "import sqlalchemy"),
        (house.leaky_rules, "domain/store/a.py", "from domain.store import tables"),
        (house.misplaced_graphql, "api/schema/core/a.py", "import strawberry"),
        (house.busy_packages, "api/__init__.py", '"""A map."""\nfrom a import b\n__all__ = ["b"]'),
    ],
)
def test_each_rule_lets_its_exceptions_pass(rule: house.Rule, path: str, text: str) -> None:
    """What a rule allows it does not report."""
    assert list(rule(Source(path, text))) == []
