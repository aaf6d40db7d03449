"""A home that cannot be one is named as what it is, and as the user wrote it."""

from pathlib import Path

import pytest

from api.cli.app import run
from api.cli.output import BAD_USE


@pytest.mark.parametrize("verb", ["init", "demo", "doctor", "serve"])
def test_a_file_is_no_home(verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file given as the home is told to be a file, before anything else is said or made."""
    home = tmp_path / "home"
    home.write_text("")
    assert run([verb, "--home", str(home)]) == BAD_USE
    said = capsys.readouterr()
    assert said.err == (
        f"dure: HOME_NOT_A_FOLDER: {home} is a file; a network lives in a folder.\n"
    )
    assert said.out == ""
    assert list(tmp_path.iterdir()) == [home]


def test_a_demo_that_cannot_be_made_names_the_home_that_was_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not the folder beside it, in which the demonstration would have been built."""
    assert run(["demo", "--home", "/proc/nowhere"]) == BAD_USE
    assert "HOME_NOT_WRITABLE: /proc/nowhere cannot be made" in capsys.readouterr().err


def test_migrating_no_network_says_that_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As every other verb does; and no folder is made."""
    assert run(["migrate", "--home", str(tmp_path / "none")]) == BAD_USE
    assert "HOME_MISSING" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
