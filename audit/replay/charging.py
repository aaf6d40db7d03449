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
    taxed: str = ""  # the kind of the invoice that a tax cites


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


def _may_be(one: Charge, currency: str) -> bool:
    """Whether a charge is of a currency, and by a policy, which no contract is."""
    return one.currency == currency and not one.contract


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
        for debtor, creditor, currency, period, amount, contract, kind in owed:
            invoices = f"{currency}-{period}-{creditor}-{debtor}-"
            own = kind == TAX and contract.startswith(invoices)
            cited, taxed = ("", contract.removeprefix(invoices)) if own else (contract, "")
            seq = self._report.seq
            self._run.append(Charge(seq, debtor, creditor, kind, currency, cited, amount, taxed))
        self._next = self._report.seq + 1

    def close(self, currency: str, owed: dict[tuple[str, str, str], int]) -> None:
        """Hold the charges right before a closing against what the window comes to.

        Args:
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
        # What is taxed is what the tax cites; taxes of earlier logs cite nothing.
        run = [
            one._replace(contract=one.taxed)
            if one.taxed and taxed.get((one.debtor, one.creditor, one.taxed)) != one.amount
            else one
            for one in run
        ]
        expected = [(*key, amount) for key, amount in due.items()]
        expected += [(*key[:2], TAX, amount) for key, amount in taxed.items()]
        self._compare(currency, expected, run)

    def claim(self, currency: str, shares: Mapping[tuple[str, str], int]) -> None:
        """Hold the charges right before a settlement's end against its shares of losses."""
        expected = [
            (debtor, creditor, CLAIM, amount)
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

    def _compare(
        self, currency: str, expected: list[tuple[str, str, str, int]], run: list[Charge]
    ) -> None:
        """Tell each difference once: equals first, then amounts, partners, and what is left."""
        missing, left = list(expected), []
        for one in run:
            told = (one.debtor, one.creditor, one.kind, one.amount)
            if _may_be(one, currency) and told in missing:
                missing.remove(told)
            else:
                left.append(one)
        for one in left:
            same = [due for due in missing if _may_be(one, currency) and due[2] == one.kind]
            amounts = [due for due in same if due[:2] == (one.debtor, one.creditor)]
            partners = [due for due in same if due[3] == one.amount]
            if amounts:
                missing.remove(amounts[0])
                self._report.tell(
                    "CHARGE_AMOUNT", charge=one.seq, debtor=one.debtor, creditor=one.creditor,
                    of=one.kind, expected=amounts[0][3], found=one.amount,
                )  # fmt: skip
            elif partners:
                due = partners[0]
                missing.remove(due)
                self._report.tell(
                    "CHARGE_PARTNER", charge=one.seq, of=one.kind, expected=",".join(due[:2]),
                    found=f"{one.debtor},{one.creditor}",
                )  # fmt: skip
            else:
                self._invented(one)
        for debtor, creditor, kind, amount in missing:
            self._report.tell(
                "CHARGE_MISSING", debtor=debtor, creditor=creditor, of=kind, expected=amount
            )
