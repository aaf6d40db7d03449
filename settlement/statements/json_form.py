"""The exact form of a statement: JSON that a program can check against the log.

One object, UTF-8, two spaces of indentation, keys in this order; amounts are decimal strings of
minor units, instants RFC 3339 in UTC, sequences integers.

    format       "dure-statement/v1"
    origin, partner, currency, number
    windows      consecutive window numbers, oldest first
    opened       {sequence, time} of the entry that opened the first window
    closed       {sequence, time} of the entry that closed the last
    checkpoint   {size, root}: the tree right after that entry; root in hex (RFC 6962)
    carried      earlier windows not settled by then: {window, payable, receivable}; what was paid
                 for them by then on the other side
    totals       {opening, payable, receivable, supplies, fees, tax, net, closing}
    sums         by counterparty and kind: {counterparty, kind, payable, payableLines, receivable,
                 receivableLines, net, contracts}
    invoices     {number, window, creditor, debtor, kind, amount, lines, contracts}
    lines        by place in the log: {sequence, n, window, time, transfer, event, counterparty,
                 kind, contract, payable, receivable}

Nets are payables less receivables, positive where the partner owes. `dure-verify --statement`
recomputes every value of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from domain.clock import format_instant

if TYPE_CHECKING:
    from settlement.statements.model import Moment, Statement

FORMAT = "dure-statement/v1"

Json: TypeAlias = "str | int | list[Json] | dict[str, Json]"


def document(statement: Statement) -> dict[str, Json]:
    """Return the statement as JSON's values."""
    scope = statement.scope
    totals: dict[str, Json] = {
        "opening": str(statement.opening),
        "payable": str(statement.payable),
        "receivable": str(statement.receivable),
        "supplies": str(statement.supplies),
        "fees": str(statement.fees),
        "tax": str(statement.tax),
        "net": str(statement.net),
        "closing": str(statement.closing),
    }
    return {
        "format": FORMAT,
        "origin": scope.origin,
        "partner": scope.partner,
        "currency": scope.currency,
        "number": statement.number,
        "windows": list(scope.periods),
        "opened": _moment(scope.opened),
        "closed": _moment(scope.closed),
        "checkpoint": {"size": scope.citation.size, "root": scope.citation.root},
        "carried": [
            {
                "window": one.period,
                "payable": str(one.payable),
                "receivable": str(one.receivable),
            }
            for one in scope.carried
        ],
        "totals": totals,
        "sums": _sums(statement),
        "invoices": _invoices(statement),
        "lines": _lines(statement),
    }


def as_json(statement: Statement) -> bytes:
    """Return the statement's one form in bytes, with a line feed at the end."""
    return json.dumps(document(statement), ensure_ascii=False, indent=2).encode() + b"\n"


def _moment(moment: Moment) -> Json:
    return {"sequence": moment.seq, "time": format_instant(moment.time)}


def _sums(statement: Statement) -> list[Json]:
    return [
        {
            "counterparty": one.counterparty,
            "kind": one.kind,
            "payable": str(one.payable),
            "payableLines": one.payable_lines,
            "receivable": str(one.receivable),
            "receivableLines": one.receivable_lines,
            "net": str(one.net),
            "contracts": list(one.contracts),
        }
        for one in statement.sums
    ]


def _invoices(statement: Statement) -> list[Json]:
    return [
        {
            "number": one.number,
            "window": one.period,
            "creditor": one.creditor,
            "debtor": one.debtor,
            "kind": one.kind,
            "amount": str(one.amount),
            "lines": one.lines,
            "contracts": list(one.contracts),
        }
        for one in statement.invoices
    ]


def _lines(statement: Statement) -> list[Json]:
    found: list[Json] = []
    for line in statement.lines:
        payable, receivable = statement.sides(line)
        found.append(
            {
                "sequence": line.seq,
                "n": line.n,
                "window": line.period,
                "time": format_instant(line.time),
                "transfer": line.transfer,
                "event": line.event,
                "counterparty": statement.counterparty(line),
                "kind": line.kind,
                "contract": line.contract,
                "payable": str(payable),
                "receivable": str(receivable),
            }
        )
    return found
