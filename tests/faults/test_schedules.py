"""Servers that find a window due at the same time: it closes once, and says how late."""

from api.bootstrap import Network
from api.cli.settling import acting
from api.writing import written
from audit.entry import decode
from domain.clock import MINUTE, SimulatedClock
from domain.store.engine import reading
from domain.store.queries import log
from settlement.commands import DecideProposal, ProposePolicy
from settlement.windows.schedule import WINDOW_SCHEDULE
from tests.faults.client import ready
from tests.faults.launch import until
from tests.faults.report import Row
from tests.faults.server import served
from tests.faults.stand import Stand, Stands, last_time
from tests.hiring import hire

PEOPLE = ("ann", "bob")


def schedule(stand: Stand) -> None:
    """Let two people agree on a schedule, months before the machine's own time."""
    with stand.opened() as network:
        clock = SimulatedClock(last_time(network) + MINUTE)
    network = stand.open(clock)
    try:
        hire(network, *PEOPLE)
        ann, bob = (acting(network, name) for name in PEOPLE)
        proposal = ProposePolicy(
            actor=ann, id=network.ids.entity(), name=WINDOW_SCHEDULE, currency="KRW",
            value="WEEKLY FRIDAY 18:00 Asia/Seoul KR PRECEDING", reason="AGREED",
        )  # fmt: skip
        written(network, proposal)
        decision = network.ids.entity()
        written(network, DecideProposal(actor=bob, id=decision, proposal=proposal.id, approve=True))
    finally:
        network.close()


def entries(network: Network, kind: str) -> list[dict[str, str | int]]:
    """The log's entries of a kind."""
    with reading(network.engine) as connection:
        found = (decode(leaf) for leaf in log.leaves(connection))
        return [fields for fields in found if fields["kind"] == kind]


def test_two_servers_close_what_is_due_once(stands: Stands) -> None:
    """Started months late at the same time, they append one entry, which says what passed."""
    stand = stands.copy()
    schedule(stand)
    row = Row("two servers on a window that is due", stands.database, 1)
    with stand.opened() as network:
        with served(stand, started=False) as left, served(stand, started=False) as right:
            for server in (left, right):
                until(lambda seen=server: ready(seen.port)[0] == 200, "it serves")  # type: ignore[misc]
            until(lambda: bool(entries(network, "window.closed")), "a server closes the window")
        (due,), (closed,) = entries(network, "window.due"), entries(network, "window.closed")
    assert (due["author"], closed["author"]) == ("system/schedule", "system/schedule")
    assert int(due["missed"]) > 10
    assert (due["due"], due["seq"]) < (due["time"], closed["seq"])
    stand.assert_sound()
    row.close()
