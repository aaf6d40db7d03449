"""A partner's statement of closed windows: what it comes to, and its lines page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from api.schema.core.connection import (
    Connection,
    bad_argument,
    bad_cursor,
    checked_first,
    page,
    read_cursor,
)
from api.schema.core.scalars import DateTime, MinorUnits, Sequence
from api.statements import closed_windows, read_summary
from domain.ids import OPERATOR
from domain.store.queries import statements
from settlement.statements.model import StatementError

if TYPE_CHECKING:
    from api.schema.core.context import Info
    from settlement.statements.model import Statement as Made

WINDOWS_MAX = 100  # consecutive windows of one statement; a quarter of daily ones
_PERIOD_MAX = 2**31 - 1
_NOBODY = frozenset({"PARTNER_UNKNOWN"})


@strawberry.type(description="What an earlier window, not yet settled, brings forward.")
class StatementCarried:
    """One earlier window."""

    window: int = strawberry.field(description="Its number.")
    payable: MinorUnits = strawberry.field(description="What the partner owes in it.")
    receivable: MinorUnits = strawberry.field(description="What the partner is owed in it.")


@strawberry.type(description="All lines of one counterparty and kind.")
class StatementSum:
    """One sum of a statement."""

    counterparty: str = strawberry.field(description="Code of the other partner, or OPERATOR.")
    kind: str = strawberry.field(description="What is owed for: EXCHANGE, REDEEM, FEE, TAX ...")
    payable: MinorUnits = strawberry.field(description="What the partner owes.")
    payable_lines: int = strawberry.field(description="Over how many lines.")
    receivable: MinorUnits = strawberry.field(description="What the partner is owed.")
    receivable_lines: int = strawberry.field(description="Over how many lines.")
    net: MinorUnits = strawberry.field(description="Payable less receivable.")
    contracts: list[str] = strawberry.field(
        description="Contract versions cited, ID.VERSION; of a tax, invoices."
    )


@strawberry.type(description="The net of one creditor, debtor, kind, window and currency.")
class StatementInvoice:
    """One invoice."""

    number: str = strawberry.field(description="Its number.")
    window: int = strawberry.field(description="The window.")
    creditor: str = strawberry.field(description="Who supplied.")
    debtor: str = strawberry.field(description="Who was supplied.")
    kind: str = strawberry.field(description="What was supplied.")
    amount: MinorUnits = strawberry.field(description="What the debtor owes, above zero.")
    lines: int = strawberry.field(description="Over how many lines.")
    contracts: list[str] = strawberry.field(
        description="Contract versions cited, ID.VERSION; of a tax, invoices."
    )


@strawberry.type(
    description="A partner's account over closed windows. Nets are payable less receivable: "
    "positive where the partner owes. Its lines are in `statementLines`."
)
class Statement:
    """A statement without its lines."""

    number: str = strawberry.field(description="Partner, currency, windows.")
    partner: str = strawberry.field(description="Whose statement it is.")
    currency: str = strawberry.field(description="Its currency, ISO 4217.")
    windows: list[int] = strawberry.field(description="Its windows, oldest first.")
    opened_sequence: Sequence = strawberry.field(description="Entry that opened the first window.")
    opened_at: DateTime = strawberry.field(description="When that was.")
    closed_sequence: Sequence = strawberry.field(description="Entry that closed the last window.")
    closed_at: DateTime = strawberry.field(description="When that was.")
    checkpoint_size: Sequence = strawberry.field(
        description="Size of the tree that covers its last line: all entries up to the closing."
    )
    checkpoint_root: str = strawberry.field(description="Root of that tree, in hex (RFC 6962).")
    opening: MinorUnits = strawberry.field(description="What earlier windows bring forward.")
    payable: MinorUnits = strawberry.field(description="What the partner owes, gross.")
    receivable: MinorUnits = strawberry.field(description="What the partner is owed, gross.")
    supplies: MinorUnits = strawberry.field(description="Net of all but fees and tax.")
    fees: MinorUnits = strawberry.field(description="Net of fees.")
    tax: MinorUnits = strawberry.field(description="Net of tax.")
    net: MinorUnits = strawberry.field(description="Net of the windows.")
    closing: MinorUnits = strawberry.field(description="Opening plus net: what is to be settled.")
    line_count: int = strawberry.field(description="How many lines it has.")
    carried: list[StatementCarried] = strawberry.field(description="Earlier windows, oldest first.")
    sums: list[StatementSum] = strawberry.field(description="By counterparty and kind.")
    invoices: list[StatementInvoice] = strawberry.field(description="Invoices, by window.")


@strawberry.type(description="One obligation of a statement, and the entry that made it.")
class StatementLine:
    """One line."""

    sequence: Sequence = strawberry.field(description="Its entry in the log.")
    n: int = strawberry.field(description="Its place among the entry's obligations.")
    window: int = strawberry.field(description="The window in which it fell.")
    recorded_at: DateTime = strawberry.field(description="When the entry was made.")
    transfer: str | None = strawberry.field(
        description="Id of the transfer, 32 hex digits; null where the entry is none."
    )
    event: str = strawberry.field(description="Kind of the transfer, else of the entry.")
    counterparty: str = strawberry.field(description="The other party.")
    kind: str = strawberry.field(description="What is owed for.")
    contract: str | None = strawberry.field(
        description="Contract version cited, ID.VERSION; of a tax, its invoice."
    )
    payable: MinorUnits = strawberry.field(description="What the partner owes; 0 if it is owed.")
    receivable: MinorUnits = strawberry.field(description="What the partner is owed; 0 if it owes.")


def _asked(info: Info, partner: str | None, windows: list[int]) -> tuple[str, list[int]] | None:
    """Return whose statement is asked for; None where it is not the caller's to see.

    Raises GraphQLError ``BAD_REQUEST`` for windows that no statement is of.
    """
    periods = sorted(set(windows))
    if not 0 < len(periods) <= WINDOWS_MAX or not 0 < periods[0] <= periods[-1] <= _PERIOD_MAX:
        raise bad_argument(
            f"windows: 1 to {WINDOWS_MAX} numbers of windows",
            f"windows: 정산 기간 번호 1개에서 {WINDOWS_MAX}개까지입니다",
        )
    caller = info.context.caller
    whose = (caller.partner or OPERATOR) if partner is None else partner
    return (whose, periods) if caller.sees_all or whose == caller.partner else None


def _refused(error: StatementError) -> Exception:
    """Return the error of an argument, in which the window at fault stands with its state."""
    facts = error.facts
    if error.code == "WINDOW_STATE":
        told = f"window {facts['period']} of {facts['currency']} is {facts['state']}"
        korean = f"{facts['currency']} 정산 기간 {facts['period']}의 상태는 {facts['state']}입니다"
        return bad_argument(
            f"windows: {told}; a statement is made once it closed",
            f"windows: {korean}. 정산서는 마감된 뒤에 만들어집니다",
        )
    if error.code == "WINDOW_UNKNOWN":
        return bad_argument(
            f"windows: no window {facts['period']} of {facts['currency']}",
            f"windows: {facts['currency']} 정산 기간 {facts['period']}이 없습니다",
        )
    if error.code == "CURRENCY_UNKNOWN":
        return bad_argument(
            "currency: nobody settles in it here", "currency: 이 통화로 정산하는 곳이 없습니다"
        )
    return bad_argument("windows: name consecutive ones", "windows: 이어지는 기간이어야 합니다")


async def statement(
    info: Info, partner: str | None, currency: str, windows: list[int]
) -> Statement | None:
    """Return a partner's statement; None for an unknown partner or one that is not the caller."""
    asked = _asked(info, partner, windows)
    if asked is None:
        return None
    try:
        read = info.context.services.reader.read
        made = await read(read_summary, asked[0], currency, asked[1])
    except StatementError as error:
        if error.code in _NOBODY:
            return None
        raise _refused(error) from None
    return _told(made)


