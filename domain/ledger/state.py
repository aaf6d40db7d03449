"""What a batch of commands sees: rows in memory, read under the log head's lock.

A decision reads the state and never writes it; ``apply`` (in ``domain.ledger.effects``) is the
only thing that does, from effects alone. What it touched is remembered, so that the store writes
each row once a batch.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from domain.clock import NEVER
from domain.ledger.model import WALLET, Account
from domain.ledger.records import CONVERSION, OPEN, PENDING_STATE, CreditLine, Position
from domain.ledger.settling import OVER

if TYPE_CHECKING:
    from domain.ledger.disputes import Dispute, Line
    from domain.ledger.model import Hold, Lot, Obligation, Original
    from domain.ledger.records import (
        ApiKey,
        Consent,
        Contract,
        Partner,
        Proposal,
        Quote,
        Unit,
        Window,
    )
    from domain.ledger.settling import BankLine, Net, Policy, Settlement, Share
    from domain.ledger.waiting import Place, WaitingLine

AccountKey = tuple[str, str, str]
WalletKey = tuple[str, str]
LotKey = tuple[str, str, int, int]


class Reference:
    """The small tables that every decision may need; the store keeps them between batches.

    They are valid as long as ``log_head.reference_version`` is the one they were read at.
    """

    def __init__(self) -> None:
        """Begin empty; the store fills it."""
        self.origin = ""
        self.sandbox = False
        self.simulated = False
        self.partners: dict[str, Partner] = {}
        self.units: dict[str, Unit] = {}
        self.keys: dict[str, ApiKey] = {}
        self.contracts: dict[tuple[str, int], Contract] = {}
        self.windows: dict[tuple[int, str], Window] = {}
        self.proposals: dict[str, Proposal] = {}
        self.open_periods: dict[str, int] = {}
        self.settled: set[tuple[int, str]] = set()
        self.settlements: dict[str, Settlement] = {}
        self.policies: dict[tuple[str, str, str], Policy] = {}
        self._by_pair: dict[tuple[str, str, str], list[Contract]] = {}

    def put_contract(self, contract: Contract) -> None:
        """Add or replace one version of a contract."""
        self.contracts[contract.id, contract.version] = contract
        pair = pair_of(contract)
        versions = [
            c
            for c in self._by_pair.get(pair, ())
            if (c.id, c.version) != (contract.id, contract.version)
        ]
        versions.append(contract)
        versions.sort(key=lambda c: (c.valid_from, c.accepted_seq), reverse=True)
        self._by_pair[pair] = versions

    def put_window(self, window: Window) -> None:
        """Add or replace a settlement window."""
        self.windows[window.period, window.currency] = window
        if window.state == OPEN:
            self.open_periods[window.currency] = window.period

    def versions(self, type_: str, source: str, other: str) -> list[Contract]:
        """Return every version for the pair, latest begun first; ``other``: a unit or a partner."""
        return self._by_pair.get((type_, source, other), [])

    def contract_at(self, type_: str, source: str, other: str, instant: int) -> Contract | None:
        """Return the version in force at ``instant``: of those accepted, the latest begun."""
        for contract in self._by_pair.get((type_, source, other), ()):
            if contract.accepted_seq and contract.valid_from <= instant:
                return contract if instant < contract.until else None
        return None


def pair_of(contract: Contract) -> tuple[str, str, str]:
    """Return what a contract is looked up by: its type, its unit, and its other unit or partner."""
    return (
        contract.type,
        contract.source,
        contract.target if contract.type == CONVERSION else contract.partner,
    )


class State:
    """The rows a batch may touch. Absent here means absent in the database."""

    def __init__(self, reference: Reference, size: int) -> None:
        """Begin with the reference tables and the size of the log, which is the next sequence."""
        self.reference = reference
        self.size = size
        self.accounts: dict[AccountKey, Account] = {}
        self.lots: dict[WalletKey, list[Lot]] = {}
        self.lot_by_key: dict[LotKey, Lot] = {}
        self.holds: dict[tuple[str, str], Hold] = {}
        self.holds_by_wallet: dict[WalletKey, list[Hold]] = {}
        self.originals: dict[tuple[str, str], Original] = {}
        # A merged lot's sources, as far as a reversal may look for them.
        self.merges: dict[LotKey, tuple[LotKey, ...]] = {}
        # The sequence of a member's erasure, 0 while there is none.
        self.members: dict[str, int] = {}
        # Of members to be erased: what stands in the log for their key.
        self.commitments: dict[str, str] = {}
        self.memberships: dict[tuple[str, str], int] = {}
        self.references: dict[tuple[str, str], str] = {}
        self.consents: dict[str, dict[str, Consent]] = {}
        self.quotes: dict[tuple[str, str], Quote] = {}
        self.usage: dict[tuple[str, str, str], int] = {}
        self.positions: dict[tuple[str, str], list[Position]] = {}
        self.credit_lines: dict[tuple[str, str], CreditLine] = {}
        # Of settlements that are not over: each partner's net, and what defaults cost whom.
        self.nets: dict[str, dict[str, Net]] = {}
        self.shares: dict[str, list[Share]] = {}
        # Of what commands name: bank lines by statement and line, the lines that bear a reference,
        # and the hash of each payment file by its message id.
        self.bank_lines: dict[tuple[str, int], BankLine] = {}
        self.references_of_bank: dict[str, tuple[str, int]] = {}
        self.payment_files: dict[str, str] = {}
        # Of the same lines: what waits or waited for a person, by place and by reference; and of
        # settlements that are not over, how much more came back than came anew.
        self.waiting: dict[Place, WaitingLine] = {}
        self.waiting_references: dict[str, Place] = {}
        self.returned: dict[str, int] = {}
        # Of windows that may be closed: what each debtor owes each creditor, by kind.
        self.invoices: dict[tuple[int, str], dict[tuple[str, str, str], int]] = {}
        # Every open dispute, others that commands name, and the lines that they dispute.
        self.disputes: dict[str, Dispute] = {}
        self.lines: dict[Line, Obligation] = {}
        # Of transfers with such lines: what their reversals gave back, as their debtors' money.
        self.given_back: dict[int, dict[tuple[str, str], int]] = {}
        # Of windows that may be due: the times of the entries that opened and scheduled them.
        self.times: dict[int, int] = {}
        self._net: dict[tuple[str, str], int] = {}
        self.dirty: defaultdict[str, set[tuple[str | int, ...]]] = defaultdict(set)

    def touch(self, table: str, *key: str | int) -> None:
        """Remember that the row ``key`` of ``table`` changed in this batch."""
        self.dirty[table].add(key)

    def give_back(self, seq: int, debtor: str, creditor: str, amount: int) -> None:
        """Count what a reversal of the transfer of entry ``seq`` makes its old creditor owe."""
        given = self.given_back.setdefault(seq, {})
        for pair, step in (((creditor, debtor), amount), ((debtor, creditor), -amount)):
            given[pair] = given.get(pair, 0) + step

    def add_lot(self, lot: Lot) -> LotKey:
        """Make a lot known, as the store does for each row it read; return its key."""
        owner, unit = wallet = lot.owner, lot.unit
        lots = self.lots.get(wallet)
        if lots is None:
            self.lots[wallet] = [lot]
        else:
            lots.append(lot)
        key = (owner, unit, lot.seq, lot.n)
        self.lot_by_key[key] = lot
        return key

    def add_hold(self, hold: Hold) -> None:
        """Make a hold known, as the store does for each row it read."""
        self.holds[hold.owner, hold.id] = hold
        self.holds_by_wallet.setdefault((hold.owner, hold.unit), []).append(hold)

    def account(self, owner: str, unit: str, purpose: str) -> Account:
        """Return the account, a new one with zero counters where there is none yet."""
        key = (owner, unit, purpose)
        found = self.accounts.get(key)
        if found is None:
            found = self.accounts[key] = Account()
        return found

    def lapses_at(self, owner: str, unit: str) -> int:
        """Return when a wallet's points end by inactivity, whatever their lots say."""
        span = self.reference.units[unit].inactivity
        if not span:
            return NEVER
        account = self.accounts.get((owner, unit, WALLET))
        if account is None or not account.active_at:
            return NEVER
        return min(NEVER, account.active_at + span)

    def overdue_holds(self, owner: str, unit: str, now: int) -> list[Hold]:
        """Return pending holds on a wallet whose deadline has passed, oldest first."""
        holds = self.holds_by_wallet.get((owner, unit))
        if holds is None:
            return []
        found = [hold for hold in holds if hold.state == PENDING_STATE and hold.deadline <= now]
        found.sort(key=lambda hold: (hold.deadline, hold.id))
        return found

    def exposure(self, key: tuple[str, str]) -> int:
        """Return debits less credits of (partner, currency) over windows not yet settled.

        Payments matched in settlements that are not over count. Below 0 where the partner is owed.
        """
        net = self._net.get(key)
        if net is None:
            settled = self.reference.settled
            net = self._net[key] = sum(
                position.debits - position.credits
                for position in self.positions.get(key, ())
                if (position.period, position.currency) not in settled
            ) - self._matched(*key)
        return net

    def _matched(self, partner: str, currency: str) -> int:
        """Return what payments have taken off a partner's exposure; below 0: put onto it."""
        matched = 0
        for id_, nets in self.nets.items():
            # Nets are told before their settlement is.
            settlement, net = self.reference.settlements.get(id_), nets.get(partner)
            if settlement is None or settlement.state in OVER:
                continue
            if net is not None and settlement.currency == currency:
                matched += net.matched
        return matched

    def forget_exposure(self) -> None:
        """Work exposures out anew: payments were matched, or windows settled."""
        self._net.clear()

    def owe(self, key: tuple[str, str], period: int, debit: int, credit: int) -> None:
        """Add to the position of (partner, currency) in the window ``period``, which is open."""
        for position in self.positions.get(key, ()):
            if position.period == period:
                break
        else:
            position = self.position(*key, period)
        if key in self._net:
            self._net[key] += debit - credit
        position.debits += debit
        position.credits += credit
        self.dirty["position"].add((*key, period))

    def position(self, partner: str, currency: str, period: int) -> Position:
        """Return the position, a new one with zero sums where there is none yet."""
        rows = self.positions.setdefault((partner, currency), [])
        for row in rows:
            if row.period == period:
                return row
        rows.append(Position(partner, currency, period))
        return rows[-1]

    def credit_line(self, partner: str, currency: str) -> CreditLine:
        """Return the credit line, a new one with nothing allowed where there is none yet."""
        key = (partner, currency)
        found = self.credit_lines.get(key)
        if found is None:
            found = self.credit_lines[key] = CreditLine(partner, currency)
        return found

    def waiting_line(self, place: Place, reference: str) -> WaitingLine | None:
        """Return the line of the queue at a place, else the one that bears the reference."""
        return self.waiting.get(place) or self.waiting.get(
            self.waiting_references.get(reference, place)
        )

    def used(self, owner: str, contract: str, day: str) -> int:
        """Return what was counted that day; ``owner`` empty for the pair as a whole."""
        return self.usage.get((owner, contract, day), 0)


class Needs:
    """What commands must find in the state; each of a batch adds its own, the store reads all."""

    __slots__ = (
        "bank_lines",
        "bank_references",
        "consents",
        "consents_named",
        "disputes",
        "erasures",
        "holds",
        "lines",
        "members",
        "memberships",
        "messages",
        "originals",
        "proposals",
        "quotes",
        "references",
        "schedules",
        "usage",
        "wallets",
    )

    def __init__(self) -> None:
        """Begin with nothing."""
        self.members: set[str] = set()
        self.erasures: set[str] = set()
        self.memberships: set[tuple[str, str]] = set()
        self.references: set[tuple[str, str]] = set()
        self.wallets: set[WalletKey] = set()
        self.holds: set[tuple[str, str]] = set()
        self.originals: set[tuple[str, str]] = set()
        self.quotes: set[tuple[str, str]] = set()
        self.consents: set[str] = set()
        self.consents_named: set[tuple[str, str]] = set()
        self.usage: set[str] = set()
        self.bank_lines: set[tuple[str, int]] = set()
        self.bank_references: set[str] = set()
        self.messages: set[str] = set()
        self.proposals: set[str] = set()
        self.disputes: set[str] = set()
        self.schedules: set[str] = set()
        self.lines: set[Line] = set()
