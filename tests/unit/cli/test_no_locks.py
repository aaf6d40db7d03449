"""On a file system without locks, as some of a network are, every verb that locks says so.

The kernel refuses `flock` to these processes with ENOLCK: a filter of system calls (seccomp) stands
in for the file system.
"""

import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from audit.cosignature import WitnessKey
from audit.keys import Ed25519Signer
from audit.note import VerifierKey
from tests.acceptance.witnesses import ORIGIN, ROOT, here

FLOCK = {"x86_64": 73, "aarch64": 32}  # the system call's number by machine
UNLOCKED = """
import ctypes, errno, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
rules = ((0x20, 0, 0, 0), (0x15, 0, 1, int(sys.argv.pop(1))),
         (0x06, 0, 0, 0x00050000 | errno.ENOLCK), (0x06, 0, 0, 0x7FFF0000))
code = b"".join(struct.pack("HBBI", *rule) for rule in rules)
kept = ctypes.create_string_buffer(code, len(code))
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("rules", ctypes.c_void_p)]
program = Program(len(rules), ctypes.addressof(kept))
assert libc.prctl(38, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS"
assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0, "PR_SET_SECCOMP"
from api.cli import main
main()
"""


def unlocked(*arguments: str | Path) -> tuple[dict[str, Any], str]:
    """Run a verb for which nothing can be locked; return its JSON with its status, and stderr."""
    done = subprocess.run(
        [sys.executable, "-c", UNLOCKED, str(FLOCK[platform.machine()]), *map(str, arguments),
         "--json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
    return {**said, "status": done.returncode}, done.stderr


@pytest.mark.parametrize("verb", ["init", "rotate", "witness"])
def test_what_cannot_be_locked_is_named(verb: str, tmp_path: Path) -> None:
    """A new network, a change of key and a witness end with 2 and a code, without a traceback."""
    home, log = tmp_path / "home", VerifierKey(ORIGIN, Ed25519Signer(b"l" * 32).public_key)
    if verb == "init":
        said, told = unlocked("init", "--home", home, "--origin", ORIGIN)
        assert said["error"] in {"FENCE_NOT_MOVED", "KEY_NOT_GRANTED"}
    elif verb == "rotate":
        assert here("init", "--home", home, "--origin", ORIGIN)["status"] == 0
        said, told = unlocked("audit", "rotate-key", "--home", home)
        assert said["error"] == "LOCKS_MISSING"
    else:
        made = here("audit", "witness", "--init", "--name", "w.example", "--home", home)
        assert WitnessKey.parse(made["key"]).name == "w.example"
        said, told = unlocked("audit", "witness", "--home", home, "--log", log.text())
        assert said["error"] == "STATE_FOLDER"
    assert said["status"] == 2
    assert "Traceback" not in told
