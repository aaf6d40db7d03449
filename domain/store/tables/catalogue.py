"""Which tables the log vouches for, and which lie outside it."""

from domain.store.tables import ledger, log, members, obligations, partners, settlements
from domain.store.tables.base import METADATA

# Rows that one entry makes and nothing changes: exported in the order of the log.
STREAMED_TABLES = {
    "transfer": ("seq", "owner"),
    "leg": ("seq", "owner", "n"),
    "lot_use": ("seq", "owner", "n"),
    "obligation": ("seq", "owner", "n"),
}

_CLASSES = (
    partners.PartnerRow,
    partners.CreditLineRow,
    partners.ApiKeyRow,
    partners.UnitRow,
    partners.ContractRow,
    members.MemberRow,
    members.ErasureRow,
    members.MembershipRow,
    members.ConsentRow,
    members.QuoteRow,
    ledger.AccountRow,
    ledger.LotRow,
    ledger.HoldRow,
    ledger.TransferRow,
    ledger.LegRow,
    ledger.LotUseRow,
    obligations.ObligationRow,
    obligations.PositionRow,
    obligations.CapUsageRow,
    obligations.SettlementWindowRow,
    obligations.ProposalRow,
    settlements.ProposalSubjectRow,
    settlements.PolicyRow,
    settlements.SettlementRow,
    settlements.SettlementChangeRow,
    settlements.SettlementNetRow,
    settlements.SettlementShareRow,
    settlements.BankLineRow,
    settlements.BankWaitingRow,
    settlements.PaymentFileRow,
    settlements.PaymentEvidenceRow,
    settlements.DisputeRow,
)

LOGGED_TABLES = tuple(str(each.__tablename__) for each in _CLASSES)

# What is known of a member as a person; of an erased one nothing of it is left.
PERSONAL_TABLES = ("member_key", "payload", "signed_command", "member_reference")

# Idempotency and what erasure must be able to remove; no entry says what stands in them.
UNLOGGED_TABLES = (
    *(
        str(each.__tablename__)
        for each in (
            log.CommandRow,
            members.MemberKeyRow,
            members.PayloadRow,
            members.SignedCommandRow,
            members.MemberReferenceRow,
            members.DisplayNameRow,
            settlements.FreeTextRow,
        )
    ),
    "alembic_version",
)

# The log itself and what is derived from it.
LOG_TABLES = (
    "log_entry", "log_tile", "log_head", "log_published", "log_handover", "log_stamp",
)  # fmt: skip

assert set(METADATA.tables) == {*LOGGED_TABLES, *UNLOGGED_TABLES, *LOG_TABLES} - {"alembic_version"}
