"""Entries posted one after another, and what they come to."""

from settlement.books.chart import Policy
from settlement.books.journal import Entry, Journal
from settlement.books.rows import Event, Opened, Owed, Used

KRW = "KRW"


def told(entries: list[Entry]) -> dict[str, dict[str, int]]:
    """Entries as partner to account to amount, debits positive."""
    found: dict[str, dict[str, int]] = {}
    for entry in entries:
        assert sum(one.amount for one in entry.postings) == 0
        for account, _, amount in entry.postings:
            found.setdefault(entry.partner, {})[account.value] = amount
    return found


class Story:
    """Events one after another; lots are named by the entry that opened them."""

    def __init__(self, policies: dict[str, Policy] | None = None) -> None:
        self.journal = Journal(policies)
        self.seq = 0

    def do(
        self,
        kind: str,
        *,
        opened: tuple[Opened, ...] = (),
        uses: tuple[tuple[int, str, int], ...] = (),
        owed: tuple[Owed, ...] = (),
        acceptor: str = "",
        original: int = 0,
    ) -> dict[str, dict[str, int]]:
        """Post one entry; return what it posted."""
        self.seq += 1
        transfer = f"t{self.seq}" if kind != "CHARGE" else ""
        reverses = f"t{original}" if original else ""
        event = Event(
            self.seq, self.seq, transfer, kind, reverses, acceptor, opened,
            tuple(Used(seq, 0, action, amount) for seq, action, amount in uses), owed,
        )  # fmt: skip
        return told(self.journal.post(event))

    def issue(self, cost: int, amount: int, unit: str = "AIR", obligor: str = "A") -> int:
        """Issue a partner's own points; return the lot's entry."""
        self.do("ISSUE", opened=(Opened(0, unit, obligor, obligor, KRW, cost, amount),))
        return self.seq
