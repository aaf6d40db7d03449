"""What the documents say of the tree is true of it."""

import re
from pathlib import Path

import pytest

from api.config import settings_table

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
# A path in backticks or in a link; `<noun>` stands for any folder.
NAMED_PATH = re.compile(r"`((?:api|domain|audit|settlement|tests|\.ci)/[^`\s]*)`|\]\(([^):]+)\)")
# In backticks, or at the start of a line of shell.
MAKE_TARGET = re.compile(r"(?:^|`)make ([a-z]+)\b", re.MULTILINE)


def read(name: str) -> str:
    """Read a document of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_readme_has_every_setting() -> None:
    """The README's table is the one that the settings write of themselves."""
    assert settings_table() in read("README.md")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_named_exists(document: str) -> None:
    """A file or folder that a document names is there."""
    found = [code or link for code, link in NAMED_PATH.findall(read(document))]
    missing = [path for path in found if "<" not in path and not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_named_exists(document: str) -> None:
    """`make X` in a document is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert set(MAKE_TARGET.findall(read(document))) - targets == set()


def test_paths_and_targets_are_found_at_all() -> None:
    """The patterns above see what they are meant to see."""
    text = "in `audit/kinds.py`, see [this](LICENSE); run `make run` or make haste:\nmake test"
    assert NAMED_PATH.findall(text) == [("audit/kinds.py", ""), ("", "LICENSE")]
    assert MAKE_TARGET.findall(text) == ["run", "test"]
