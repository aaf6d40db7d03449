"""Whoever has an address and a key verifies and watches a log; its operator only serves files."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.cli.app import run
from audit.cosignature import WitnessKey
from audit.keys import Ed25519Signer
from audit.verify import main as verify
from audit.witness.request import AddCheckpoint
from tests.acceptance.witnesses import ORIGIN, PROGRAM, ROOT, Place, here, make_place, until
from tests.integration.cli.test_serve import free_port
from tests.unit.audit_verify.bundles import KEY
from tests.unit.audit_verify.sites import plain_leaves, serving, write_tree

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A network without witnesses, not served yet."""
    home = tmp_path / "home"
    assert here("init", "--home", home, "--origin", ORIGIN)["status"] == 0
    key = here("audit", "key", "--home", home)["key"]
    return Place(tmp_path, home, key, {}, {}, free_port())


@contextmanager
def file_server(folder: Path) -> Iterator[str]:
    """Python's own file server on a folder, in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with subprocess.Popen(
        [*command, "--directory", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            until(lambda: httpx2.get(f"{url}/checkpoint").status_code == 200)
            yield url
        finally:
            process.terminate()


def test_any_file_server_can_show_the_log(place: Place, capsys: Capture) -> None:
    """An exported tree behind `python -m http.server` verifies, and so does a whole bundle."""
    state = str(place.folder / "state")
    for name, more in (("tree", ["--tree-only"]), ("bundle", [])):
        out = place.folder / name
        exported = here("audit", "export", out, "--home", place.home, *more)
        assert (exported["status"], exported["size"]) == (0, 3)
        assert (out / "ledger").exists() == (name == "bundle")
        with file_server(out) as url:
            arguments = [url, "--key", place.log_key, "--state", state]
            assert verify(arguments) == 0
            assert verify([*arguments, "--entries"]) == 0
        assert "3 of 3 entries" in capsys.readouterr().out
    # The key changes; whoever knows the old one walks on by files alone, and remembers both.
    new = here("audit", "rotate-key", "--home", place.home)["key"]
    out = place.folder / "rotated"
    assert here("audit", "export", out, "--home", place.home, "--tree-only")["status"] == 0
    with file_server(out) as url:
        assert verify([url, "--key", place.log_key, "--state", state]) == 0
        assert new in capsys.readouterr().out
        watch = ["audit", "watch", url, "--key", place.log_key, "--state", state, "--once"]
        assert run(watch) == 0
        (out / "handovers/4.entry").write_bytes(b"{}")
        assert run(watch) == 1
        assert events(capsys)[-1] == ("alarm", "KEY_HANDOVER_INVALID")


def test_a_served_log_is_verified_from_outside(place: Place, capsys: Capture) -> None:
    """Hashes by anyone, entries by an auditor's key, receipts and consistency by files."""
    token = place.folder / "token"
    operator = json.loads((place.home / "operator-keys.json").read_text())[0]["token"]
    token.write_text(f"{operator}\n")
    with place.serve():
        place.wait_for_server()
        seq = place.enter()
        arguments = [f"{place.url}/log/", "--key", place.log_key]
        arguments += ["--state", str(place.folder / "state")]
        assert verify(arguments) == 0
        place.enter()
        assert verify([*arguments, "--token-file", str(token), "--json"]) == 0
        told = json.loads(capsys.readouterr().out.splitlines()[-1])
        statuses = {one["name"]: one["status"] for one in told["checks"]}
        assert (told["entries"], statuses["earlier"]) == (seq + 2, "ok")
        assert statuses["authors"] == statuses["prices"] == statuses["entries"] == "ok"
        token.write_text("dure_nobody\n")
        assert verify([*arguments, "--token-file", str(token)]) == 2
        assert "TOKEN_REFUSED" in capsys.readouterr().err
    proof = place.folder / "consistency"
    said = here("audit", "consistency", 3, "--home", place.home, "--out", proof)
    assert (said["old"]["size"], said["new"]["size"]) == (3, seq + 2)
    read = AddCheckpoint.parse(proof.read_bytes())
    assert (read.old, len(read.proof), read.note) == (3, len(said["hashes"]), said["checkpoint"])
    older = here("audit", "consistency", 1, 3, "--home", place.home)
    assert (older["status"], older["checkpoint"], len(older["hashes"])) == (0, "", 2)
    for sizes, code in (
        ((4, 3), "SIZES_UNKNOWN"), ((1, 99), "SIZES_UNKNOWN"), ((1, 3), "CHECKPOINT_UNKNOWN"),
    ):  # fmt: skip
        refused = here("audit", "consistency", *sizes, "--home", place.home, "--out", proof)
        assert (refused["status"], refused["error"]) == (2, code)


