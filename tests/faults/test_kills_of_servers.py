"""`dure serve` killed under load: what a caller was told stands, and a retry finds it."""

import signal

from tests.faults.client import Load, resend
from tests.faults.launch import until
from tests.faults.points import writer_points
from tests.faults.report import FULL, Row
from tests.faults.server import served
from tests.faults.stand import Stands

KILLS = 15 if FULL else 2
NTH = 12  # some batches are answered first


def test_a_killed_server_keeps_what_it_answered(sqlite_stands: Stands) -> None:
    """Killed at each point of a batch, a server started anew repeats every answer it had given."""
    row = Row("kill -9 of dure serve under load", "sqlite")
    points = list(writer_points("sqlite").values())
    for place in range(KILLS):
        stand = sqlite_stands.copy()
        point = points[(place + 4) % len(points)]._replace(nth=NTH + place)
        with served(stand, point=point) as server:
            load = Load(stand, server.port)
            until(lambda seen=server: not seen.process.is_alive(), "the server is killed")  # type: ignore[misc]
            replies = load.stop()
            assert server.process.exitcode == -signal.SIGKILL
        assert {reply.status for reply in replies.values()} <= {0, 200}
        row.rounds += 1
        row.acknowledged += sum(reply.facts[0] != "" for reply in replies.values())
        row.retried += len(replies)
        with served(stand) as server:
            row.lost += resend(stand, server.port, replies)
        stand.assert_sound()
    assert row.acknowledged > 0
    row.close()


def test_a_server_that_is_told_to_stop_answers_first(sqlite_stands: Stands) -> None:
    """SIGTERM under load ends the server with status 0 once what it has taken is answered."""
    stand = sqlite_stands.copy()
    with served(stand) as server:
        load = Load(stand, server.port)
        until(lambda: load.acknowledged > 0, "the first answers")
        server.process.terminate()
        until(lambda: not server.process.is_alive(), "the server ends")
        replies = load.stop()
    assert {reply.status for reply in replies.values()} <= {0, 200, 503}
    with served(stand) as server:
        assert resend(stand, server.port, replies) == 0
