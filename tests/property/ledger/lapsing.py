"""Commands that come when points have ended: by inactivity, or before they are given back."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from domain.clock import DAY
from tests.property.ledger.commands import MEMBER, PICK, SHARE, LedgerCommands
from tests.property.ledger.world import UNITS


class LapsingCommands(LedgerCommands):
    """All commands, and some that come late."""

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

    @rule(
        member=MEMBER,
        unit=st.sampled_from(["AIR", "STAR", "STAR", "COIN"]),
        kept=st.sampled_from([0, 30]),
        back=SHARE,
        late=st.sampled_from([8, 31, 70]),
    )
    def give_back_late(self, member: str, unit: str, kept: int, back: int, late: int) -> None:
        """Points are taken and given back when the time of what is left may be over."""
        self.issue(member, unit, UNITS[unit][0], 40 + kept, "FREE", 0)
        known = len(self.moves)
        self.adjust(member, unit, 40, -1, 0)
        if len(self.moves) > known:
            self.network.now += late * DAY
            self.turn_round(self.moves[-1], "OPERATOR", back)
