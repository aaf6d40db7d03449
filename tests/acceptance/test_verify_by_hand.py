"""README, "Verify the log": its commands, word for word, against a log of ours."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.test_outsiders import file_server
from tests.acceptance.witnesses import ORIGIN, ROOT, here


def block(heading: str, language: str) -> str:
    """The first block of a language under a heading of the README."""
    text = (ROOT / "README.md").read_text()
    under = text.partition(f"### {heading}\n")[2]
    found = re.search(rf"```{language}\n(.*?)```", under, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An exported tree, a receipt beside it, and the log's key."""
    folder = tmp_path_factory.mktemp("kept")
    home = folder / "home"
    assert here("init", "--home", home, "--origin", ORIGIN)["status"] == 0
    assert here("audit", "export", folder / "tree", "--tree-only", "--home", home)["status"] == 0
    for seq in range(3):
        out = folder / str(seq)
        assert here("audit", "prove", seq, "--out", out, "--home", home)["status"] == 0
    return folder, here("audit", "key", "--home", home)["key"]


def shell(folder: Path, url: str, key: str) -> "subprocess.CompletedProcess[str]":
    """Run the shell's commands in a folder."""
    return subprocess.run(
        ["sh", "-eu", "-c", block("With openssl and a shell", "sh")],
        cwd=folder, env={"PATH": os.environ["PATH"], "URL": url, "VKEY": key},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_shell_and_openssl_verify_the_log(kept: tuple[Path, str]) -> None:
    """Checkpoint and receipts verify for every entry; a changed note, key or entry does not."""
    folder, key = kept
    with file_server(folder / "tree") as url:
        for seq in range(3):
            done = shell(folder / str(seq), url, key)
            assert (done.returncode, done.stderr) == (0, ""), seq
            assert "Signature Verified Successfully" in done.stdout
            assert "The entry stands in the tree." in done.stdout
        name, digits, encoded = key.split("+", 2)
        wrong = "A" if encoded[10] != "A" else "B"
        forged = shell(folder / "0", url, f"{name}+{digits}+{encoded[:10]}{wrong}{encoded[11:]}")
        assert forged.returncode != 0
        entry = folder / "1" / "receipt.entry"
        entry.write_bytes(entry.read_bytes() + b" ")
        assert "The entry stands" not in shell(folder / "1", url, key).stdout
        note = folder / "tree" / "checkpoint"
        note.write_text(note.read_text().replace("\n3\n", "\n4\n"))
        assert shell(folder / "2", url, key).returncode != 0