async def statement_lines(
    info: Info,
    partner: str | None,
    currency: str,
    windows: list[int],
    first: int,
    after: str | None,
) -> Connection[StatementLine]:
    """Return a page of a statement's lines in the log's order; none where it has no statement."""
    checked_first(first)
    place = _place(read_cursor(after))
    asked = _asked(info, partner, windows)
    if asked is None:
        return page([], [], more=False, after=after)
    whose, periods = asked
    services = info.context.services
    tables = await services.catalogue.current()
    try:
        closed_windows(tables.reference, whose, currency, periods)
    except StatementError as error:
        if error.code in _NOBODY:
            return page([], [], more=False, after=after)
        raise _refused(error) from None
    span = (periods[0], periods[-1])
    rows = await services.reader.read(statements.page, whose, currency, span, first + 1, place)
    shown = rows[:first]
    return page(
        [_line(row, whose) for row in shown],
        [f"{row.seq}.{row.n}" for row in shown],
        more=len(rows) > first,
        after=after,
    )


def _place(key: str | None) -> tuple[int, int]:
    """Return the place that a cursor stands for; raises GraphQLError ``BAD_REQUEST``."""
    if key is None:
        return -1, -1
    seq, dot, n = key.partition(".")
    if not (dot and seq.isascii() and seq.isdigit() and n.isascii() and n.isdigit()):
        raise bad_cursor()
    if len(seq) > 15 or len(n) > 5:  # noqa: PLR2004 -- a sequence below 2^53; a leaf's obligations
        raise bad_cursor()
    return int(seq), int(n)


