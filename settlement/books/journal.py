"""An entry of the log as postings: each partner's balance, currency by currency (FINANCE 4).

An entry changes what lots carry (LEDGER section 1: floor(cost x remaining / amount) before, less
the same after) and what partners owe one another. For one partner the two differ by a result, and
the kind of the entry says which account takes it: the sale's contra at an issue, revenue at a
redemption at home, gain or loss where points leave for another brand, breakage at an expiry.
A reversal posts to the accounts of what it reverses, the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from domain.ids import OPERATOR
from domain.ledger.model import GIVE, TAKE
from domain.ledger.reversal import REVERSIBLE
from domain.money import part_of
from settlement.books.breakage import NO_ESTIMATE, Pool
from settlement.books.chart import DEFAULT, Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from settlement.books.chart import Policy
    from settlement.books.rows import Event, Opened, Owed

REVERSE = "REVERSE"
EXPIRE = "EXPIRE"
_SPENT = frozenset({"REDEEM", "CAPTURE", "EXCHANGE"})
_REDEEMED = frozenset({"REDEEM", "CAPTURE"})
_RESULTS = {
    "ISSUE": Account.DEFERRED_REVENUE,
    "EXPIRE": Account.BREAKAGE,
}
# An obligation whose other side is the same whatever the entry: debtor's account, creditor's.
_SIDES: dict[str, tuple[Account, Account]] = {
    "FEE": (Account.FEE_EXPENSE, Account.FEE_INCOME),
    "PERIODIC_FEE": (Account.FEE_EXPENSE, Account.FEE_INCOME),
    "TAX": (Account.TAX_PAID, Account.TAX_DUE),
    "CORRECTION": (Account.CORRECTION, Account.CORRECTION),
    # Whoever has money that a bank moved otherwise than a settlement says owes it.
    "BANK": (Account.BANK, Account.BANK),
    # A claim stands in the place of what a settlement left unpaid.
    "CLAIM": (Account.CLEARING_PAYABLE, Account.CLEARING_RECEIVABLE),
}
_CLEARING = (Account.CLEARING_PAYABLE, Account.CLEARING_RECEIVABLE)
_CLAIMS = (Account.CLAIMS_PAYABLE, Account.CLAIMS_RECEIVABLE)


class Posting(NamedTuple):
    """An amount on an account; ``unit`` where the account is kept by unit. Debits are positive."""

    account: Account
    unit: str
    amount: int


class Entry(NamedTuple):
    """One partner's postings of one entry of the log, in one currency; they sum to zero."""

    seq: int
    time: int
    event: str
    reference: str
    partner: str
    currency: str
    postings: tuple[Posting, ...]


class _Lot:
    """A lot as far as books need it."""

    __slots__ = ("amount", "cost", "currency", "obligor", "remaining", "unit")

    def __init__(self, opened: Opened) -> None:
        """Begin whole."""
        self.unit = opened.unit
        self.obligor = opened.obligor
        self.currency = opened.currency
        self.cost = opened.cost
        self.amount = opened.amount
        self.remaining = opened.amount

    def move(self, amount: int) -> int:
        """Add ``amount`` points, or take them where negative; return how much more it carries."""
        before = part_of(self.cost, self.remaining, self.amount)
        self.remaining += amount
        assert 0 <= self.remaining <= self.amount, "a lot was used beyond what it holds"
        return part_of(self.cost, self.remaining, self.amount) - before


class _Original(NamedTuple):
    """What a reversal asks of the transfer that it names."""

    kind: str
    acceptor: str
    supplier: str
    given: str  # the unit that it opened lots of


@dataclass(slots=True)
class _Books:
    """One partner's side of an entry in one currency, being put together."""

    carried: dict[str, int] = field(default_factory=dict)  # by unit, how much more lots carry
    sides: dict[tuple[Account, str], int] = field(default_factory=dict)
    result: int = 0  # what is left to post, a debit where positive

    def post(self, account: Account, amount: int, unit: str = "") -> None:
        """Add to an account, and against it to what is left."""
        key = (account, unit)
        self.sides[key] = self.sides.get(key, 0) + amount
        self.result -= amount


