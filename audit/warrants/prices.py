"""What a transfer must have given: points by the cited rate, money by the cited price.

An entry says which contract version priced it; its lots say who stands behind the points. From
these the amounts follow (LEDGER section 1), and what the entry posts is held against them: the
points of an exchange, what each obligor owes, the fee, what a hold reserves, what an issue cost.
The cited version was in force then, or is the one that a quote or a hold has kept (LEDGER section
6). Not held against anything: expiry dates, and carrying values that gifts and adjustments copy.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from audit.findings import Findings
from audit.replay import fields as read
from audit.replay.arithmetic import Rate, conversion, money, split
from audit.replay.fields import Leg, MalformedError, NewLot, Obligation, Texts
from audit.warrants.agreements import (
    ACCEPTANCE,
    CONVERSION,
    FUNDING,
    Agreements,
    Contract,
    Unit,
)

OPERATOR: Final = "OPERATOR"  # to whom fees are owed

# A lot's name to its obligor; "" for an unknown lot.
Obligor = Callable[[str], str]
# Points drawn, with the obligor of each draw, in their order.
Draws = Sequence[tuple[str, int]]
# Who owes whom, for what, how much.
Debts = Counter[tuple[str, str, str]]


def drawn(fields: Texts, obligor: Obligor, action: str = "take") -> list[tuple[str, int]]:
    """The draws of an entry by one action, in their order."""
    return [(obligor(lot), amount) for lot, done, amount in read.uses(fields) if done == action]


def redemption_debts(draws: Draws, unit: Unit, contract: Contract, acceptor: str) -> Debts:
    """What each obligor owes the acceptor, floored once for each."""
    points = Counter[str]()
    for obligor, amount in draws:
        points[obligor] += amount
    return +Debts(
        {
            (obligor, acceptor, "REDEEM"): money(amount, unit.scale, contract.price)
            for obligor, amount in points.items()
            if obligor != acceptor
        }
    )


def exchange_debts(
    draws: Draws, given: int, source: Unit, target: Unit, contract: Contract
) -> Debts:
    """What each obligor owes the target's owner for its share, and the fee to the operator."""
    debts = Debts()
    if not draws:
        return debts
    points = Counter[str]()
    for (obligor, _), share in zip(draws, split(given, [a for _, a in draws]), strict=True):
        points[obligor] += share
    for obligor, amount in points.items():
        if obligor != target.owner:
            debts[obligor, target.owner, "EXCHANGE"] = money(amount, target.scale, contract.price)
    debited = sum(amount for _, amount in draws)
    debts[source.owner, OPERATOR, "FEE"] = money(debited, source.scale, contract.fee_money)
    return +debts


def funding_debts(points: int, unit: Unit, contract: Contract, issuer: str) -> Debts:
    """What the issuer of a prepaid unit owes its owner."""
    if not unit.prepaid or issuer == unit.owner:
        return Debts()
    return +Debts({(issuer, unit.owner, "FUNDING"): money(points, unit.scale, contract.price)})


def rate_of(contract: Contract, source: Unit, target: Unit) -> Rate:
    """A conversion's arithmetic between two units."""
    return conversion(contract.rate, contract.fee_points, source.scale, target.scale)