def _line(row: statements.StatementLine, whose: str) -> StatementLine:
    owes = row.debtor == whose
    return StatementLine(
        sequence=Sequence(row.seq),
        n=row.n,
        window=row.period,
        recorded_at=DateTime(row.time),
        transfer=row.transfer or None,
        event=row.event,
        counterparty=row.creditor if owes else row.debtor,
        kind=row.kind,
        contract=row.contract or None,
        payable=MinorUnits(row.amount if owes else 0),
        receivable=MinorUnits(0 if owes else row.amount),
    )


def _told(made: Made) -> Statement:
    scope = made.scope
    return Statement(
        number=made.number,
        partner=scope.partner,
        currency=scope.currency,
        windows=list(scope.periods),
        opened_sequence=Sequence(scope.opened.seq),
        opened_at=DateTime(scope.opened.time),
        closed_sequence=Sequence(scope.closed.seq),
        closed_at=DateTime(scope.closed.time),
        checkpoint_size=Sequence(scope.citation.size),
        checkpoint_root=scope.citation.root,
        opening=MinorUnits(made.opening),
        payable=MinorUnits(made.payable),
        receivable=MinorUnits(made.receivable),
        supplies=MinorUnits(made.supplies),
        fees=MinorUnits(made.fees),
        tax=MinorUnits(made.tax),
        net=MinorUnits(made.net),
        closing=MinorUnits(made.closing),
        line_count=sum(one.payable_lines + one.receivable_lines for one in made.sums),
        carried=[
            StatementCarried(
                window=one.period,
                payable=MinorUnits(one.payable),
                receivable=MinorUnits(one.receivable),
            )
            for one in scope.carried
        ],
        sums=[
            StatementSum(
                counterparty=one.counterparty,
                kind=one.kind,
                payable=MinorUnits(one.payable),
                payable_lines=one.payable_lines,
                receivable=MinorUnits(one.receivable),
                receivable_lines=one.receivable_lines,
                net=MinorUnits(one.net),
                contracts=list(one.contracts),
            )
            for one in made.sums
        ],
        invoices=[
            StatementInvoice(
                number=one.number,
                window=one.period,
                creditor=one.creditor,
                debtor=one.debtor,
                kind=one.kind,
                amount=MinorUnits(one.amount),
                lines=one.lines,
                contracts=list(one.contracts),
            )
            for one in made.invoices
        ],
    )
