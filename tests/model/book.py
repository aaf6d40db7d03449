"""The model's state and the few things that every rule of the ledger does with it."""

from collections import Counter, defaultdict

from tests.model import arithmetic as exact
from tests.model.arithmetic import DAY, NEVER
from tests.model.facts import (
    OPERATOR,
    Brand,
    Deal,
    Lot,
    Move,
    Part,
    Pending,
    Permission,
    Points,
    Promise,
)

Owed = Counter[tuple[str, str, str]]  # (debtor, creditor, kind) -> money


class Book:
    """All accounts, lots, holds and debts of a network with one currency and one open window."""

    def __init__(self) -> None:
        self.size = 0
        self.brands: dict[str, Brand] = {}
        self.units: dict[str, Points] = {}
        self.deals: list[Deal] = []
        self.members: set[str] = set()
        self.erased: set[str] = set()
        self.accounts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self.lots: list[Lot] = []
        self.wallets: dict[tuple[str, str], list[Lot]] = defaultdict(list)
        self.holds: dict[str, Pending] = {}
        self.moves: dict[str, Move] = {}
        self.permissions: dict[str, list[Permission]] = defaultdict(list)
        self.promises: dict[str, Promise] = {}
        self.counted: Counter[tuple[str, str, str]] = Counter()
        self.debits: Counter[str] = Counter()
        self.credits: Counter[str] = Counter()
        self.between: Owed = Counter()
        self.active: dict[tuple[str, str], int] = {}  # since when a wallet's inactivity counts

    def deal(self, type_: str, source: str, other: str, time: int) -> Deal | None:
        """The version in force: of all that have begun, the latest, unless it has ended."""
        begun = [
            d
            for d in self.deals
            if (d.type, d.source, d.other) == (type_, source, other) and d.begins <= time
        ]
        latest = max(begun, key=lambda d: (d.begins, d.accepted), default=None)
        return latest if latest is not None and time < latest.ends else None

    def post(self, owner: str, unit: str, debit: str, credit: str, amount: int) -> None:
        """One posted leg; none of nothing."""
        if amount:
            self.accounts[owner, unit, debit][0] += amount
            self.accounts[owner, unit, credit][1] += amount

    def pend(self, owner: str, unit: str, amount: int) -> None:
        """Set points of a wallet aside for a redemption, or, where negative, no longer."""
        self.accounts[owner, unit, "WALLET"][2] += amount
        self.accounts[owner, unit, "REDEEMED"][3] += amount

    def debt(self, owner: str, unit: str) -> int:
        """What a member owes in points."""
        taken, repaid, _, _ = self.accounts[owner, unit, "DEBT"]
        return taken - repaid

    def of(self, owner: str, unit: str) -> list[Lot]:
        """A wallet's lots in spending order."""
        return sorted(self.wallets[owner, unit], key=Lot.order)

    def overdue(self, owner: str, unit: str, now: int) -> list[Pending]:
        """Holds on a wallet whose deadline has passed, earliest deadline first."""
        found = [
            hold
            for hold in self.holds.values()
            if (hold.owner, hold.unit, hold.state) == (owner, unit, "PENDING")
            and hold.deadline <= now
        ]
        return sorted(found, key=lambda hold: (hold.deadline, hold.id))

    def lapses(self, owner: str, unit: str) -> int:
        """When all points of a wallet end by inactivity."""
        rule, _, days = self.units[unit].expiry.partition(" ")
        active = self.active.get((owner, unit))
        return active + int(days) * DAY if rule == "INACTIVITY" and active else NEVER

    def lapsing(self, owner: str, unit: str, now: int) -> list[Pending]:
        """The holds that end when a lapsed wallet makes room for what comes next."""
        return self.overdue(owner, unit, now) if self.lapses(owner, unit) <= now else []

    def arrive(self, owner: str, unit: str, now: int, effective: int, *, act: bool) -> None:
        """Expire what has lapsed before points come in; begin the count where that is due."""
        if self.lapses(owner, unit) <= now:
            self.end_overdue(owner, unit, now)
            self.expire(owner, unit, now)
        if act or not any(lot.remaining for lot in self.of(owner, unit)):
            self.count(owner, unit, effective)

    def count(self, owner: str, unit: str, effective: int) -> None:
        """Let inactivity count from a time, if the unit's points end by it."""
        if self.units[unit].expiry.startswith("INACTIVITY"):
            self.active[owner, unit] = max(effective, self.active.get((owner, unit), 0))

    def spendable(self, owner: str, unit: str, now: int) -> list[Part]:
        """What may be spent: unexpired, and kept by no hold that still lasts."""
        if self.lapses(owner, unit) <= now:
            return []
        ended: Counter[tuple[int, int]] = Counter()
        for hold in self.overdue(owner, unit, now):
            for lot, amount in hold.pins:
                ended[lot.id] += amount
        return [
            (lot, lot.loose + ended[lot.id])
            for lot in self.of(owner, unit)
            if lot.expires > now and lot.loose + ended[lot.id]
        ]

    def choose(self, owner: str, unit: str, amount: int, now: int) -> list[Part] | None:
        """Parts of lots that make up the amount, or None where it is not there."""
        return first(self.spendable(owner, unit, now), amount)

    def end(self, hold: Pending, state: str, captured: int) -> None:
        """End a hold: nothing is pinned, reserved or counted for it any more."""
        for lot, amount in hold.pins:
            lot.pinned -= amount
        self.pend(hold.owner, hold.unit, -hold.amount)
        for debtor, amount in hold.reserve.items():
            self.brands[debtor].reserved -= amount
        for permission in self.permissions[hold.owner]:
            if permission.id == hold.consent:
                permission.used -= hold.amount - captured
        hold.state, hold.captured = state, captured
        self.size += 1

    def end_overdue(self, owner: str, unit: str, now: int) -> None:
        """Write the time-outs of a wallet whose points are about to be used."""
        for hold in self.overdue(owner, unit, now):
            self.end(hold, "EXPIRED", 0)

    def expire(self, owner: str, unit: str, now: int) -> bool:
        """Expire what is past its time and kept by no hold; tell whether there was any."""
        ends = self.lapses(owner, unit)
        past = [lot for lot in self.of(owner, unit) if min(ends, lot.expires) <= now and lot.loose]
        for lot in past:
            self.post(owner, unit, "WALLET", "EXPIRED", lot.loose)
            lot.remaining = lot.pinned
        self.size += bool(past)
        return bool(past)

    def open(self, lot: Lot) -> Lot:
        """Add a lot whose id was given as (next sequence, place)."""
        self.lots.append(lot)
        self.wallets[lot.owner, lot.unit].append(lot)
        return lot

    def owe(self, owed: Owed, sign: int = 1) -> None:
        """Post money between partners; what is negative is owed the other way."""
        for (debtor, creditor, kind), amount in owed.items():
            signed = sign * amount
            payer, payee = (debtor, creditor) if signed > 0 else (creditor, debtor)
            self.debits[payer] += abs(signed)
            self.credits[payee] += abs(signed)
            self.between[debtor, creditor, kind] += signed

    def corrected(self, move: Move) -> bool:
        """Tell whether a dispute changed what a transfer costs; a book alone has no disputes."""
        del move
        return False

    def exposure(self, partner: str) -> int:
        """What a partner may still come to owe."""
        return max(0, self.standing(partner)) + self.brands[partner].reserved

    def standing(self, partner: str) -> int:
        """What a partner owes, less what it is owed."""
        return self.debits[partner] - self.credits[partner]

    def too_much(self, owed: Owed, reserve: dict[str, int], ending: list[Pending]) -> bool:
        """Tell whether debts lift any exposure above its limit, `ending` holds left out."""
        for partner, brand in self.brands.items():
            kept = brand.reserved - sum(hold.reserve.get(partner, 0) for hold in ending)
            more = sum(m for (debtor, _, _), m in owed.items() if debtor == partner)
            less = sum(m for (_, creditor, _), m in owed.items() if creditor == partner)
            net = self.standing(partner)
            before = max(0, net) + kept
            after = max(0, net + more - less) + kept + reserve.get(partner, 0)
            if after > brand.limit and after > before:
                return True
        return False

    def redeem_money(self, takes: list[Part], acceptor: str, deal: Deal | None) -> Owed:
        """Each obligor of the lots owes the acceptor the price of its points."""
        points: Counter[str] = Counter()
        for lot, amount in takes:
            points[lot.obligor] += amount
        owed: Owed = Counter()
        if deal is not None:
            scale = self.units[deal.source].scale
            for obligor, amount in points.items():
                if obligor != acceptor:
                    owed[obligor, acceptor, "REDEEM"] = exact.money(amount, scale, deal.price)
        return +owed

    def exchange_money(self, takes: list[Part], deal: Deal) -> Owed:
        """Each obligor pays the target's owner for the points that its lots became."""
        source, target = self.units[deal.source], self.units[deal.other]
        debited = sum(amount for _, amount in takes)
        points: Counter[str] = Counter()
        given = exact.converted(debited, (source.scale, target.scale), deal.rate, deal.fee_points)
        parts = exact.shares(given, [amount for _, amount in takes])
        for (lot, _), part in zip(takes, parts, strict=True):
            points[lot.obligor] += part
        owed: Owed = Counter()
        for obligor, amount in points.items():
            if obligor != target.owner:
                owed[obligor, target.owner, "EXCHANGE"] = exact.money(
                    amount, target.scale, deal.price
                )
        owed[source.owner, OPERATOR, "FEE"] = exact.money(debited, source.scale, deal.fee_money)
        return +owed


def first(parts: list[Part], amount: int) -> list[Part] | None:
    """Take an amount from parts in their order; None where they hold less."""
    taken: list[Part] = []
    for lot, there in parts:
        part = min(there, amount - sum(got for _, got in taken))
        if part:
            taken.append((lot, part))
    return taken if sum(got for _, got in taken) == amount else None


def carrying(lot: Lot, taken: int) -> int:
    """The cost of a part about to be taken: floor before, less floor after."""
    before = lot.cost * lot.remaining // lot.amount
    return before - lot.cost * (lot.remaining - taken) // lot.amount
