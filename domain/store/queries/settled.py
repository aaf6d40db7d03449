"""What settlements and collateral moved, for the books: a few rows a month, read whole."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.ids import OPERATOR
from domain.ledger.settling import DIRECT, PAY_OUT
from domain.store.queries import log, statements


class Moved(NamedTuple):
    """Money that a matched bank line says has moved, from payer to payee by ``leg``."""

    seq: int
    time: int
    settlement: str
    payer: str
    payee: str
    leg: str
    currency: str
    amount: int


class Funded(NamedTuple):
    """Collateral that a partner paid in, below zero where it was given back or drawn.

    ``settlement`` is the one for whose payments it was drawn, "" for none.
    """

    seq: int
    time: int
    settlement: str
    partner: str
    currency: str
    amount: int


class Side(NamedTuple):
    """One partner's gross sums in a settlement, what banks paid of its net and what was lost."""

    partner: str
    debits: int
    credits: int
    paid: int
    shared: int


class Over(NamedTuple):
    """A settlement that is over: its windows, its sides, and what of losses fell to the operator.

    ``windows`` are those whose claims it took in.
    """

    seq: int
    time: int
    settlement: str
    currency: str
    method: str
    windows: tuple[int, ...]
    sides: tuple[Side, ...]
    operator_share: int


Step = Moved | Funded | Over

# Settlements, bank lines and proposals are few; each statement passes over its table once.
_OVER = (
    "SELECT c.seq, s.id, s.currency, s.method, s.windows FROM settlement s"
    " JOIN settlement_change c ON c.settlement = s.id AND c.state = 'SETTLED'"
)
_SIDES = "SELECT settlement, partner, debits, credits, paid, shared FROM settlement_net"
_SHARES = (
    "SELECT settlement, SUM(amount) FROM settlement_share WHERE creditor = 'OPERATOR'"
    " GROUP BY settlement"
)
_LINES = (
    "SELECT b.seq, b.settlement, b.partner, b.counterparty, b.leg, s.currency, b.amount"
    " FROM bank_line b JOIN settlement s ON s.id = b.settlement WHERE b.amount > 0"
)
_DRAWN = (
    "SELECT c.seq, n.settlement, n.partner, s.currency, n.drawn FROM settlement_net n"
    " JOIN settlement s ON s.id = n.settlement JOIN settlement_change c"
    " ON c.settlement = n.settlement AND c.state = 'DEFAULTED' WHERE n.drawn > 0"
)
_FUNDS = (
    "SELECT p.decided_seq, u.partner, p.currency,"
    " CASE p.type WHEN 'PREFUND_OUT' THEN -u.amount ELSE u.amount END"
    " FROM proposal p JOIN proposal_subject u ON u.id = p.id"
    " WHERE p.type IN ('PREFUND_IN', 'PREFUND_OUT') AND p.state = 'APPROVED'"
)
_PARTNERS = "SELECT code, seq FROM partner"


def steps(connection: Connection) -> list[Step]:
    """Return every step, in the order of the log; at one entry money moves before it is over."""
    found: list[Step] = [*_moved(connection), *_funded(connection), *_over(connection)]
    times = _times(connection, {one.seq for one in found})
    timed = [one._replace(time=times[one.seq]) for one in found]
    return sorted(timed, key=lambda one: (one.seq, isinstance(one, Over)))


def _moved(connection: Connection) -> Iterable[Moved]:
    for seq, settlement, partner, counterparty, leg, currency, amount in connection.execute(
        text(_LINES)
    ):
        payer = OPERATOR if leg == PAY_OUT else partner
        payee = counterparty if leg == DIRECT else partner if leg == PAY_OUT else OPERATOR
        yield Moved(seq, 0, settlement, payer, payee, leg, currency, amount)


def _funded(connection: Connection) -> Iterable[Funded]:
    for seq, settlement, partner, currency, amount in connection.execute(text(_DRAWN)):
        yield Funded(seq, 0, settlement, partner, currency, -amount)
    for seq, partner, currency, amount in connection.execute(text(_FUNDS)):
        yield Funded(seq, 0, "", partner, currency, amount)
    for code, seq in connection.execute(text(_PARTNERS)):
        entry = log.entry(connection, seq)
        assert entry is not None, "a row without an entry"
        fields: dict[str, str] = json.loads(entry.leaf)
        if fields["kind"] == "partner.created" and int(fields["prefund"]):
            yield Funded(seq, 0, "", code, fields["currency"], int(fields["prefund"]))


def _over(connection: Connection) -> Iterable[Over]:
    sides: dict[str, list[Side]] = {}
    for settlement, *side in sorted(tuple(row) for row in connection.execute(text(_SIDES))):
        sides.setdefault(settlement, []).append(Side(*side))
    shares = {row[0]: int(row[1]) for row in connection.execute(text(_SHARES))}
    for seq, id_, currency, method, windows in connection.execute(text(_OVER)):
        periods = tuple(int(one) for one in windows.split(";"))
        own = tuple(sides.get(id_, ()))
        yield Over(seq, 0, id_, currency, method, periods, own, shares.get(id_, 0))


def _times(connection: Connection, seqs: set[int]) -> dict[int, int]:
    return statements.times_of(connection, sorted(seqs)) if seqs else {}
