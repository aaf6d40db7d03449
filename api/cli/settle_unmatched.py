"""`dure settle unmatched`, `assign`, `dismiss` and `carry`: bank lines that wait for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from api.cli.options import As, Home, Json, Reason
from api.cli.output import FOUND, GOOD, Output, one_line

if TYPE_CHECKING:
    from api.bootstrap import Network
    from api.cli.output import JsonValue
    from api.unmatched import Unmatched
    from domain.ledger.waiting import WaitingLine

OLDEST_MAX = 100  # a screen's worth; all of them are in the GraphQL query

Line: TypeAlias = Annotated[
    str, typer.Argument(help="The line, as `dure settle unmatched` names it: STATEMENT.LINE.")
]


def listed(*, home: Home = None, json: Json = False) -> int:
    """Show the bank lines that wait, oldest first. Exit status 1: some do."""
    from api.cli.settling import opened
    from api.cli.words import heads, reason, say
    from api.unmatched import STATEMENT_SHOWN, place_text, unmatched
    from domain.store.engine import reading
    from settlement.currencies import grouped

    out = Output(as_json=json)
    with opened(home, writes=False) as network, reading(network.engine) as connection:
        found = unmatched(connection, network.origin, OLDEST_MAX, -1)
    out.table(
        say("unmatched.title"),
        heads("line", "date", "amount", "currency", "why"),
        [
            [
                place_text(one.line.place, STATEMENT_SHOWN),
                one.told.get("valueDate", ""),
                grouped(one.line.amount, one.line.currency),
                one.line.currency,
                reason(one.line.reason),
            ]
            for one in found
        ],
    )
    for one in found:
        hint = "; ".join(filter(None, (_other_side(one), _likeliest(one))))
        if hint:
            # A bank passes on what its customers write: no escape sequence reaches a terminal.
            out.say(f"{place_text(one.line.place, STATEMENT_SHOWN)}: {one_line(hint)}.")
    if not found:
        out.say(say("unmatched.none"))
    out.result({"waiting": [_told(one) for one in found]})
    return FOUND if found else GOOD


def _other_side(one: Unmatched) -> str:
    from api.cli.words import say

    other, text = one.told.get("counterparty", ""), one.told.get("reference", "")
    way = "unmatched.to" if one.line.amount < 0 else "unmatched.from"
    side = say(way, other=other) if other else ""
    return ", ".join(filter(None, (side, f"“{text}”" if text else "")))


def _likeliest(one: Unmatched) -> str:
    from api.bank_import import RETURNED
    from api.cli.words import say
    from settlement.currencies import grouped

    if one.line.reason == RETURNED and one.told.get("settlement"):
        return say("unmatched.return", settlement=one.told["settlement"])
    if not one.candidates:
        return ""
    best = one.candidates[0]
    more = f" (+{len(one.candidates) - 1})" if len(one.candidates) > 1 else ""
    payment = best.payment
    due = grouped(best.due, payment.currency)
    payer, payee = payment.payer, payment.payee
    return say("unmatched.perhaps", payer=payer, payee=payee, due=due, more=more)


def _told(one: Unmatched) -> dict[str, JsonValue]:
    line = one.line
    return {
        "statement": line.statement,
        "line": line.line,
        "amount": str(line.amount),
        "currency": line.currency,
        "reason": line.reason,
        "sequence": line.seq,
        "told": dict(one.told),
        "candidates": [
            {
                "settlement": each.settlement,
                "partner": each.partner,
                "payer": each.payment.payer,
                "payee": each.payment.payee,
                "leg": each.payment.leg,
                "due": str(each.due),
                "endToEndId": each.payment.end_to_end_id,
            }
            for each in one.candidates
        ],
    }


def assign(
    line: Line,
    settlement: Annotated[str, typer.Argument(help="The settlement whose payment it is.")],
    partner: Annotated[str, typer.Argument(help="Code of the partner whose net it pays.")],
    *,
    counterparty: Annotated[
        str, typer.Option(help="Whom a direct payment went to; none through clearing.")
    ] = "",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Count a waiting line as a partner's payment; what it pays too much waits on."""
    from api.cli.settling import acting, opened, reference_of
    from api.cli.words import code, say
    from api.writing import written
    from domain.ledger.settling import DIRECT, PAY_IN, PAY_OUT
    from settlement.commands import MatchBankLine
    from settlement.currencies import grouped

    out = Output(as_json=json)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        found = _named(network, line)
        way = PAY_OUT if found.amount < 0 else DIRECT if counterparty else PAY_IN
        command = MatchBankLine(
            actor=actor,
            id=network.ids.entity(),
            settlement=settlement,
            partner=partner,
            leg=way,
            counterparty=counterparty,
            amount=abs(found.amount),
            statement=found.statement,
            line=found.line,
            reference=found.reference,
        )
        written(network, command)
        state = reference_of(network).settlements[settlement].state
        left = _read(network, found)
    rest = abs(left.amount) if left.state == found.state else 0
    told = {"line": line, "partner": partner, "settlement": settlement, "state": code(state)}
    out.say(say("assign.done", **told))
    if rest:
        currency = found.currency
        out.say(say("assign.rest", rest=grouped(rest, currency), currency=currency))
    out.result(
        {"statement": found.statement, "line": found.line, "settlement": settlement,
         "now": state, "waiting": str(rest)}
    )  # fmt: skip
    return GOOD


