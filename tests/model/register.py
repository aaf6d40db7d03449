"""The model of a whole network: its ledger, and everything that the operator keeps about it.

One currency, many settlement windows and their settlements; brands, units, API keys, memberships
and offers.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.model.book import Book, Owed
from tests.model.facts import OPERATOR, Deal, Move

OPEN, CLOSED, SETTLED = "OPEN", "CLOSED", "SETTLED"


READER = "AUDITOR"  # a role that one person alone may give
NAMED = ("DISPUTE_UPHOLD", "BANK_CARRY", "API_KEY")  # proposals that are of what their value names


@dataclass
class Credential:
    """An API key: whose it is and who bears it, what it may do, and whether it has ended."""

    partner: str
    scopes: frozenset[str]
    subject: str = ""
    person: bool = False
    role: str = ""
    revoked: bool = False

    @property
    def acts(self) -> bool:
        """Whether it is a key of the operator's that does more than read."""
        return not self.partner and self.role != READER


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
    type: str = "WINDOW_CLOSE"
    settlement: str = ""
    partner: str = ""
    amount: int = 0
    value: str = ""
    key: Credential | None = None  # with its scopes and bearer, where it is of one

    @property
    def of(self) -> tuple[str | int, ...]:
        """What it is of: of two that share it one waits."""
        named = self.value if self.type in NAMED else ""
        return self.type, self.period, self.settlement, self.partner, named


@dataclass
class Net:
    """One partner's sums in a settlement; `shared` is what it, or others by it, lost."""

    debits: int = 0
    credits: int = 0
    paid: int = 0
    drawn: int = 0
    shared: int = 0

    @property
    def net(self) -> int:
        """Positive where it owes."""
        return self.debits - self.credits

    @property
    def due(self) -> int:
        """What is still to be paid."""
        return abs(self.net) - self.paid - self.drawn - self.shared

    @property
    def matched(self) -> int:
        """What payments took off its exposure; below 0 where it was paid."""
        return self.paid + self.drawn if self.net > 0 else -self.paid


@dataclass
class Netted:
    """A settlement; `shares` are what creditors lost, as (debtor, creditor, amount)."""

    id: str
    method: str
    windows: tuple[int, ...]
    pay_by: int
    nets: dict[str, Net]
    state: str = "DRAFT"
    rejected: bool = False
    shares: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def through_operator(self) -> bool:
        """Tell whether the operator pays the creditors: through clearing, and after a default."""
        return self.method == "CLEARING" or self.state == "DEFAULTED"

    @property
    def banked(self) -> dict[str, Net]:
        """The nets that banks move: all but the operator's own where it is it that pays out."""
        own = OPERATOR if self.through_operator else ""
        return {code: one for code, one in self.nets.items() if code != own}


@dataclass
class Line:
    """What one partner owes another by an entry that makes nobody else owe anything."""

    debtor: str
    creditor: str
    kind: str
    amount: int
    period: int


@dataclass
class Disputed:
    """A dispute of a line: what it came to before, and what it comes to since."""

    line: tuple[int, int]
    party: str
    stands: int
    comes_to: int
    state: str = OPEN


@dataclass
class Waits:
    """A bank line, or what a payment left of it: since when it waits, and what became of it."""

    amount: int
    reason: str
    reference: str
    currency: str
    state: str = "WAITING"
    outcome: str = ""
    settlement: str = ""


@dataclass
class Counted:
    """A bank line that was counted: what for, how much of it, what was over, and when."""

    settlement: str
    partner: str
    amount: int
    excess: int
    time: int


Place = tuple[str, int]  # a statement's hash and a line of it


