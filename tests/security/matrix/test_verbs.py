"""Every verb against bad use: one line with a code, one JSON object, status 2, nothing written."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from api.cli.app import app, run
from tests.security.matrix.judge import INSIDE
from tests.security.matrix.verbs import HOMES, ROWS, USE, VERBS, WITHOUT_HOME

LINE = re.compile(r"dure: [A-Z][A-Z_]+\b[^\n]*\n\Z")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A network's home and files of every kind of nonsense; nothing of the machine's settings."""
    made = tmp_path_factory.mktemp("verbs")
    (made / "folder").mkdir()
    (made / "filled").mkdir()
    for name, content in {
        "text": b"what nobody asked for\n", "empty": b"", "nul": b"\0" * 100,
        "long": b"a" * 2_000_000, "bytes": b"\xff\xfe\xfd", "deep": b"[" * 60_000,
        "twice": b'{"origin": "a/b", "origin": "c/d"}', "surrogate": b'{"origin": "\\ud800"}',
        "filled/other": b"",
    }.items():  # fmt: skip
        (made / name).write_bytes(content)
    (made / "endless").symlink_to("/dev/zero")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "DATABASE_URL", "PASSPHRASE", "PASSPHRASE_FILE", "ORIGIN", "HOST"):
            patch.delenv(f"DURE_{name}", raising=False)
        patch.chdir(made / "folder")
        assert run(["init", "--home", str(made / "home"), "--origin", "dure.example/test"]) == 0
        yield made


def written(folder: Path) -> dict[str, str]:
    """Return SHA-256 of every file below a folder, but for what SQLite keeps beside its own."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def refused(folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> str:
    """Run a verb that must refuse; return the code, after all that a refusal has to be."""
    before = written(folder)
    given = [re.sub(r"^@", f"{folder}/", argument) for argument in arguments]
    capsys.readouterr()
    status = run([*given, "--json"])
    said = capsys.readouterr()
    assert (arguments, status) == (arguments, 2), said
    assert LINE.match(said.err), said.err
    told = json.loads(said.out)
    assert said.out.count("\n") == 1
    assert said.err.startswith(f"dure: {told['error']}")
    # A path that the caller gave is told back; nothing else of the inside is.
    assert INSIDE.search(f"{said.out}{said.err}".replace(str(folder), "")) is None
    assert written(folder) == before
    code: str = told["error"]
    return code


def verbs() -> set[str]:
    """Return every verb of the command, with its group's name before it."""
    found: set[str] = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]  # a group's
        inner = getattr(command, "commands", None)
        found |= {name} if inner is None else {f"{name} {verb}" for verb in inner}
    return found


def test_every_verb_has_a_row() -> None:
    """A verb that is new stands in the table, and no other does."""
    assert set(VERBS) == verbs()
    assert {verb for verb, _, _ in ROWS} <= set(VERBS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_arguments_that_no_verb_has_are_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    """An unknown option, arguments too many and bytes that are no text are refused by name."""
    for more, code in USE:
        assert refused(folder, capsys, (*verb.split(), *VERBS[verb], *more)) == code


@pytest.mark.parametrize("verb", sorted(set(VERBS) - set(WITHOUT_HOME)))
def test_a_home_that_is_none_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    """A home that is a file, lies below one, or has a name that no folder can have is refused."""
    for home, codes in HOMES:
        assert refused(folder, capsys, (*verb.split(), *VERBS[verb], "--home", home)) in codes


@pytest.mark.parametrize(("verb", "given", "code"), ROWS, ids=lambda value: str(value)[:40])
def test_each_bad_use_is_refused_by_name(
    folder: Path, capsys: pytest.CaptureFixture[str], verb: str, given: tuple[str, ...], code: str
) -> None:
    """Each row is refused with its code."""
    home = () if verb in WITHOUT_HOME else ("--home", "@home")
    if verb == "init" and given:
        home = ("--home", "@fresh")
    assert refused(folder, capsys, (*verb.split(), *given, *home)) == code
