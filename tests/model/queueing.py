"""The model's queue of bank lines: each waits once, until a person has said what it is."""

from tests.model.facts import OPERATOR
from tests.model.register import Place, Register, Suggestion, Waits
from tests.model.spending import wrong_amount

CURRENCY = "KRW"
CARRY = "BANK_CARRY"


def queue(book: Register, actor: str, place: Place, line: Waits) -> str:
    """A line that no payment takes waits; it is known by its place, or by its bank's name."""
    if actor != OPERATOR:
        return "NOT_PERMITTED"
    if place[1] < 1 or len(line.currency) != len(CURRENCY):
        return "VALUE_INVALID"
    if wrong_amount(abs(line.amount)):
        return "AMOUNT_OUT_OF_RANGE"
    counted = place in book.papers or line.reference in book.references_of_bank
    if counted or book.waiting(place, line.reference) is not None:
        return "BANK_LINE_KNOWN"
    book.wait(place, line)
    book.size += 1
    return ""


def _still(book: Register, place: Place) -> Waits | str:
    found = book.queue.get(place)
    if found is None:
        return "BANK_LINE_UNKNOWN"
    return found if found.state == "WAITING" else "BANK_LINE_STATE"


def dismiss(book: Register, actor: str, place: Place, reason: str) -> str:
    """A line is nobody's of the network."""
    if actor != OPERATOR:
        return "NOT_PERMITTED"
    if place[1] < 1:
        return "VALUE_INVALID"
    found = _still(book, place)
    if isinstance(found, str):
        return found
    found.state, found.outcome = "DISMISSED", reason
    book.size += 1
    return ""


def suggest(
    book: Register, actor: tuple[str, str], id: str, place: Place, parties: tuple[str, str, str]
) -> str:
    """A line is to be owed back; `parties` are the partner, the account's holder, a settlement."""
    partner, holder, settlement = parties
    if actor[0] != OPERATOR:
        return "NOT_PERMITTED"
    if place[1] < 1 or partner == holder:
        return "VALUE_INVALID"
    found = _still(book, place)
    if isinstance(found, str):
        return found
    if any(one != OPERATOR and one not in book.brands for one in (partner, holder)):
        return "PARTNER_UNKNOWN"
    ours = found.currency == CURRENCY
    if settlement and not (ours and settlement in book.settlements):
        return "SETTLEMENT_UNKNOWN"
    if not ours:
        return "CURRENCY_UNKNOWN"
    wanted = Suggestion(
        0, actor[1], type=CARRY, settlement=settlement, partner=partner,
        amount=abs(found.amount), value=f"{place[0]}.{place[1]}.{holder}",
    )  # fmt: skip
    return book.suggest(id, wanted)


def carry(book: Register, suggestion: Suggestion, reason: str = "RETURNED") -> str:
    """Whoever has the money owes it, in the open window, to whoever paid it."""
    statement, number, holder = suggestion.value.split(".")
    found = _still(book, (statement, int(number)))
    if isinstance(found, str):
        return found
    if abs(found.amount) != suggestion.amount:
        return "BANK_LINE_STATE"
    parties = (holder, suggestion.partner)
    debtor, creditor = parties if found.amount > 0 else reversed(parties)
    found.state, found.outcome, found.settlement = "CARRIED", reason, suggestion.settlement
    book.charge(debtor, creditor, "BANK", suggestion.amount)
    return ""
