"""Nothing more can be written: named errors meanwhile, and the same retries succeed afterwards.

The disk is full for one process alone: its file size limit (setrlimit(2), RLIMIT_FSIZE) is set from
outside, which needs no privilege and no mount, and lifted again. Writes beyond it fail.
"""

import resource
from pathlib import Path

import pytest

from audit.note import VerifierKey
from audit.verification import verify_bundle
from tests.faults.client import Load, ready, resend
from tests.faults.launch import ended, launch, until
from tests.faults.report import Row
from tests.faults.server import Served, served
from tests.faults.stand import Stand, Stands
from tests.faults.traffic import BATCH, command_of
from tests.faults.work import dure, starved
from tests.integration.store.world import START

EXPORT_BYTES = 40_000  # less than the log's leaves
UNLIMITED = resource.RLIM_INFINITY


def fill(server: Served, size: int) -> None:
    """Let the server write no byte of any file beyond ``size``."""
    assert server.process.pid is not None
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))


def full_and_free(stand: Stand, fault: str, size: int) -> None:
    """Serve under load, fill the disk, free it; then retries succeed and nothing is lost."""
    row = Row(fault, stand.database, 1)
    with served(stand) as server:
        load = Load(stand, server.port)
        try:
            until(lambda: load.acknowledged > 0, "the first answers")
            fill(server, size)
            until(lambda: "UNAVAILABLE" in ready(server.port)[1], "the server is not ready")
            before = len(load.replies)
            until(lambda: len(load.replies) > before + 20, "callers are answered")
            fill(server, UNLIMITED)
            until(lambda: ready(server.port)[0] == 200, "the server is ready again")
        finally:
            replies = load.stop()
        failed = [reply for reply in replies.values() if not reply.facts[0]]
        assert {(reply.status, reply.code) for reply in failed} == {(503, "UNAVAILABLE")}
        assert all("retry-after" in reply.headers for reply in failed)
        row.acknowledged, row.retried = len(replies) - len(failed), len(replies)
        row.lost = resend(stand, server.port, replies)
        assert "Traceback" not in server.output.read_text()
    stand.assert_sound()
    row.close()


def test_a_database_that_cannot_grow_is_unavailable(sqlite_stands: Stands) -> None:
    """SQLite's disk is full: 503, not ready, and all goes on when there is space again."""
    stand = sqlite_stands.copy()
    full_and_free(stand, "disk full: database", 4_096)


@pytest.mark.parametrize("stands", ["postgresql"], indirect=True)
def test_a_mark_that_cannot_be_written_holds_answers_back(stands: Stands) -> None:
    """No high-water mark, no answer: what was committed is answered once the mark moves."""
    full_and_free(stands.copy(), "disk full: high-water file", 0)


def test_an_export_to_a_full_disk_leaves_nothing(sqlite_stands: Stands) -> None:
    """A full target is one line with BUNDLE_WRITE and no folder; with space the export is whole."""
    stand = sqlite_stands.copy()
    folder = stand.home.parent / "exports"
    folder.mkdir()
    with stand.opened() as network:
        commands = [command_of("more", n, list(stand.members), START) for n in range(3 * BATCH)]
        network.runner.run(commands)
    out, output = folder / "out", stand.home.parent / "said"

    def export(work: object, *first: object) -> int:
        process = launch(
            work, *first, "audit", "export", str(out),  # type: ignore[arg-type]  # one of two
            environment=stand.environment, output=output,
        )  # fmt: skip
        return ended(process)

    assert export(starved, EXPORT_BYTES) == 2
    assert output.read_text().startswith("dure: BUNDLE_WRITE")
    assert list(folder.iterdir()) == []
    assert export(dure) == 0
    with stand.opened() as network:
        key = VerifierKey.parse(network.verifier_key)
    assert list(verify_bundle(Path(out), key).findings) == []
    Row("disk full: export", "sqlite", 1).close()
