"""A machine's clock set back, set forward, and frozen: no entry is dated wrong, and it is told."""

from itertools import pairwise
from pathlib import Path

from audit.entry import decode
from domain.clock import MINUTE, SECOND, SystemClock, parse_instant
from domain.store.engine import reading
from domain.store.queries import log
from tests.faults.client import issue, page, ready, send
from tests.faults.launch import until
from tests.faults.report import Row
from tests.faults.server import steered
from tests.faults.stand import found_stand

WRONG = {
    "back 10 s": f"-{10 * SECOND}",  # the last entry lies ahead of the clock
    "back 1 h": f"-{60 * MINUTE}",
    "forward 2 min": f"+{2 * MINUTE}",
    "forward a year": f"+{365 * 24 * 60 * MINUTE}",
}
FROZEN = 60  # commands under a clock that stands still


def turn(folder: Path, dial: str) -> None:
    """Set the server's clock; whole, so that it never reads half a number."""
    (folder / "turning").write_text(dial)
    (folder / "turning").rename(folder / "clock")


def test_a_clock_that_is_wrong_stops_the_writer_until_it_is_right(tmp_path: Path) -> None:
    """Set back or forward: 503 CLOCK, not ready, alarmed; right again, the same key succeeds."""
    stand = found_stand(tmp_path / "home", f"sqlite:///{tmp_path / 'dure.db'}", simulated=False)
    row = Row("clock back, forward, frozen", "sqlite")
    token = stand.tokens[0]
    with steered(stand, tmp_path, dial=True) as server:
        for name, dial in WRONG.items():
            row.rounds += 1
            (good,) = send(server.port, [(token, issue(stand, f"{name}, before"))], 1)
            turn(tmp_path, dial)
            (refused,) = send(server.port, [(token, issue(stand, name))], 1)
            assert (refused.status, refused.code) == (503, "CLOCK")
            assert "retry-after" in refused.headers
            assert ready(server.port) == (503, "the writer's last batch failed: CLOCK\n")
            assert 'dure_writer_fault{fault="CLOCK"} 1.0' in page(server.port, "/metrics")
            turn(tmp_path, "+0")
            until(lambda: ready(server.port)[0] == 200, "the server is ready again")
            assert 'dure_writer_fault{fault="CLOCK"} 0.0' in page(server.port, "/metrics")
            (late,) = send(server.port, [(token, issue(stand, name))], 1)
            assert late.payload["replayed"] is False
            (again,) = send(server.port, [(token, issue(stand, f"{name}, before"))], 1)
            row.lost += again.facts != good.facts
            row.acknowledged += 2
            row.retried += 2
        turn(tmp_path, f"={SystemClock().now()}")
        sent = [(token, issue(stand, f"frozen-{n}")) for n in range(FROZEN)]
        assert all(reply.facts[0] for reply in send(server.port, sent, 4))
        row.rounds += 1
        row.acknowledged += FROZEN
        assert "the clock cannot be trusted" in server.output.read_text()
    with stand.opened() as network, reading(network.engine) as connection:
        times = [parse_instant(str(decode(leaf)["time"])) for leaf in log.leaves(connection)]
    assert all(earlier < later for earlier, later in pairwise(times))
    assert times[-1] <= SystemClock().now()
    stand.assert_sound()
    row.close()
