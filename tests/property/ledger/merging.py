"""Commands that make like lots one, and that come upon lots which were."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from domain.ledger import commands as ask
from tests.model import spending
from tests.property.ledger.commands import BRAND, MEMBER, PICK, SHARE
from tests.property.ledger.lapsing import LapsingCommands
from tests.property.ledger.network import actor
from tests.property.ledger.world import UNITS


class MergingCommands(LapsingCommands):
    """All commands, and the housekeeping between them."""

    @rule(pick=PICK)
    def merge(self, pick: int) -> None:
        """The job comes by, at some wallet."""
        self.merge_at(*self.wallet(pick)[:2])

    def merge_at(self, member: str, unit: str) -> None:
        """Like lots of a wallet become one."""
        expected = spending.merge(self.book, member, unit, self.next)
        command = ask.MergeLots(
            actor=actor("OPERATOR"), id=self.network.new_id(), owner=member, unit=unit
        )
        self.agree(command, expected)

    @rule(
        member=MEMBER,
        unit=st.sampled_from(["MILE", "STAR", "HOTEL", "COIN"]),
        brand=BRAND,
        spent=st.sampled_from([0, 3, 30, 70]),
        share=SHARE,
        way=st.integers(0, 3),
        pick=PICK,
    )
    def reverse_merged(
        self, member: str, unit: str, brand: str, spent: int, share: int, way: int, pick: int
    ) -> None:
        """Like lots come in and are partly spent, merged, and turned round in one order or other.

        Where they are merged twice, the second time with more, the way goes over two merges.
        """
        brand = brand if unit in {"MILE", "COIN"} else UNITS[unit][0]
        known = len(self.moves)
        for _ in range(3):
            self.issue(member, unit, brand, 20, "PAID", 0)
        if spent:
            self.adjust(member, unit, spent, -1, 0)
        self.merge_at(member, unit)
        if way & 1:
            self.issue(member, unit, brand, 20, "PAID", 0)
            self.merge_at(member, unit)
        if way & 2:
            self.adjust(member, unit, 17, -1, 0)
        made = self.moves[known:]
        for n in range(min(2, len(made))):
            self.turn_round(made[(pick + n) % len(made)], "OPERATOR", share)
        self.merge_at(member, unit)