def test_what_is_cosigned_is_what_is_handed_out(tmp_path: Path) -> None:
    """Receipts, exports of the tree and consistency proofs lead to the cosigned checkpoint."""
    place = make_place(tmp_path, here)
    with place.serve():
        with place.witness("air"), place.witness("cafe"):
            place.wait_for_server()
            note = place.wait_for_published(place.enter() + 1)
        late = place.enter()
    for seq, cosigned in ((late - 1, True), (late, False)):
        said = here("audit", "prove", seq, "--home", place.home, "--out", tmp_path / str(seq))
        assert (said["status"], said["cosigned"]) == (0, cosigned)
        proof = (tmp_path / str(seq) / "receipt.tlog-proof").read_text()
        assert proof.endswith(note) == cosigned
    assert here("audit", "consistency", 2, "--home", place.home)["checkpoint"] == note
    out, policy = tmp_path / "tree", place.home / "witness-policy"
    said = here("audit", "export", out, "--home", place.home, "--tree-only")
    assert (said["size"], (out / "checkpoint").read_text()) == (late, note)
    with file_server(out) as url:
        arguments = [url, "--key", place.log_key, "--state", str(tmp_path / "state")]
        assert verify([*arguments, "--policy", str(policy)]) == 0
        place.write_policy("3")
        assert verify([*arguments, "--policy", str(policy)]) == 1


class _Hook(BaseHTTPRequestHandler):
    """Keeps what is posted."""

    posted: list[dict[str, Any]]

    def do_POST(self) -> None:
        """Take one alarm."""
        length = int(self.headers["content-length"])
        self.posted.append(json.loads(self.rfile.read(length)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 -- its own name
        """Say nothing."""


@contextmanager
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address that alarms are posted to, and what came."""
    posted: list[dict[str, Any]] = []
    handler = type("Hook", (_Hook,), {"posted": posted})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/alarm", posted
        finally:
            server.shutdown()
            thread.join()


def events(capsys: Capture) -> list[tuple[str, str]]:
    """What a watch printed: event and code of each line."""
    lines = capsys.readouterr().out.splitlines()
    return [(one["event"], one["code"]) for one in map(json.loads, lines)]


def test_a_watch_alarms_on_a_log_that_lies(tmp_path: Path, capsys: Capture) -> None:
    """Fork, rewinding, a missing quorum, a wrong tile and a stall each end it with 1, and are told.

    A log that only grows, or stands for a while, is no alarm.
    """
    trees = {
        "first": plain_leaves(300),
        "grown": plain_leaves(600),
        "rewound": plain_leaves(599),
        "forked": plain_leaves(700, differs_at=2),
        "equal": plain_leaves(600, differs_at=2),
    }
    folders = {name: write_tree(tmp_path / name, leaves) for name, leaves in trees.items()}
    witness = WitnessKey("air.example/w", Ed25519Signer(b"w" * 32).public_key)
    policy = tmp_path / "policy"
    policy.write_text(f"witness air {witness.text()}\nquorum air\n")
    state = tmp_path / "state"
    with serving(folders["first"]) as site, webhook() as (url, posted):
        watch = ["audit", "watch", site.url, "--key", KEY.text(), "--state", str(state)]
        watch += ["--once", "--webhook", url]
        assert run(watch) == 0
        assert events(capsys) == [("seen", "")]
        site.folder = folders["grown"]
        assert (run(watch), events(capsys)) == (0, [("seen", "")])
        for name, code in (("rewound", "REWOUND"), ("forked", "FORKED"), ("equal", "FORKED")):
            site.folder = folders[name]
            assert (run(watch), events(capsys)) == (1, [("alarm", code)])
            assert posted[-1]["code"] == code
        site.folder = folders["grown"]
        assert (run([*watch, "--policy", str(policy)]), events(capsys)) == (
            1, [("alarm", "QUORUM_MISSING")],
        )  # fmt: skip
        tile = folders["grown"] / "tile/0/002.p/88"
        data = tile.read_bytes()
        tile.write_bytes(data[:-1])
        assert (run(watch), events(capsys)) == (1, [("alarm", "TILE_CHANGED")])
        tile.write_bytes(data)
        site.status = 500
        assert (run(watch), events(capsys)) == (0, [("unreachable", "STATUS")])
        patient = [one for one in watch if one != "--once"]
        assert run([*patient, "--every", "1", "--stall", "2"]) == 1
        assert events(capsys) == [("unreachable", "STATUS"), ("alarm", "STALLED")]
        assert posted[-1]["facts"]["reason"] == "STATUS"
        site.status = 0
        assert run([*patient, "--every", "1", "--stall", "2"]) == 1
        assert events(capsys) == [("seen", ""), ("alarm", "STALLED")]
        assert posted[-1]["facts"]["reason"] == "NOTHING_NEW"
    count = len(posted)
    # Nobody takes the alarm any more, and nobody answers: both are said.
    assert run([*patient, "--every", "1", "--stall", "1"]) == 1
    assert [event for event, _ in events(capsys)] == ["unreachable", "alarm", "webhook_failed"]
    assert len(posted) == count


def test_a_watch_outlives_its_logs_pauses(place: Place) -> None:
    """A server that is down, comes back, grown, and goes again is named each time."""
    command = ["audit", "watch", f"{place.url}/log", "--key", place.log_key, "--every", "1"]
    command += ["--state", str(place.folder / "state")]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *command],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ},
    ) as watch:  # fmt: skip
        try:
            assert watch.stdout is not None
            told = iter(map(json.loads, watch.stdout))
            assert next(told)["event"] == "unreachable"
            with place.serve():
                place.wait_for_server()
                size = place.enter() + 1
                while (seen := next(told))["facts"].get("size") != size:
                    assert seen["event"] == "seen"
            assert next(told)["event"] == "unreachable"
        finally:
            watch.terminate()
    assert size == 4