def dismiss(
    line: Line,
    *,
    reason: Annotated[str, typer.Option(help="A reason code, such as BANK_FEE.")],
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Say that a waiting line concerns no partner; it moves nothing, so one person does it."""
    from api.cli.settling import acting, opened
    from api.cli.words import say
    from api.writing import written
    from settlement.commands import DismissBankLine

    out = Output(as_json=json)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        found = _named(network, line)
        command = DismissBankLine(
            actor=actor, id=network.ids.entity(), statement=found.statement, line=found.line,
            reason=reason,
        )  # fmt: skip
        written(network, command)
    out.say(say("dismiss.done", line=line))
    out.result({"statement": found.statement, "line": found.line, "state": "DISMISSED"})
    return GOOD


def carry(
    line: Line,
    partner: Annotated[str, typer.Argument(help="Code of the partner on its other side.")],
    *,
    settlement: Annotated[
        str, typer.Option(help="The settlement whose payment came back; none for another line.")
    ] = "",
    holder: Annotated[
        str, typer.Option(help="Whose account the statement is of, if not the operator's.")
    ] = "OPERATOR",
    reason: Reason = "RETURNED",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose to owe a line back in the open window; another subject agrees by the same command.

    Whoever has its money owes it to whoever paid it: of a payment that came back, its payer.
    """
    from api.cli.settling import acting, by_four_eyes, opened, tell, wanted
    from api.cli.words import say
    from domain.ledger.waiting import CARRY, carried_text
    from settlement.commands import ProposeCarry

    out = Output(as_json=json)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        found = _named(network, line)
        command = ProposeCarry(
            actor=actor,
            id=network.ids.entity(),
            statement=found.statement,
            line=found.line,
            partner=partner,
            holder=holder,
            settlement=settlement,
            reason=reason,
        )
        asked = wanted(
            command, CARRY, reason, currency=found.currency, settlement=settlement,
            partner=partner, amount=abs(found.amount), value=carried_text(found.place, holder),
        )  # fmt: skip
        proposal = by_four_eyes(network, actor, asked, command)
        state = _read(network, found).state
    what = say("four.carry", line=line)
    tell(out, proposal, what, statement=found.statement, line=found.line, now=state)
    return GOOD


def _named(network: Network, line: str) -> WaitingLine:
    """Return the waiting line that a name means; raises InvalidValueError ``BANK_LINE_UNKNOWN``."""
    from api.unmatched import named_line
    from domain.errors import InvalidValueError
    from domain.store.engine import reading

    with reading(network.engine) as connection:
        found = named_line(connection, line)
    if found is None:
        raise InvalidValueError("BANK_LINE_UNKNOWN", line=line[:80])
    return found


def _read(network: Network, line: WaitingLine) -> WaitingLine:
    """Return a line as it stands now."""
    from domain.store.engine import reading
    from domain.store.queries import waiting

    with reading(network.engine) as connection:
        told = waiting.one(connection, line.statement, line.line)
    assert told is not None, "a line of the queue is gone"
    return told.line
