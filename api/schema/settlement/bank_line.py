"""Bank lines that wait for a person, as the operator's finance people see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from api.schema.core.ids import global_id
from api.schema.core.scalars import MinorUnits, Sequence
from api.schema.settlement.settlement import PaymentLeg

if TYPE_CHECKING:
    from api.unmatched import Unmatched
    from settlement.bank.candidates import Candidate


@strawberry.type(description="A payment that a waiting line may be: a hint, never a match.")
class BankLineCandidate:
    """A candidate."""

    settlement: strawberry.ID = strawberry.field(description="The settlement that expects it.")
    partner: str = strawberry.field(description="Code of the partner whose net it pays.")
    leg: PaymentLeg = strawberry.field(description="Which way it goes.")
    counterparty: str | None = strawberry.field(description="Whom a direct payment goes to.")
    due: MinorUnits = strawberry.field(description="What is still to be paid, in minor units.")


@strawberry.type(description="A line of a bank's statement that no payment took, or not wholly.")
class WaitingBankLine:
    """A line of the queue."""

    statement_hash: str = strawberry.field(description="SHA-256 of the statement, in hex.")
    line: int = strawberry.field(description="Its place in the statement, from 1.")
    amount: MinorUnits = strawberry.field(
        description="What of it waits, in minor units; below 0 where money went out."
    )
    currency: str = strawberry.field(description="Its currency, ISO 4217.")
    reason: str = strawberry.field(description="Why it waits, such as NO_CANDIDATE or RETURNED.")
    value_date: str | None = strawberry.field(description="The bank's value date, YYYY-MM-DD.")
    account: str | None = strawberry.field(description="The account that the statement is of.")
    counterparty: str | None = strawberry.field(description="The other account's number.")
    end_to_end_id: str | None = strawberry.field(description="The EndToEndId that the bank tells.")
    reference: str | None = strawberry.field(description="The reference that its payer gave.")
    bank_reference: str | None = strawberry.field(description="The bank's own name for it.")
    settlement: strawberry.ID | None = strawberry.field(
        description="The settlement whose payment it names."
    )
    candidates: list[BankLineCandidate] = strawberry.field(
        description="Payments that it may be, the likeliest first; 5 at most."
    )
    sequence: Sequence = strawberry.field(description="The entry since which it waits.")


def waiting_line_of(one: Unmatched) -> WaitingBankLine:
    """Make a line of its row; what the bank says lies outside the log, and may be gone."""
    row, told = one.line, one.told
    settlement = told.get("settlement")
    return WaitingBankLine(
        statement_hash=row.statement,
        line=row.line,
        amount=MinorUnits(row.amount),
        currency=row.currency,
        reason=row.reason,
        value_date=told.get("valueDate"),
        account=told.get("account"),
        counterparty=told.get("counterparty"),
        end_to_end_id=told.get("endToEndId"),
        reference=told.get("reference"),
        bank_reference=told.get("bankReference"),
        settlement=global_id("Settlement", settlement) if settlement else None,
        candidates=[_candidate(each) for each in one.candidates],
        sequence=Sequence(row.seq),
    )


def _candidate(one: Candidate) -> BankLineCandidate:
    payment = one.payment
    direct = payment.leg == PaymentLeg.DIRECT
    return BankLineCandidate(
        settlement=global_id("Settlement", one.settlement),
        partner=one.partner,
        leg=PaymentLeg(payment.leg),
        counterparty=payment.payee if direct else None,
        due=MinorUnits(one.due),
    )
