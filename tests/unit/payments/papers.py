"""Accounts and submissions that tests pay with."""

from domain.ids import OPERATOR
from settlement.netting.transfers import direct, through_clearing
from settlement.payments.accounts import BankAccount, bic_account, iban_account, korean_account
from settlement.payments.orders import Payment, PaymentFile, Submission, payment_files, payments

ORIGIN = "log.example/dure"
SETTLEMENT = "019a0000000070008000000000000001"
OCTOBER_31 = 1_793_430_000_000_000  # 2026-10-31T07:00:00Z

KOREAN: dict[str, BankAccount] = {
    OPERATOR: korean_account("두레 정산", "088", "100-123-456789"),
    "AIR": korean_account("하늘항공 주식회사", "004", "123456-78-901234"),
    "HOTEL": korean_account("㈜한강호텔", "020", "1005-123-456789"),
    "CAFE": korean_account("Café Möwe", "090", "3333-01-2345678"),
}
EUROPEAN: dict[str, BankAccount] = {
    OPERATOR: iban_account("Dure Clearing", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX"),
    "AIR": iban_account("Société Aérienne & Fils", "FR14 2004 1010 0505 0001 3M02 606"),
    "HOTEL": bic_account("한강호텔", "0012-345678", "SMBCJPJT", latin="HANGANG HOTEL CO LTD"),
    "CAFE": korean_account("다방", "011", "301-1234-5678-91"),
}


def submission(settlement: str = SETTLEMENT) -> Submission:
    """Return what all files of a settlement share."""
    return Submission(ORIGIN, settlement, OCTOBER_31, "2026-11-03", "Dure 두레")


def files_of(
    nets: dict[str, int],
    currency: str = "KRW",
    accounts: dict[str, BankAccount] = KOREAN,
    *,
    clearing: bool = True,
) -> tuple[tuple[Payment, ...], tuple[PaymentFile, ...]]:
    """Return the payments of nets, and their files."""
    plan = through_clearing(nets) if clearing else direct(nets)
    found = payments(ORIGIN, SETTLEMENT, currency, plan.transfers)
    return found, payment_files(submission(), found, accounts)
