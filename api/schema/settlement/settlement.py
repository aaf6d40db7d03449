"""A settlement: what its windows net to, its steps, and what was paid."""

from __future__ import annotations

from enum import StrEnum

import strawberry

from api.schema.core.enums import described
from api.schema.core.node import Node
from api.schema.core.scalars import DateTime, MinorUnits, Sequence


@described(
    "Where a settlement stands.",
    DRAFT="Nets are computed.",
    APPROVED="A second subject approved it.",
    SUBMITTED="Payment files were written.",
    PARTIALLY_PAID="Some of what is due was matched with bank lines.",
    SETTLED="All that was due is matched; nothing of it is owed any more.",
    DEFAULTED="A net was unpaid when it was due; its creditors share the loss.",
    ABORTED="It was given up; its windows are closed again.",
)
class SettlementStatus(StrEnum):
    """States of a settlement."""

    DRAFT = "DRAFT"
    APPROVED = "APPROVED"
    SUBMITTED = "SUBMITTED"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    SETTLED = "SETTLED"
    DEFAULTED = "DEFAULTED"
    ABORTED = "ABORTED"


@described(
    "How nets are paid.",
    CLEARING="Through the operator's clearing account.",
    DIRECT="Debtors pay creditors, in the fewest payments.",
)
class SettlementMethod(StrEnum):
    """Methods of payment."""

    CLEARING = "CLEARING"
    DIRECT = "DIRECT"


@described(
    "Which way a payment goes.",
    PAY_IN="A net debtor to the operator's clearing account.",
    PAY_OUT="From the operator's clearing account to a net creditor.",
    DIRECT="A net debtor to a net creditor.",
)
class PaymentLeg(StrEnum):
    """Legs of payments."""

    PAY_IN = "PAY_IN"
    PAY_OUT = "PAY_OUT"
    DIRECT = "DIRECT"


@described(
    "What a document says of a payment.",
    PAYMENT="That it was made.",
    REJECTION="That a bank rejected it.",
)
class PaymentEvidenceType(StrEnum):
    """Types of evidence."""

    PAYMENT = "PAYMENT"
    REJECTION = "REJECTION"


@strawberry.type(description="One partner's sums in a settlement, in minor units.")
class SettlementNet:
    """A net."""

    partner: str = strawberry.field(description="Code of the partner.")
    debits: MinorUnits = strawberry.field(description="What it owes.")
    credits: MinorUnits = strawberry.field(description="What it is owed.")
    net: MinorUnits = strawberry.field(description="Debits less credits: below 0, it is owed.")
    paid: MinorUnits = strawberry.field(description="What bank lines were matched with.")
    drawn: MinorUnits = strawberry.field(description="What its prefund paid when it defaulted.")
    shared: MinorUnits = strawberry.field(
        description="What its creditors lose by it, or it loses by its debtors."
    )
    due: MinorUnits = strawberry.field(description="What is still to be paid, by it or to it.")


@strawberry.type(description="One step in a settlement's life.")
class SettlementChange:
    """A change of state."""

    state: SettlementStatus = strawberry.field(description="The state it came into.")
    reason: str = strawberry.field(description="Why, as a code; empty for a new one.")
    sequence: Sequence = strawberry.field(description="The entry that says so.")


@strawberry.type(description="One matched line of a bank's statement.")
class SettlementPayment:
    """A payment."""

    partner: str = strawberry.field(description="Code of the partner whose net it pays.")
    leg: PaymentLeg = strawberry.field(description="Which way it goes.")
    counterparty: str | None = strawberry.field(description="Whom a direct payment went to.")
    amount: MinorUnits = strawberry.field(description="What of it was due, in minor units.")
    excess: MinorUnits = strawberry.field(description="What of it nothing was due for.")
    end_to_end_id: str | None = strawberry.field(description="Its EndToEndId.")
    statement_hash: str = strawberry.field(description="SHA-256 of the bank's statement.")
    line: int = strawberry.field(description="Its place in the statement, from 1.")
    sequence: Sequence = strawberry.field(description="The entry that says so.")


@strawberry.type(description="One payment file that was written.")
class SettlementFile:
    """A payment file."""

    partner: str = strawberry.field(description="Code of the partner whose account it moves.")
    leg: PaymentLeg = strawberry.field(description="Which way its payments go.")
    message_id: str = strawberry.field(description="Its MsgId.")
    hash: str = strawberry.field(description="SHA-256 of its bytes.")
    sequence: Sequence = strawberry.field(description="The entry that says so.")


@strawberry.type(description="What a creditor loses by a debtor's default.")
class SettlementShare:
    """A share of a loss; the debtor owes it from the day on which all else is settled."""

    debtor: str = strawberry.field(description="Code of the partner that defaulted.")
    creditor: str = strawberry.field(description="Code of the partner that bears it.")
    amount: MinorUnits = strawberry.field(description="How much, in minor units.")


@strawberry.type(
    description="Closed windows of one currency, netted and paid. A partner sees its own part."
)
class Settlement(Node):
    """A settlement."""

    currency: str = strawberry.field(description="Its currency, ISO 4217.")
    windows: list[int] = strawberry.field(description="Numbers of its windows, oldest first.")
    method: SettlementMethod = strawberry.field(description="How nets are paid.")
    pay_by: DateTime = strawberry.field(description="After this, what is unpaid is a default.")
    state: SettlementStatus = strawberry.field(description="Where it stands.")
    gross: MinorUnits | None = strawberry.field(
        description="Sum of all obligations; null where it is not yours to know."
    )
    net: MinorUnits | None = strawberry.field(
        description="Sum of all net debits; null where it is not yours to know."
    )
    nets: list[SettlementNet] = strawberry.field(description="The partners' nets, by code.")
    changes: list[SettlementChange] = strawberry.field(description="Its steps, oldest first.")
    payments: list[SettlementPayment] = strawberry.field(description="What was paid, in order.")
    files: list[SettlementFile] = strawberry.field(description="The files written, in order.")
    shares: list[SettlementShare] = strawberry.field(description="Losses by default.")
    sequence: Sequence = strawberry.field(description="The entry that created it.")