class Prices:
    """Recomputes what each entry should have posted."""

    def __init__(self, agreements: Agreements, obligor: Obligor, findings: Findings) -> None:
        self._agreements = agreements
        self._obligor = obligor
        self._findings = findings
        self._seq = 0
        # Quotes and holds that are open, with the version that each keeps.
        self._quotes: dict[str, str] = {}
        self._holds: dict[str, str] = {}
        self._checks: dict[str, Callable[[Texts], None]] = {
            "points.issued": self._issued,
            "points.redeemed": self._redeemed,
            "hold.placed": self._held,
            "hold.captured": self._redeemed,
            "points.exchanged": self._exchanged,
            "quote.given": self._quoted,
            "points.gifted": self._unpriced,
            "points.adjusted": self._unpriced,
            "points.expired": self._unpriced,
            "hold.voided": self._let_go,
            "hold.expired": self._let_go,
            "lots.merged": self._unpriced,
        }

    def check(self, seq: int, fields: Texts) -> None:
        """Hold one entry's amounts against its contract; a malformed one replay tells of."""
        found = self._checks.get(fields["kind"])
        if found is None:
            return
        self._seq = seq
        try:
            found(fields)
        except MalformedError:
            return

    def _differs(self, code: str, what: str, expected: int | str, found: int | str) -> None:
        if expected != found:
            self._findings.add(code, seq=self._seq, what=what, expected=expected, found=found)

    def cited(self, fields: Texts, kind: str, **terms: str) -> Contract | None:
        """The contract that an entry cites, where it is of this kind and on these terms."""
        cite = fields["contract"]
        contract = self._agreements.contracts.get(cite)
        if contract is None:
            self._differs("RATE_MISMATCH", "contract", "one that was proposed", cite)
            return None
        for name, value in {"type": kind, **terms}.items():
            agreed = getattr(contract, name)
            if agreed != value:
                self._differs("RATE_MISMATCH", f"contract.{name}", value, agreed)
                return None
        return contract

    def _in_force(self, contract: Contract | None, at: str) -> None:
        """A version that nobody has kept was the one in force."""
        if contract is not None and not self._agreements.in_force(contract, at):
            self._findings.add(
                "CONTRACT_NOT_IN_FORCE", seq=self._seq, contract=contract.cite, time=at
            )

    def _kept(self, kept: str | None, found: str) -> None:
        """A version that a quote or a hold has kept is the one cited."""
        if kept is not None and kept != found:
            self._findings.add(
                "CONTRACT_NOT_IN_FORCE", seq=self._seq, contract=found, expected=kept
            )

    def _unit(self, code: str) -> Unit | None:
        unit = self._agreements.units.get(code)
        if unit is None:
            self._differs("RATE_MISMATCH", "unit", "one that was created", code)
        return unit

    def owed(self, seq: int, fields: Texts, debts: Debts, contract: Contract | None) -> None:
        """Hold an entry's obligations against what they should be."""
        self._seq = seq
        posted = Debts()
        for debtor, creditor, currency, _, amount, cite, kind in _obligations(fields):
            posted[debtor, creditor, kind] += amount
            if contract is not None:
                self._differs("PRICE_MISMATCH", "contract", contract.cite, cite)
                self._differs("PRICE_MISMATCH", "currency", contract.currency, currency)
        for key in sorted(posted.keys() | debts.keys()):
            self._differs("PRICE_MISMATCH", ",".join(key), debts[key], posted[key])

    def _unpriced(self, fields: Texts) -> None:
        """Nobody owes anything for it."""
        if fields["obls"]:
            self.owed(self._seq, fields, Debts(), None)

    def _issued(self, fields: Texts) -> None:
        # Most entries of a log are issues, and replay has read this one: split it, no more.
        try:
            _, _, obligor, issuer, _, _, currency, cost, points = fields["lots"].split(",")
            amount = int(points)
            unit = self._unit(fields["legs"].split(",", 2)[1])
        except (ValueError, IndexError):
            raise MalformedError("lots", fields["lots"]) from None
        if unit is None:
            return
        price, agreed, contract = unit.nominal, unit.currency, None
        if issuer != unit.owner:
            contract = self.cited(fields, FUNDING, source=unit.code, partner=issuer)
            if contract is None:
                return
            self._in_force(contract, fields["effective"])
            price, agreed = contract.price, contract.currency
        expected = str(money(amount, unit.scale, price))
        stands = unit.owner if unit.prepaid else issuer
        if cost != expected or obligor != stands or currency != agreed:
            self._differs("PRICE_MISMATCH", "obligor", stands, obligor)
            self._differs("PRICE_MISMATCH", "cost", expected, cost)
            self._differs("PRICE_MISMATCH", "currency", agreed, currency)
        if contract is not None or fields["obls"]:
            debts = funding_debts(amount, unit, contract, issuer) if contract else Debts()
            self.owed(self._seq, fields, debts, contract)

    def _spent(self, fields: Texts, action: str) -> tuple[Debts, Contract | None] | None:
        """What a redemption's or a hold's draws cost; None where that cannot be told."""
        legs, acceptor = read.legs(fields), fields["acceptor"]
        unit = self._unit(legs[0][1]) if legs else None
        draws = drawn(fields, self._obligor, action)
        if unit is None:
            return None
        if not fields["contract"]:
            others = {obligor for obligor, _ in draws} - {acceptor}
            self._differs("PRICE_MISMATCH", "obligors without a contract", 0, len(others))
            return Debts(), None
        contract = self.cited(fields, ACCEPTANCE, source=unit.code, partner=acceptor)
        if contract is None:
            return None
        return redemption_debts(draws, unit, contract, acceptor), contract

    def _let_go(self, fields: Texts) -> None:
        self._holds.pop(fields["hold"], None)
        self._unpriced(fields)

    def _redeemed(self, fields: Texts) -> None:
        if "hold" in fields:
            self._kept(self._holds.pop(fields["hold"], None), fields["contract"])
        spent = self._spent(fields, "take")
        if spent is not None and "hold" not in fields:
            self._in_force(spent[1], fields["time"])
        if spent is not None:
            self.owed(self._seq, fields, *spent)

    def _held(self, fields: Texts) -> None:
        self._holds[fields["hold"]] = fields["contract"]
        spent = self._spent(fields, "pin")
        if spent is None:
            return
        debts, contract = spent
        self._in_force(contract, fields["time"])
        currency = contract.currency if contract else ""
        expected = {(debtor, currency, amount) for (debtor, _, _), amount in debts.items()}
        found = read.reserves(fields)
        if set(found) != expected or len(found) != len(expected):
            shown = ";".join(f"{d},{c},{a}" for d, c, a in sorted(expected))
            self._differs("PRICE_MISMATCH", "reserve", shown, fields["reserve"])
        self._unpriced(fields)

    def _quoted(self, fields: Texts) -> None:
        self._quotes[fields["quote"]] = fields["contract"]
        contract = self.cited(fields, CONVERSION)
        self._in_force(contract, fields["time"])
        units = self._between(contract) if contract else None
        if contract is not None and units is not None:
            given = rate_of(contract, *units).given(read.number(fields, "source"))
            self._differs("RATE_MISMATCH", "target", given, read.number(fields, "target"))

    def _between(self, contract: Contract) -> tuple[Unit, Unit] | None:
        source, target = self._unit(contract.source), self._unit(contract.target)
        if source is None or target is None or not contract.rate.num:
            return None
        return (source, target) if contract.fee_points.num < contract.fee_points.den else None

    def _exchanged(self, fields: Texts) -> None:
        legs = read.legs(fields)
        if len(legs) != 2:  # noqa: PLR2004 -- what is debited and what is given
            raise MalformedError("legs", fields["legs"])
        taken, given = legs
        contract = self.cited(fields, CONVERSION, source=taken[1], target=given[1])
        if fields["quote"]:
            self._kept(self._quotes.pop(fields["quote"], None), fields["contract"])
        else:
            self._in_force(contract, fields["time"])
        units = self._between(contract) if contract else None
        if contract is None or units is None:
            return
        rate = rate_of(contract, *units)
        self._differs("RATE_MISMATCH", "target", rate.given(taken[5]), given[5])
        self._differs("RATE_MISMATCH", "source", rate.least(given[5]), taken[5])
        draws = drawn(fields, self._obligor)
        debts = exchange_debts(draws, given[5], *units, contract)
        self.owed(self._seq, fields, debts, contract)
        self._lots_of(read.lots(fields), draws, legs, units[1], contract)

    def _lots_of(
        self,
        lots: list[NewLot],
        draws: Draws,
        legs: list[Leg],
        target: Unit,
        contract: Contract,
    ) -> None:
        """The target's owner stands behind what it gives; its lots cost what others pay for it."""
        for _, _, obligor, issuer, *_ in lots:
            self._differs("PRICE_MISMATCH", "obligor", target.owner, obligor)
            self._differs("PRICE_MISMATCH", "issuer", target.owner, issuer)
        shares = split(legs[1][5], [amount for _, amount in draws]) if draws else []
        own = any(obligor == target.owner for obligor, _ in draws)
        if own or not all(shares):
            return  # a carrying value is inherited, and a draw too small for a point opens no lot
        points = Counter[str]()
        for (obligor, _), share in zip(draws, shares, strict=True):
            points[obligor] += share
        paid = sum(money(amount, target.scale, contract.price) for amount in points.values())
        self._differs("PRICE_MISMATCH", "cost", paid, sum(lot[7] for lot in lots))


def _obligations(fields: Texts) -> list[Obligation]:
    return read.obligations(fields) if fields["obls"] else []
