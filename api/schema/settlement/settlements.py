"""Settlements as they stand, each shown as far as its caller may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.schema.core.connection import Connection, made, page_of
from api.schema.core.errors import FaultError
from api.schema.core.ids import global_id
from api.schema.core.scalars import DateTime, MinorUnits, Sequence
from api.schema.settlement.settlement import (
    PaymentLeg,
    Settlement,
    SettlementChange,
    SettlementFile,
    SettlementMethod,
    SettlementNet,
    SettlementPayment,
    SettlementShare,
    SettlementStatus,
)
from domain.ledger.settling import SETTLED, banked
from domain.store.queries import settlements as queries

if TYPE_CHECKING:
    from api.schema.core.context import Info
    from domain.ledger.settling import BankLine, Net
    from domain.ledger.settling import Settlement as Row


async def settlements_page(info: Info, first: int, after: str | None) -> Connection[Settlement]:
    """Return a page, newest first; what belongs to its settlements is read together."""
    tables = await info.context.services.catalogue.current()
    rows = sorted(tables.reference.settlements.values(), key=lambda row: -row.seq)
    page = page_of(rows, lambda row: row.id, first, after)
    return made(page, await _shown(info, [edge.node for edge in page.edges]))


async def find_settlement(info: Info, settlement: str) -> Settlement | None:
    """Return a settlement, None where there is none."""
    tables = await info.context.services.catalogue.current()
    row = tables.reference.settlements.get(settlement)
    return None if row is None else (await _shown(info, [row]))[0]


async def settlement_by_id(info: Info, settlement: str) -> Settlement:
    """Return a settlement that was just written."""
    found = await find_settlement(info, settlement)
    if found is None:
        raise FaultError("INTERNAL")
    return found


async def _shown(info: Info, rows: list[Row]) -> list[Settlement]:
    """Make settlements of their rows; a partner sees what names it, and no totals."""
    reader, caller = info.context.services.reader, info.context.caller
    details = await reader.read(queries.details, [row.id for row in rows])

    def sees(*partners: str) -> bool:
        return caller.sees_all or caller.partner in partners

    return [
        Settlement(
            id=global_id("Settlement", row.id),
            currency=row.currency,
            windows=list(row.windows),
            method=SettlementMethod(row.method),
            pay_by=DateTime(row.pay_by),
            state=SettlementStatus(row.state),
            gross=MinorUnits(row.gross) if caller.sees_all else None,
            net=MinorUnits(row.net) if caller.sees_all else None,
            nets=[
                _net(one, [] if row.state == SETTLED else banked(row, [one]))
                for one in details.nets
                if one.settlement == row.id and sees(one.partner)
            ],
            changes=[
                SettlementChange(
                    state=SettlementStatus(one.state),
                    reason=one.reason,
                    sequence=Sequence(one.seq),
                )
                for one in details.changes
                if one.settlement == row.id
            ],
            payments=[
                _payment(one)
                for one in details.payments
                if one.settlement == row.id and sees(one.partner, one.counterparty)
            ],
            files=[
                _file(one)
                for one in details.files
                if one.settlement == row.id and sees(one.partner)
            ],
            shares=[
                SettlementShare(
                    debtor=one.debtor, creditor=one.creditor, amount=MinorUnits(one.amount)
                )
                for one in details.shares
                if one.settlement == row.id and sees(one.debtor, one.creditor)
            ],
            sequence=Sequence(row.seq),
        )
        for row in rows
    ]


def _net(one: Net, by_bank: list[Net]) -> SettlementNet:
    return SettlementNet(
        partner=one.partner,
        debits=MinorUnits(one.debits),
        credits=MinorUnits(one.credits),
        net=MinorUnits(one.net),
        paid=MinorUnits(one.paid),
        drawn=MinorUnits(one.drawn),
        shared=MinorUnits(one.shared),
        due=MinorUnits(one.due if by_bank else 0),
    )


def _payment(one: BankLine) -> SettlementPayment:
    return SettlementPayment(
        partner=one.partner,
        leg=PaymentLeg(one.leg),
        counterparty=one.counterparty or None,
        amount=MinorUnits(one.amount),
        excess=MinorUnits(one.excess),
        end_to_end_id=one.end_to_end or None,
        statement_hash=one.statement,
        line=one.line,
        sequence=Sequence(one.seq),
    )


def _file(one: queries.File) -> SettlementFile:
    return SettlementFile(
        partner=one.partner,
        leg=PaymentLeg(one.leg),
        message_id=one.message,
        hash=one.hash,
        sequence=Sequence(one.seq),
    )
