"""The model of a whole network: its ledger, and everything that the operator keeps about it.

One currency and many settlement windows; brands, units, API keys, memberships and offers.
"""

from collections import Counter
from dataclasses import dataclass

from tests.model.book import Book, Owed
from tests.model.facts import OPERATOR, Deal

OPEN, CLOSED, SETTLED = "OPEN", "CLOSED", "SETTLED"


@dataclass
class Credential:
    """An API key: whose it is, what it may do, and whether it has ended."""

    partner: str
    scopes: frozenset[str]
    revoked: bool = False


@dataclass
class Offer:
    """A contract version: its deal, who offers it to whom by which key, whether both signed."""

    deal: Deal
    contract: str
    version: int
    proposer: str
    counterparty: str
    accepted: bool = False
    key: str = ""


@dataclass
class Suggestion:
    """A proposal that a second subject must decide."""

    period: int
    maker: str
    state: str = "PENDING"


class Register(Book):
    """The ledger of a network, and the network."""

    def __init__(self) -> None:
        super().__init__()
        self.period = 1
        self.windows: dict[int, str] = {}
        self.in_window: dict[tuple[str, int], list[int]] = {}
        self.suggestions: dict[str, Suggestion] = {}
        self.credentials: dict[str, Credential] = {}
        self.memberships: set[tuple[str, str]] = set()
        self.references: dict[tuple[str, str], str] = {}  # whose each is
        self.offers: dict[tuple[str, int], Offer] = {}

    def owe(self, owed: Owed, sign: int = 1) -> None:
        """Post money between partners, in the window open now."""
        before = Counter(self.debits), Counter(self.credits)
        super().owe(owed, sign)
        for partner in (*self.brands, OPERATOR):
            more = self.debits[partner] - before[0][partner]
            less = self.credits[partner] - before[1][partner]
            if more or less:
                sums = self.in_window.setdefault((partner, self.period), [0, 0])
                sums[0] += more
                sums[1] += less

    def accept(self, offer: Offer) -> None:
        """Put an offer in force, after all that were accepted before."""
        offer.accepted = True
        offer.deal.accepted = self.size
        self.deals.append(offer.deal)
