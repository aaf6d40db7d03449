"""Closes the settlement window: proposed by one person, decided by another; and who owes whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.demo.admit import must
from api.demo.brands import CURRENCY
from domain.errors import StoreError
from domain.store.engine import reading
from domain.store.queries import obligations, reference
from settlement.commands import DecideProposal, ProposeWindowClose

if TYPE_CHECKING:
    from api.bootstrap import Network
    from api.demo.admit import People

SAME_SUBJECT = "SAME_SUBJECT"


class Owed(NamedTuple):
    """What ``debtor`` owes ``creditor`` in the window, both ways set off, over how many lines."""

    debtor: str
    creditor: str
    amount: int
    lines: int


class Net(NamedTuple):
    """A partner's sums in the window; ``net`` is what it pays, negative what it gets."""

    partner: str
    debits: int
    credits: int
    net: int


class Closed(NamedTuple):
    """A closed window."""

    period: int
    owed: list[Owed]
    nets: list[Net]


def close_window(network: Network, people: People) -> Closed:
    """Close the open window and say who owes whom.

    Raises StoreError ``WRITE_REFUSED`` where a step is refused, and ``FOUR_EYES_MISSING`` where the
    person who proposed could decide too.
    """
    with reading(network.engine) as connection:
        period = reference.load(connection).open_periods[CURRENCY]
    proposal = ProposeWindowClose(
        actor=people.maker,
        id=network.ids.entity(),
        key="demo:close",
        received_at=network.clock.now(),
        period=period,
        currency=CURRENCY,
    )
    must(network.runner.run([proposal]), "proposing to close the window")
    own, decision = (
        DecideProposal(
            actor=person,
            id=network.ids.entity(),
            key=key,
            received_at=network.clock.now(),
            proposal=proposal.id,
            approve=True,
        )
        for person, key in ((people.maker, "demo:own"), (people.checker, "demo:decide"))
    )
    refused = network.runner.run([own])[0].refusal
    if refused is None or refused.code != SAME_SUBJECT:
        raise StoreError("FOUR_EYES_MISSING", step="deciding one's own proposal")
    must(network.runner.run([decision]), "deciding to close the window")
    with reading(network.engine) as connection:
        pairs = obligations.pair_sums(connection, period, CURRENCY)
        positions = obligations.positions(connection, period, CURRENCY)
    nets = [Net(p.partner, p.debits, p.credits, p.debits - p.credits) for p in positions]
    return Closed(period, _set_off(pairs), nets)


def _set_off(pairs: list[obligations.PairSum]) -> list[Owed]:
    """Set off what two partners owe one another; the greater debt comes first."""
    amounts: dict[tuple[str, str], int] = {}
    lines: dict[tuple[str, str], int] = {}
    for pair in pairs:
        ordered = (min(pair.debtor, pair.creditor), max(pair.debtor, pair.creditor))
        sign = 1 if ordered[0] == pair.debtor else -1
        amounts[ordered] = amounts.get(ordered, 0) + sign * pair.amount
        lines[ordered] = lines.get(ordered, 0) + pair.lines
    owed = [
        Owed(one, other, amount, lines[one, other])
        if amount >= 0
        else Owed(other, one, -amount, lines[one, other])
        for (one, other), amount in amounts.items()
    ]
    owed.sort(key=lambda item: (-item.amount, item.debtor, item.creditor))
    return owed