class Register(Book):
    """The ledger of a network, and the network."""

    def __init__(self) -> None:
        super().__init__()
        self.period = 1
        self.windows: dict[int, str] = {}
        self.in_window: dict[tuple[str, int], list[int]] = {}
        self.invoiced: defaultdict[int, Owed] = defaultdict(Counter)
        self.lines: dict[tuple[int, int], Line] = {}
        self.suggestions: dict[str, Suggestion] = {}
        self.settlements: dict[str, Netted] = {}
        self.policies: dict[tuple[str, str], str] = {}
        self.disputes: dict[str, Disputed] = {}
        self.messages: set[str] = set()  # of payment files
        self.papers: dict[Place, Counted] = {}
        self.references_of_bank: set[str] = set()
        self.queue: dict[Place, Waits] = {}
        self.places: dict[str, Place] = {}  # of lines of the queue that their bank names
        self.named: dict[str, str] = {}  # payments that were counted by their names: their legs
        self.opened_at = 0  # the open window
        self.declared_at = 0  # the schedule in force
        self.dues: set[tuple[int, int, str, str, int]] = set()  # what each closing by it tells
        self._began = (0, 0)
        self.credentials: dict[str, Credential] = {}
        self.memberships: set[tuple[str, str]] = set()
        self.references: dict[tuple[str, str], str] = {}  # whose each is
        self.offers: dict[tuple[str, int], Offer] = {}

    def begin(self, now: int) -> None:
        """Begin to do what is asked at an instant: each of its entries is a microsecond later."""
        self._began = (self.size, now)

    @property
    def time(self) -> int:
        """The instant of the entry that is written next."""
        size, now = self._began
        return now + self.size - size

    def waiting(self, place: Place, reference: str) -> Waits | None:
        """The line of the queue at a place, else the one that the bank calls so."""
        return self.queue.get(place) or self.queue.get(self.places.get(reference, place))

    def wait(self, place: Place, line: Waits) -> None:
        """Let a line wait for a person."""
        self.queue[place] = line
        if line.reference:
            self.places[line.reference] = place

    def owe(self, owed: Owed, sign: int = 1) -> None:
        """Post money between partners, in the window open now."""
        super().owe(owed, sign)
        made: list[Line] = []
        for (debtor, creditor, kind), amount in owed.items():
            signed = sign * amount
            payer, payee = (debtor, creditor) if signed > 0 else (creditor, debtor)
            if signed:
                made.append(Line(payer, payee, kind, abs(signed), self.period))
                self.invoiced[self.period][payer, payee, kind] += abs(signed)
            for partner, place in ((payer, 0), (payee, 1)) if signed else ():
                sums = self.in_window.setdefault((partner, self.period), [0, 0])
                sums[place] += abs(signed)
        if len(made) == 1:
            self.lines[self.size, 0] = made[0]

    def corrected(self, move: Move) -> bool:
        """Tell whether a transfer's line comes to another amount by a dispute."""
        found = [one.comes_to for one in self.disputes.values() if one.line == (move.seq, 0)]
        return bool(found) and found[-1] != self.lines[move.seq, 0].amount

    def charge(self, debtor: str, creditor: str, kind: str, amount: int) -> None:
        """Post money by an entry of its own."""
        self.owe(Counter({(debtor, creditor, kind): amount}))
        self.size += 1

    def standing(self, partner: str) -> int:
        """Debits less credits of windows that are not settled, less what was paid of them."""
        owed = sum(
            debits - credits_
            for (of, period), (debits, credits_) in self.in_window.items()
            if of == partner and self.windows[period] != SETTLED
        )
        paid = sum(
            one.nets[partner].matched
            for one in self.settlements.values()
            if partner in one.nets and one.state not in (SETTLED, "ABORTED")
        )
        return owed - paid

    def suggest(self, id: str, wanted: Suggestion) -> str:
        """Let a second subject decide, unless the same waits to be decided."""
        for one in self.suggestions.values():
            if one.state == "PENDING" and one.of == wanted.of:
                return "PROPOSAL_PENDING"
        self.suggestions[id] = wanted
        self.size += 1
        return ""

    def accept(self, offer: Offer) -> None:
        """Put an offer in force, after all that were accepted before."""
        offer.accepted = True
        offer.deal.accepted = self.size
        self.deals.append(offer.deal)
