"""Fees and tax that fall due when a window closes (FINANCE section 1).

The fee of a partner is a declared fixed amount and a declared fraction of its gross debits, owed to
the operator. Tax is on invoices: an invoice is the net of one creditor, debtor and kind in the
window, the fee's among them. Its rate is what the creditor declared for the kind; each amount is
floored, and the residue stays with the debtor.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import InvalidValueError
from domain.ids import OPERATOR
from domain.ledger.model import Effect, Obligation
from domain.money import AMOUNT_MAX, Ratio
from settlement.statements.model import invoice_number

if TYPE_CHECKING:
    from domain.ledger.state import State

PERIODIC_FEE = "PERIODIC_FEE"
TAX = "TAX"
# What tax may be declared on; a claim is no supply, nor is a correction of money alone.
KINDS = ("EXCHANGE", "REDEEM", "FEE", "FUNDING", PERIODIC_FEE)

_FEE = re.compile(r"(0|[1-9][0-9]{0,15}) ([0-9]+/[0-9]+)\Z")
_TAX = re.compile(r"([A-Z_]+),([A-Z][A-Z0-9_]{1,15}),([0-9]+/[0-9]+)\Z")

Invoices = dict[tuple[str, str, str], int]


class Fee(NamedTuple):
    """A partner's periodic fee: ``fixed`` minor units, and ``part`` of its gross debits."""

    fixed: int
    part: Ratio


def read_fee(value: str) -> Fee | None:
    """Read ``FIXED NUM/DEN``, such as ``50000 1/1000``; None for any other text."""
    match = _FEE.match(value)
    part = _part(match[2]) if match else None
    if match is None or part is None or int(match[1]) > AMOUNT_MAX:
        return None
    return Fee(int(match[1]), part)


def read_tax(value: str) -> dict[str, Ratio] | None:
    """Read rates by kind, ``KIND,CODE,NUM/DEN`` parted by semicolons; None for any other text.

    ``CODE`` is the name of the rate for people, such as KR, EU_STANDARD or NONE.
    """
    rates: dict[str, Ratio] = {}
    for item in value.split(";"):
        match = _TAX.match(item)
        rate = _part(match[3]) if match else None
        if match is None or rate is None or match[1] not in KINDS or match[1] in rates:
            return None
        rates[match[1]] = rate
    return rates


def _part(text: str) -> Ratio | None:
    """Read a fraction of at most 1."""
    try:
        found = Ratio.parse(text)
    except InvalidValueError:
        return None
    return found if found.num <= found.den else None


def charges(state: State, period: int, currency: str) -> list[Effect]:
    """Return the entries of a window's fees and taxes, one an invoice, naming its two partners."""
    fees = (
        _fee(state, partner, period, currency)
        for partner in _charged(state, PERIODIC_FEE, currency)
    )
    owed = [fee for fee in fees if fee is not None]
    rated = {
        partner: rates
        for partner in _charged(state, TAX, currency)
        if (rates := read_tax(state.reference.policies[TAX, partner, currency].value))
    }
    if rated:
        invoices = dict(state.invoices.get((period, currency), {}))
        for fee in owed:
            invoices[fee.debtor, fee.creditor, fee.kind] = fee.amount
        owed += _taxes(invoices, rated, period, currency)
    return [Effect("obligation.charged", "", {}, obligations=(one,)) for one in owed]


def _charged(state: State, name: str, currency: str) -> list[str]:
    """Return whose policy of a name is declared for a currency, in the order of their codes."""
    return sorted(
        partner
        for (of, partner, unit) in state.reference.policies
        if (of, unit) == (name, currency)
    )


def _fee(state: State, partner: str, period: int, currency: str) -> Obligation | None:
    fee = read_fee(state.reference.policies[PERIODIC_FEE, partner, currency].value)
    rows = state.positions.get((partner, currency), ())
    gross = sum(row.debits for row in rows if row.period == period)
    amount = fee.fixed + gross * fee.part.num // fee.part.den if fee else 0
    if not amount or partner == OPERATOR:
        return None  # nobody owes itself
    return Obligation(partner, OPERATOR, currency, period, amount, "", PERIODIC_FEE)


def _taxes(
    invoices: Invoices, rated: dict[str, dict[str, Ratio]], period: int, currency: str
) -> list[Obligation]:
    """Return the tax of each net of two partners and a kind, owed by the net's debtor.

    It cites the invoice that it is on where others cite the contract that priced them.
    """
    nets: Invoices = {}
    for (debtor, creditor, kind), amount in invoices.items():
        one, other = sorted((debtor, creditor))
        sign = 1 if debtor == one else -1
        nets[one, other, kind] = nets.get((one, other, kind), 0) + sign * amount
    owed: list[Obligation] = []
    for (one, other, kind), net in sorted(nets.items()):
        debtor, creditor = (one, other) if net > 0 else (other, one)
        rate = rated.get(creditor, {}).get(kind)
        tax = abs(net) * rate.num // rate.den if rate else 0
        if tax:
            of = invoice_number(currency, period, creditor, debtor, kind)
            owed.append(Obligation(debtor, creditor, currency, period, tax, of, TAX))
    return owed
