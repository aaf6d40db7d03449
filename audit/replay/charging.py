"""What a closing must charge, and a settled default claim, worked out from the state before it.

Closing a window charges each partner its declared fee, and tax on its invoices (FINANCE section 1):
an invoice is the net of two partners and a kind in the window. A default that is over leaves each
share of its loss as a claim of its own (FINANCE section 3). Each stands in an entry of its own
right before the one that closes the window or settles the settlement, so a run of such entries is
held against what the policies in force give; one that stands anywhere else was invented.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

from audit.findings import Fact
from audit.replay.arithmetic import Ratio, ratio
from audit.replay.fields import MalformedError, Obligation
from audit.replay.proposals import Proposals
from audit.replay.report import Reporter

FEE: Final = "PERIODIC_FEE"  # a kind, and the name of the policy that declares it; so is the next
TAX: Final = "TAX"
CLAIM: Final = "CLAIM"
_OPERATOR: Final = "OPERATOR"

_FEE_TERMS: Final = re.compile(r"(0|[1-9][0-9]{0,15}) (\S+)")
_TAX_TERMS: Final = re.compile(r"([A-Z_]+),[A-Z][A-Z0-9_]{1,15},(\S+)")

# Debtor, creditor and kind, to an amount.
Invoices = Mapping[tuple[str, str, str], int]


class Charge(NamedTuple):
    """What one entry charges, and where the entry stands."""

    seq: int
    debtor: str
    creditor: str
    kind: str
    currency: str
    contract: str
    amount: int


class Due(NamedTuple):
    """What must be charged; a tax may cite the number of the invoice that it is on, or nothing."""

    debtor: str
    creditor: str
    kind: str
    amount: int
    invoice: str = ""

    def is_charged_by(self, one: Charge) -> bool:
        """Whether a charge cites what this may cite."""
        return one.kind == self.kind and one.contract in ("", self.invoice)


def fees(declared: Mapping[str, str], invoices: Invoices) -> dict[tuple[str, str, str], int]:
    """The fee of each partner: a fixed amount, and a part of what it owes in the window."""
    gross = Counter[str]()
    for (debtor, _, _), amount in invoices.items():
        gross[debtor] += amount
    found = {}
    for partner, value in declared.items():
        terms = _FEE_TERMS.fullmatch(value)
        part = _part(terms[2]) if terms else None
        if terms is None or part is None or partner == _OPERATOR:
            continue
        amount = int(terms[1]) + gross[partner] * part.num // part.den
        if amount:
            found[partner, _OPERATOR, FEE] = amount
    return found


def taxes(declared: Mapping[str, str], invoices: Invoices) -> dict[tuple[str, str, str], int]:
    """The tax on each net of two partners and a kind, owed with it to the net's creditor.

    Of one debtor and creditor the amounts of all kinds stand apart, so they come by kind taxed.
    """
    rates = {creditor: _rates(value) for creditor, value in declared.items()}
    found = {}
    for (debtor, creditor, kind), amount in invoices.items():
        net = amount - invoices.get((creditor, debtor, kind), 0)
        rate = rates.get(creditor, {}).get(kind)
        owed = net * rate.num // rate.den if net > 0 and rate else 0
        if owed:
            found[debtor, creditor, kind] = owed
    return found


def _rates(value: str) -> dict[str, Ratio]:
    """Rates of tax by the kind that is taxed; none where the text is not in its form."""
    rates = {}
    for item in value.split(";"):
        terms = _TAX_TERMS.fullmatch(item)
        rate = _part(terms[2]) if terms else None
        if terms is None or rate is None:
            return {}
        rates[terms[1]] = rate
    return rates


def _part(text: str) -> Ratio | None:
    """A fraction of at most 1."""
    try:
        found = ratio(text, "value")
    except MalformedError:
        return None
    return found if found.num <= found.den else None


class Charges:
    """Charges that wait for the entry that they belong to."""

    def __init__(self, report: Reporter, proposals: Proposals) -> None:
        self._report = report
        self._proposals = proposals
        self._run: list[Charge] = []
        self._next = 0  # the number of the entry that would go on with the run

    def note(self, owed: list[Obligation]) -> None:
        """An entry that charges; it names two partners only."""
        if len(owed) != 1:
            self._report.impossible("charges other than one invoice", charged=len(owed))
        self._break(self._report.seq)
        for debtor, creditor, currency, _, amount, contract, kind in owed:
            self._run.append(
                Charge(self._report.seq, debtor, creditor, kind, currency, contract, amount)
            )
        self._next = self._report.seq + 1

    def close(self, period: int, currency: str, owed: dict[tuple[str, str, str], int]) -> None:
        """Hold the charges right before a closing against what the window comes to.

        Args:
            period: the window's number.
            currency: the window's.
            owed: all that is owed in it, the charges too, by debtor, creditor and kind.
        """
        run = self._take()
        for one in run:
            key = (one.debtor, one.creditor, one.kind)
            if one.currency == currency and key in owed:
                owed[key] -= one.amount
        due = fees(self._proposals.declared(FEE, currency), owed)
        taxed = taxes(self._proposals.declared(TAX, currency), {**owed, **due})
        expected = [Due(*key, amount) for key, amount in due.items()]
        for (debtor, creditor, kind), amount in taxed.items():
            invoice = f"{currency}-{period}-{creditor}-{debtor}-{kind}"
            expected.append(Due(debtor, creditor, TAX, amount, invoice))
        self._compare(currency, expected, run)

    def claim(self, currency: str, shares: Mapping[tuple[str, str], int]) -> None:
        """Hold the charges right before a settlement's end against its shares of losses."""
        expected = [
            Due(debtor, creditor, CLAIM, amount)
            for (debtor, creditor), amount in shares.items()
            if debtor != creditor
        ]
        self._compare(currency, expected, self._take())

    def finish(self) -> None:
        """No entry comes any more that a charge might belong to."""
        self._break(-1)

    def _take(self) -> list[Charge]:
        self._break(self._report.seq)
        run, self._run = self._run, []
        return run

    def _break(self, seq: int) -> None:
        """Condemn what was charged where an entry `seq` does not go on with it."""
        if seq != self._next:
            for one in self._run:
                self._invented(one)
            self._run = []

    def _invented(self, one: Charge) -> None:
        facts = {"debtor": one.debtor, "creditor": one.creditor, "of": one.kind}
        self._report.tell("CHARGE_INVENTED", charge=one.seq, **facts, found=one.amount)

    def _compare(self, currency: str, expected: list[Due], run: list[Charge]) -> None:
        """Tell each difference once: equals first, then amounts, partners, and what is left."""
        missing = list(expected)
        left = [one for one in run if not _settles(missing, one, currency, one.amount)]
        for one in left:
            named: dict[str, Fact] = {"charge": one.seq}
            due = _settles(missing, one, currency)
            if due is not None:
                named |= {"debtor": one.debtor, "creditor": one.creditor, "of": one.kind}
                self._report.tell("CHARGE_AMOUNT", **named, expected=due.amount, found=one.amount)
                continue
            same = [due for due in missing if due.kind == one.kind and due.amount == one.amount]
            if same and one.currency == currency:
                missing.remove(same[0])
                self._report.tell(
                    "CHARGE_PARTNER",
                    **named,
                    of=one.kind,
                    expected=_whose(same[0].debtor, same[0].creditor, same[0].invoice),
                    found=_whose(one.debtor, one.creditor, one.contract),
                )
            else:
                self._invented(one)
        for due in missing:
            facts = {"debtor": due.debtor, "creditor": due.creditor, "of": due.kind}
            self._report.tell("CHARGE_MISSING", **facts, expected=due.amount)


def _whose(debtor: str, creditor: str, cited: str) -> str:
    return ",".join(filter(None, (debtor, creditor, cited)))


def _settles(missing: list[Due], one: Charge, currency: str, amount: int = 0) -> Due | None:
    """Take what a charge is for, of that amount or of any, out of what is missing."""
    for due in missing if one.currency == currency else ():
        same = due[:2] == (one.debtor, one.creditor) and due.is_charged_by(one)
        if same and amount in (0, due.amount):
            missing.remove(due)
            return due
    return None
