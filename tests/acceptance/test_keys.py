"""A log changes its key under running witnesses; a stolen key is replaced by their quorum."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from audit.note import VerifierKey, parse_note
from tests.acceptance.witnesses import NAMES, PROGRAM, ROOT, Place, dure, make_place, running, until


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A network with three witnesses, none of them running."""
    return make_place(tmp_path)


def verified(out: Path | str, key: str, *more: str | Path) -> tuple[int, str]:
    """Run `dure-verify` on a bundle or an address; return its status and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "audit.verify", out, "--key", key, *more],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


@contextmanager
def witnesses(place: Place, *more: str | Path) -> Iterator[None]:
    """Run the three witnesses, with further arguments."""
    with ExitStack() as stack:
        for name in NAMES:
            stack.enter_context(
                running(
                    "audit", "witness", "--home", place.folder / name, "--log", place.log_key,
                    "--port", str(place.ports[name]), *more,
                )
            )  # fmt: skip
            place.wait_for_witness(name)
        yield


def ids(note: str) -> list[bytes]:
    """The key ids of a note's lines."""
    return [line.key_id for line in parse_note(note).signatures]


def looked(place: Place, *more: str | Path) -> tuple[int, str]:
    """Run `dure-verify` on the log's address with the first key, from hashes alone."""
    state = place.folder / "looked"
    return verified(f"{place.url}/log", place.log_key, "--state", state, *more)


def watched(place: Place) -> list[str]:
    """Run one look of `dure audit watch` with the first key; return what it told."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "audit", "watch", f"{place.url}/log", "--once",
         "--key", place.log_key, "--state", place.folder / "watched"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [json.loads(line)["event"] for line in done.stdout.splitlines()]


def test_a_key_is_rotated_under_a_running_server(place: Place) -> None:
    """Server and witnesses go on; keys and handover are served, and lead an auditor to today."""
    with ExitStack() as stack:
        stack.enter_context(witnesses(place))
        stack.enter_context(place.serve())
        place.wait_for_server()
        place.wait_for_published(place.enter() + 1)
        assert watched(place) == ["seen"]
        done = dure("audit", "rotate-key", "--home", place.home)
        assert done["status"] == 0, done
        old, new = VerifierKey.parse(place.log_key), VerifierKey.parse(done["key"])
        note = place.wait_for_published(place.enter() + 1)
        # The witnesses know the old key alone, and its line is there for them.
        assert ids(note)[:2] == [new.id, old.id]
        assert place.ask("{ auditCheckpoint { verifierKey } }")["auditCheckpoint"] == {
            "verifierKey": new.text()
        }
        assert httpx2.get(f"{place.url}/log/keys").text == f"{old.text()}\n{new.text()}\n"
        served = httpx2.get(f"{place.url}/log/handovers/{done['size']}").text
        assert ids(served) == [new.id, old.id]
        entry = httpx2.get(f"{place.url}/log/handovers/{done['size']}.entry").content
        assert httpx2.get(f"{place.url}/log/handovers/2").status_code == 404
        assert httpx2.get(f"{place.url}/log/handovers/index").text == f"{done['size']}\n"
        # Public, tagged, and what never changes is kept; a checkpoint may gather cosignatures.
        for name, fresh in (("keys", True), ("handovers/index", True),
                            (f"handovers/{done['size']}", True),
                            (f"handovers/{done['size']}.entry", False)):  # fmt: skip
            shown = httpx2.get(f"{place.url}/log/{name}")
            assert shown.headers["access-control-allow-origin"] == "*"
            assert ("immutable" in shown.headers["cache-control"]) != fresh
            tag = {"if-none-match": shown.headers["etag"]}
            assert httpx2.get(f"{place.url}/log/{name}", headers=tag).status_code == 304
        assert watched(place) == ["seen"]
        status, said_of_hashes = looked(place)
        assert status == 0, said_of_hashes
        assert new.text() in said_of_hashes
    (place.folder / "entry").write_bytes(entry)
    # From here on they know the new key too; without an entry that leads to it they would not.
    with witnesses(place, "--handover", place.folder / "entry"):
        pass
    (place.folder / "entry").write_bytes(entry.replace(b'"until":"2', b'"until":"3'))
    refused = dure(
        "audit", "witness", "--home", place.folder / "air", "--log", place.log_key,
        "--handover", place.folder / "entry",
    )  # fmt: skip
    assert (refused["status"], refused["error"]) == (2, "HANDOVER_INVALID")
    out = place.folder / "bundle"
    assert dure("audit", "export", out, "--home", place.home)["status"] == 0
    for key in (old.text(), new.text()):
        status, said = verified(out, key)
        assert status == 0, said
        assert new.text() in said


def test_a_quorum_replaces_a_stolen_key(place: Place) -> None:
    """Witnesses that were given the new key cosign the handover first; then the walk holds."""
    with ExitStack() as stack:
        stack.enter_context(place.serve())
        with witnesses(place):
            place.wait_for_server()
            size = place.enter() + 1
            place.wait_for_published(size)
            done = dure(
                "audit", "rotate-key", "--home", place.home, "--compromised", "--cut-off", str(size)
            )
            assert done["status"] == 0, done
            seq = place.enter()
        assert place.published()["size"] == size
        with witnesses(place, "--log", done["key"]):
            place.wait_for_published(seq + 1)
            until(lambda: len(ids(httpx2.get(handover(place, done)).text)) > 2)
        policy = place.home / "witness-policy"
        assert looked(place, "--policy", policy)[0] == 0
        assert "QUORUM_NOT_ASKED" in looked(place)[1]
    out = place.folder / "bundle"
    assert dure("audit", "export", out, "--home", place.home)["status"] == 0
    status, said = verified(out, place.log_key, "--policy", policy)
    assert status == 0, said
    status, said = verified(out, place.log_key)
    assert status == 1, said
    assert "KEY_HANDOVER_INVALID" in said
    assert verified(out, done["key"])[0] == 0


def handover(place: Place, done: dict[str, object]) -> str:
    """Where the handover checkpoint is served."""
    return f"{place.url}/log/handovers/{done['size']}"


def test_no_verb_writes_to_what_a_witness_has_seen_further(place: Place) -> None:
    """A home restored whole, its mark too, is refused by every verb that writes, before it does."""
    purchases = place.folder / "purchases.csv"
    purchases.write_text("customer,date,quantity,amount\nc1,2026-01-02,1,10.00\n")
    with ExitStack() as stack:
        stack.enter_context(witnesses(place))
        backup = place.folder / "backup"
        for _ in range(2):
            with place.serve():
                place.wait_for_server()
                place.wait_for_published(place.enter() + 1)
            if not backup.exists():
                shutil.copytree(place.home, backup)
        shutil.rmtree(place.home)
        shutil.copytree(backup, place.home)
        before = dure("audit", "export", place.folder / "before", "--home", place.home)["size"]
        for verb in (
            ("import", "purchases", purchases, "--partner", "AIR"),
            ("audit", "rotate-key"),
            ("serve", "--port", str(place.port)),
        ):
            refused = dure(*verb, "--home", place.home)
            assert (refused["status"], refused["error"]) == (2, "LOG_BEHIND_WITNESS"), verb
        after = dure("audit", "export", place.folder / "after", "--home", place.home)["size"]
        assert after == before
    # What is lost where nobody witnesses and the mark went with the database: it signs on.
    (place.home / "witness-policy").unlink()
    (place.home / "high-water").unlink()
    assert dure("audit", "rotate-key", "--home", place.home)["status"] == 0