class Journal:
    """Makes the journals of all partners, entry by entry in the order of the log."""

    def __init__(self, policies: Mapping[str, Policy] | None = None) -> None:
        """Begin with empty books."""
        self._policies = policies or {}
        self._lots: dict[tuple[int, int], _Lot] = {}
        self._originals: dict[str, _Original] = {}
        self.pools: dict[tuple[str, str, str], Pool] = {}  # by partner, unit, currency

    def policy(self, partner: str) -> Policy:
        """Return a partner's policy, the default one where it has none."""
        return self._policies.get(partner, DEFAULT)

    def post(self, event: Event) -> list[Entry]:
        """Return the entries that an event makes, by partner and currency; none of nothing."""
        told = _told(event)
        if event.kind == REVERSE:
            told = self._originals[event.original]
        elif event.kind in REVERSIBLE:
            self._originals[event.transfer] = told
        books: dict[tuple[str, str], _Books] = {}
        for partner, unit, currency, change in self._moves(event):
            one = books.setdefault((partner, currency), _Books())
            one.carried[unit] = one.carried.get(unit, 0) + change
        for owed in event.owed:
            _owe(books, owed, told, reverse=event.kind == REVERSE)
        made: list[Entry] = []
        for (partner, currency), one in sorted(books.items()):
            self._close(one, event, told, partner, currency)
            postings = tuple(
                Posting(account, unit, amount)
                for (account, unit), amount in sorted(one.sides.items())
                if amount
            )
            assert sum(posting.amount for posting in postings) == 0, "an entry does not balance"
            if postings:
                head = (event.seq, event.time, event.kind, event.transfer or _invoice(event))
                made.append(Entry(*head, partner, currency, postings))
        return made

    def _moves(self, event: Event) -> Iterator[tuple[str, str, str, int]]:
        """Yield by lot: obligor, unit, currency and how much more it carries."""
        for opened in event.opened:
            lot = self._lots[event.seq, opened.n] = _Lot(opened)
            yield lot.obligor, lot.unit, lot.currency, lot.cost
        for used in event.uses:
            if used.action in (TAKE, GIVE):
                lot = self._lots[used.seq, used.n]
                change = lot.move(used.amount if used.action == GIVE else -used.amount)
                yield lot.obligor, lot.unit, lot.currency, change

    def _close(
        self, books: _Books, event: Event, told: _Original, partner: str, currency: str
    ) -> None:
        """Post what lots carry, then the result to the account that the entry's kind names."""
        for unit, change in books.carried.items():
            books.post(Account.CONTRACT_LIABILITY, -change, unit)
        if event.kind != REVERSE:
            account = _result(told, partner, books.result < 0)
        else:
            account = _result(told, partner, books.result > 0)
        if books.result:
            books.post(account, books.result)
        for unit, change in books.carried.items():
            self._release(books, event, told, (partner, unit, currency), change)

    def _release(
        self,
        books: _Books,
        event: Event,
        told: _Original,
        key: tuple[str, str, str],
        change: int,
    ) -> None:
        """Release estimated breakage by what was exercised; an expiry takes of it first."""
        partner, unit, _ = key
        pool = self.pools.get(key)
        if pool is None:
            estimate = self.policy(partner).breakage.get(unit, NO_ESTIMATE)
            pool = self.pools[key] = Pool(estimate)
        release = pool.move(
            change,
            -change if told.kind in _SPENT and unit != told.given else 0,
            -change if event.kind == EXPIRE else 0,
        )
        step = release.released - release.taken
        if step:
            books.post(Account.BREAKAGE_RELEASED, step, unit)
            books.post(Account.BREAKAGE, -step)


def _told(event: Event) -> _Original:
    """Return what a transfer says of itself; owed for it is the acceptor, or who backs new lots."""
    first = event.opened[0] if event.opened else None
    supplier = event.acceptor or (first.obligor if first else "")
    return _Original(event.kind, event.acceptor, supplier, first.unit if first else "")


def _invoice(event: Event) -> str:
    """Return the number of the invoice that a tax is on, "" where the entry is of none."""
    cited = {owed.cites for owed in event.owed if owed.kind == "TAX"}
    return cited.pop() if len(cited) == 1 else ""


def _result(told: _Original, partner: str, credit: bool) -> Account:  # noqa: FBT001 -- a sign
    """Return the account of the result of an entry of this kind for a partner."""
    if told.kind in _RESULTS:
        return _RESULTS[told.kind]
    if told.kind in _REDEEMED and partner == told.acceptor:
        return Account.REVENUE
    if told.kind in _SPENT:
        return Account.GAIN if credit else Account.LOSS
    return Account.ADJUSTMENT


def _owe(
    books: dict[tuple[str, str], _Books], owed: Owed, told: _Original, *, reverse: bool
) -> None:
    """Post an obligation on both sides; a decrease, which swaps them, goes back where it came."""
    debtor, creditor, sign = owed.debtor, owed.creditor, 1
    natural = OPERATOR if owed.kind in ("FEE", "PERIODIC_FEE") else told.supplier
    if reverse and debtor == natural:
        debtor, creditor, sign = creditor, debtor, -1
    payable, receivable = _CLAIMS if owed.kind == "CLAIM" else _CLEARING
    amount = sign * owed.amount
    owing = books.setdefault((debtor, owed.currency), _Books())
    owing.post(payable, -amount)
    due = books.setdefault((creditor, owed.currency), _Books())
    due.post(receivable, amount)
    if owed.kind in _SIDES:
        own, other = _SIDES[owed.kind]
        owing.post(own, amount)
        due.post(other, -amount)
    elif owed.kind == "FUNDING":
        owing.post(Account.POINTS_BOUGHT, amount)
