"""A bank's statements for the table: lines of the clearing account that name no payment."""

from api.demo.bank import Booked, Page, answer

CLEARING = "12345604123456"
BANK_ACCOUNTS = {
    "OPERATOR": {"holder": "Dure", "bank": "004", "number": "123456-04-123456"},
    "AIRLINE": {"holder": "Narae Air", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX"},
    "GRAND": {"holder": "Grand Hotel", "bank": "088", "number": "110-123-456789"},
}


def bank_statement(name: str, *amounts: int) -> str:
    """Return the text of a statement whose lines came in, from nobody that is known."""
    lines = [
        Booked(amount, "KRW", "2026-03-02", "999-111", bank_reference=f"{name}{n}")
        for n, amount in enumerate(amounts)
    ]
    return answer(Page(name, "2026-03-02T09:00:00Z", CLEARING, "KRW"), lines).decode()
