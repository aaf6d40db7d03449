"""Invariant 10: the leaves alone rebuild every balance, lot, hold and obligation."""

from collections.abc import Sequence

from audit.entry import PREV_NONE, decode, leaf_hash
from audit.findings import Findings
from audit.replay import Replay, Row
from tests.property.ledger import rows
from tests.property.ledger.merging import MergingCommands
from tests.property.ledger.network import Network
from tests.property.ledger.profile import MACHINE


class AgainstReplay(MergingCommands):
    """Whatever was done, replaying its leaves makes the very rows that it left."""

    def teardown(self) -> None:
        """Replay once all has been done; the leaves are read back from their bytes."""
        if hasattr(self, "network"):
            check(self.network)


def check(network: Network) -> None:
    """Assert that the leaves are a chain and make the state's rows, with no finding."""
    findings = Findings()
    replay = Replay(findings)
    streamed: dict[str, list[Row]] = {"leg": [], "lot_use": [], "obligation": []}
    prev = PREV_NONE
    for seq, leaf in enumerate(network.leaves):
        fields = decode(leaf)
        assert (fields["seq"], fields["prev"]) == (seq, prev)
        prev = leaf_hash(leaf).hex()
        made = replay.apply(fields)
        streamed["leg"] += made.leg
        streamed["lot_use"] += made.lot_use
        streamed["obligation"] += made.obligation
    replay.finish()
    assert [finding.line() for finding in findings.kept] == []
    same("leg", streamed["leg"], rows.legs(network))
    same("lot_use", streamed["lot_use"], rows.lot_uses(network))
    same("obligation", streamed["obligation"], rows.obligations(network))
    tables = replay.tables()
    for table, told in rows.TOLD.items():
        same(table, sorted(tables[table]), sorted(told(network.state)))


def same(table: str, replayed: Sequence[Row], expected: Sequence[Row]) -> None:
    """Assert that a table's rows are equal, naming those that are not."""
    assert list(replayed) == list(expected), (table, set(replayed) ^ set(expected))


AgainstReplay.TestCase.settings = MACHINE
TestAgainstReplay = AgainstReplay.TestCase
