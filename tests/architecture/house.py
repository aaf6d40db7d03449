"""The house's rules that no linter knows, each a function from a parsed file to its offences.

Rooms are the four packages. *Exact* rooms compute money and proofs: nothing there is a float.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TypeAlias

ROOMS = ("api", "domain", "audit", "settlement")
EXACT_ROOMS = ("domain", "audit", "settlement")
FILE_LINES_MAX = 400  # what one reads in a sitting
FUNCTION_LINES_MAX = 70  # what one sees on a screen
# Names that say nothing of what is inside, so that anything may come in.
EMPTY_NAMES = frozenset({"utils", "util", "helpers", "helper", "manager", "common", "misc"})
UNDONE = ("TODO", "FIXME", "XXX", "HACK")
SQL_LIBRARIES = frozenset({"sqlmodel", "sqlalchemy", "alembic", "psycopg", "sqlite3"})
# The folders in which a library may be named; everywhere else its ideas arrive through a port.
STORE_FOLDERS = ("domain/store", "settlement/store")
SQL_FOLDERS = (*STORE_FOLDERS, "api/bootstrap")
SCHEMA_FOLDERS = ("api/schema",)
# What the audit log stands on, so that an auditor can take it alone.
AUDIT_LIBRARIES = frozenset({"cryptography", "orjson"})


@dataclass(frozen=True)
class Source:
    """One Python file: `path` is relative to the repository, with forward slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The file, parsed."""
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The first folder of the path."""
        return PurePosixPath(self.path).parts[0]

    def within(self, folders: tuple[str, ...]) -> bool:
        """Tell whether the file lies in one of the folders, or is the module of that name."""
        return any(
            self.path.startswith(f"{folder}/") or self.path == f"{folder}.py" for folder in folders
        )

    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield line and top-level package of each absolute import."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
                yield node.lineno, node.module.partition(".")[0]


def sources(root: Path) -> list[Source]:
    """Read every Python file of the rooms and of the tests under a repository's root."""
    return [
        Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
        for folder in (*ROOMS, "tests")
        for path in sorted((root / folder).rglob("*.py"))
        if "node_modules" not in path.parts
    ]


def long_files(source: Source) -> Iterator[str]:
    """Files of more lines than one reads in a sitting."""
    lines = len(source.text.splitlines())
    if lines >= FILE_LINES_MAX:
        yield f"{source.path}: {lines} lines"


def long_functions(source: Source) -> Iterator[str]:
    """Functions longer than a screen."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines >= FUNCTION_LINES_MAX:
                yield f"{source.path}:{node.lineno}: {node.name} has {lines} lines"


def empty_names(source: Source) -> Iterator[str]:
    """Modules and folders whose name says nothing."""
    for part in PurePosixPath(source.path).with_suffix("").parts:
        if part.strip("_") in EMPTY_NAMES:
            yield f"{source.path}: {part}"


def floats(source: Source) -> Iterator[str]:
    """Floats where amounts and proofs are computed; the store's waiting times are no amounts."""
    if source.room not in EXACT_ROOMS:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "float":
                yield f"{source.path}:{node.lineno}: float()"
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, float)
            and not source.within(("domain/store", "audit"))
        ):
            yield f"{source.path}:{node.lineno}: {node.value}"


def misplaced_sql(source: Source) -> Iterator[str]:
    """Database libraries outside the store."""
    if source.room in ROOMS and not source.within(SQL_FOLDERS):
        for line, package in source.imports():
            if package in SQL_LIBRARIES:
                yield f"{source.path}:{line}: {package}"


def leaky_rules(source: Source) -> Iterator[str]:
    """Rules that reach for the store: they decide on values that were read for them."""
    if source.room in ("domain", "settlement") and not source.within(STORE_FOLDERS):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module or ''}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            if any("store" in name.split(".") for name in names):
                yield f"{source.path}:{node.lineno}: {', '.join(names)}"


def misplaced_graphql(source: Source) -> Iterator[str]:
    """Strawberry outside the schema."""
    if source.room in ROOMS and not source.within(SCHEMA_FOLDERS):
        for line, package in source.imports():
            if package == "strawberry":
                yield f"{source.path}:{line}: {package}"


def busy_packages(source: Source) -> Iterator[str]:
    """An `__init__.py` that does more than describe and re-export, or says nothing."""
    if not source.path.endswith("/__init__.py") or source.room not in ROOMS:
        return
    if ast.get_docstring(source.tree) is None:
        yield f"{source.path}: no docstring"
    for node in source.tree.body[1:]:
        exports = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        if not exports and not isinstance(node, ast.Import | ast.ImportFrom):
            yield f"{source.path}:{node.lineno}: more than a docstring and re-exports"


def undone(source: Source) -> Iterator[str]:
    """Marks of work put off, and bodies that only promise."""
    if source.path == "tests/architecture/house.py":
        return  # it has to name them
    for number, line in enumerate(source.text.splitlines(), 1):
        words = line.replace(":", " ").replace("(", " ").split()
        if any(mark in words for mark in UNDONE) or "NotImplementedError" in words:
            yield f"{source.path}:{number}: {line.strip()}"


Rule: TypeAlias = Callable[[Source], Iterator[str]]

RULES: tuple[Rule, ...] = (
    long_files,
    long_functions,
    empty_names,
    floats,
    misplaced_sql,
    leaky_rules,
    misplaced_graphql,
    busy_packages,
    undone,
)
