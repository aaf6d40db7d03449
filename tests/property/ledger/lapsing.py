"""Commands that come to a wallet at the very end of its points by inactivity."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.property.ledger.commands import PICK, LedgerCommands
from tests.property.ledger.world import UNITS


class LapsingCommands(LedgerCommands):
    """All commands, and points that come just before or just after others have lapsed."""

    @rule(pick=PICK, early=st.sampled_from([0, 0, 1]), way=st.integers(0, 3))
    def come_late(self, pick: int, early: int, way: int) -> None:
        """Points come to a wallet that has just lapsed, or is about to."""
        counted = sorted((self.book.lapses(*wallet), wallet) for wallet in self.book.active)
        lapses, (member, unit) = counted[pick % len(counted)] if counted else (0, ("", ""))
        if lapses <= self.next:
            return
        self.network.now = lapses - 1 - early
        owner = UNITS[unit][0]
        if way == 0:
            self.issue(member, unit, owner, 20, "FREE", 0)
        elif way == 1:
            self.adjust(member, unit, 20, 1, 0)
        elif way == 2:
            self.issue(member, "MILE", UNITS["MILE"][0], 50, "FREE", 0)
            self.exchange_at(member, ("MILE", unit), 50, UNITS["MILE"][0], "")
        else:
            self.redeem(pick, owner, 50)
