"""A writer's thread that meets a defect, and a queue that is full: nobody hangs."""

from pathlib import Path

import pytest

from tests.faults.client import Load, issue, ready, resend, send
from tests.faults.launch import until
from tests.faults.report import Row
from tests.faults.server import steered
from tests.faults.stand import Stands

QUEUE_MAX = 8
CLIENTS = 40


@pytest.mark.parametrize("defect", ["raise", "leave"])
def test_a_defect_in_the_writer_is_answered_and_passes(
    sqlite_stands: Stands, tmp_path: Path, defect: str
) -> None:
    """Batches that raise are INTERNAL for their callers; the next ones go on, same keys too."""
    stand = sqlite_stands.copy()
    row = Row("writer's thread raised", "sqlite", 1)
    with steered(stand, tmp_path) as server:
        load = Load(stand, server.port)
        until(lambda: load.acknowledged > 0, "the first answers")
        (tmp_path / defect).touch()
        until(
            lambda: any(reply.code == "INTERNAL" for reply in list(load.replies.values())),
            "the defect is answered",
        )
        (tmp_path / defect).unlink()
        before = load.acknowledged
        until(lambda: load.acknowledged > before, "commands are taken again")
        replies = load.stop()
        failed = [reply for reply in replies.values() if not reply.facts[0]]
        assert {(reply.status, reply.code) for reply in failed} == {(500, "INTERNAL")}
        assert ready(server.port) == (200, "ready\n")
        row.acknowledged, row.retried = len(replies) - len(failed), len(replies)
        row.lost = resend(stand, server.port, replies)
    stand.assert_sound()
    row.close()


def test_a_full_queue_tells_when_to_come_back_and_keeps_nothing(
    stands: Stands, tmp_path: Path
) -> None:
    """While the writer is held, who finds the queue full gets OVERLOADED; the same key succeeds."""
    stand = stands.copy()
    row = Row("queue full", stands.database, 1)
    with steered(stand, tmp_path, queue_max=QUEUE_MAX) as server:
        (tmp_path / "hold").touch()
        load = Load(stand, server.port, clients=CLIENTS)
        until(
            lambda: any(reply.code == "OVERLOADED" for reply in list(load.replies.values())),
            "the queue is full",
        )
        (tmp_path / "hold").unlink()
        until(lambda: load.acknowledged > QUEUE_MAX, "what waited is answered")
        replies = load.stop()
        failed = [reply for reply in replies.values() if not reply.facts[0]]
        assert {(reply.status, reply.code) for reply in failed} == {(503, "OVERLOADED")}
        assert all("retry-after" in reply.headers for reply in failed)
        refused = {key: reply for key, reply in replies.items() if not reply.facts[0]}
        bodies = [
            (stand.tokens[0], issue(stand, key, member=int(key.split("-")[0]))) for key in refused
        ]
        late = send(server.port, bodies, 4)
        assert all(reply.payload["replayed"] is False for reply in late)
        row.acknowledged, row.retried = len(replies) - len(failed), len(replies)
        row.lost = resend(stand, server.port, {k: r for k, r in replies.items() if r.facts[0]}, 4)
    stand.assert_sound()
    row.close()
