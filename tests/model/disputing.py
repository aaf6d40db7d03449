"""The model's disputes, funds and policies: "" where it was done, else a code."""

from collections import Counter
from fractions import Fraction

from tests.model.facts import OPERATOR
from tests.model.register import OPEN, Disputed, Register, Suggestion
from tests.model.reversing import money
from tests.model.spending import AMOUNT_MAX


def dispute(book: Register, actor: str, id: str, line: tuple[int, int], party: str) -> str:
    """A party of a line says that it is wrong; one dispute of a line at a time."""
    if actor not in (OPERATOR, party):
        return "NOT_PERMITTED"
    known = book.lines.get(line)
    if known is None or party not in (known.debtor, known.creditor):
        return "LINE_UNKNOWN"
    if known.kind == "CORRECTION":
        return "LINE_NOT_DISPUTABLE"
    before = [one for one in book.disputes.values() if one.line == line]
    if any(one.state == OPEN for one in before):
        return "DISPUTE_PENDING"
    stands = before[-1].comes_to if before else known.amount
    book.disputes[id] = Disputed(line, party, stands, stands)
    book.size += 1
    return ""


def resolve(book: Register, actor: tuple[str, str], id: str, named: str, amount: int | None) -> str:
    """The operator rejects a dispute, or suggests what the line is to come to; `named` is which."""
    if actor[0] != OPERATOR:
        return "NOT_PERMITTED"
    found = book.disputes.get(named)
    if found is None:
        return "DISPUTE_UNKNOWN"
    if found.state != OPEN:
        return "DISPUTE_STATE"
    if amount is None:
        found.state = "REJECTED"
        book.size += 1
        return ""
    if not given_back(book, found.line) <= amount <= 2 * book.lines[found.line].amount:
        return "AMOUNT_OUT_OF_RANGE"
    if amount == found.stands:
        return "NOTHING_TO_CORRECT"
    wanted = Suggestion(0, actor[1], type="DISPUTE_UPHOLD", amount=amount, value=named)
    return book.suggest(id, wanted)


def given_back(book: Register, line: tuple[int, int]) -> int:
    """What reversals gave back of what a transfer made its debtor owe."""
    owed = book.lines[line]
    for move in book.moves.values():
        if move.seq == line[0]:
            back = money(book, move, move.amount)
            back.subtract(money(book, move, move.amount - move.reversed))
            return max(0, back[owed.debtor, owed.creditor, owed.kind])
    return 0


def uphold(book: Register, suggestion: Suggestion) -> str:
    """The line comes to what two agreed on; the difference is owed in the open window."""
    found = book.disputes[suggestion.value]
    if found.state != OPEN:
        return "DISPUTE_STATE"
    if suggestion.amount < given_back(book, found.line):
        return "AMOUNT_OUT_OF_RANGE"
    found.state, found.comes_to = "UPHELD", suggestion.amount
    line, more = book.lines[found.line], suggestion.amount - found.stands
    parties = (line.debtor, line.creditor) if more > 0 else (line.creditor, line.debtor)
    book.charge(*parties, "CORRECTION", abs(more))
    return ""


def withdraw(book: Register, actor: str, id: str) -> str:
    """Who opened it, or the operator for it, gives a dispute up."""
    found = book.disputes.get(id)
    if found is None:
        return "DISPUTE_UNKNOWN"
    line = book.lines[found.line]
    if actor not in (OPERATOR, line.debtor, line.creditor):
        return "DISPUTE_UNKNOWN"
    if actor not in (OPERATOR, found.party):
        return "NOT_PERMITTED"
    if found.state != OPEN:
        return "DISPUTE_STATE"
    found.state = "WITHDRAWN"
    book.size += 1
    return ""


def funds(book: Register, actor: tuple[str, str], id: str, wanted: Suggestion) -> str:
    """The operator suggests a cap, or to move a prefund."""
    if actor[0] != OPERATOR:
        return "NOT_PERMITTED"
    if wanted.partner not in book.brands:
        return "PARTNER_UNKNOWN"
    return _unready(book, wanted) or book.suggest(id, wanted)


def _unready(book: Register, wanted: Suggestion) -> str:
    brand, amount = book.brands[wanted.partner], wanted.amount
    most = AMOUNT_MAX - (brand.prefund if wanted.type == "PREFUND_IN" else 0)
    if not (0 if wanted.type == "CAP" else 1) <= amount <= most:
        return "AMOUNT_OUT_OF_RANGE"
    free = min(brand.prefund, brand.limit - book.exposure(brand.code))
    short = wanted.type == "PREFUND_OUT" and amount > max(0, free)
    return "FUNDS_INSUFFICIENT" if short else ""


def move_funds(book: Register, suggestion: Suggestion) -> str:
    """What two agreed on is the cap, or moves the prefund, where it still can."""
    code = _unready(book, suggestion)
    if code:
        return code
    brand, amount = book.brands[suggestion.partner], suggestion.amount
    if suggestion.type == "CAP":
        brand.limit = brand.prefund + amount
    else:
        more = amount if suggestion.type == "PREFUND_IN" else -amount
        brand.prefund += more
        brand.limit += more
    book.size += 1
    return ""


def declare(book: Register, actor: tuple[str, str], id: str, wanted: Suggestion) -> str:
    """The operator suggests a policy; its value is well formed."""
    if actor[0] != OPERATOR:
        return "NOT_PERMITTED"
    if wanted.partner and wanted.partner not in (*book.brands, OPERATOR):
        return "PARTNER_UNKNOWN"
    return book.suggest(id, wanted)


def enact(book: Register, suggestion: Suggestion) -> str:
    """A policy is in force."""
    name = suggestion.type.removeprefix("POLICY_")
    book.policies[name, suggestion.partner] = suggestion.value
    if name == "WINDOW_SCHEDULE":
        book.declared_at = book.time
    book.size += 1
    return ""


def charge_window(book: Register) -> None:
    """Fees, then taxes on what each pair owes by a kind, fall due in the window that closes."""
    fees: list[tuple[str, int]] = []
    for (name, partner), value in sorted(book.policies.items()):
        if name == "PERIODIC_FEE":
            fixed, part = value.split()
            gross = book.in_window.get((partner, book.period), [0, 0])[0]
            fees.append((partner, int(fixed) + int(gross * Fraction(part))))
    for partner, amount in fees:
        if amount:
            book.charge(partner, OPERATOR, "PERIODIC_FEE", amount)
    nets: Counter[tuple[str, str, str]] = Counter()
    for (debtor, creditor, kind), amount in book.invoiced[book.period].items():
        one, other = sorted((debtor, creditor))
        nets[one, other, kind] += amount if debtor == one else -amount
    for (one, other, kind), owed in sorted(nets.items()):
        debtor, creditor = (one, other) if owed > 0 else (other, one)
        tax = int(abs(owed) * _rate(book, creditor, kind))
        if tax:
            book.charge(debtor, creditor, "TAX", tax)


def _rate(book: Register, creditor: str, kind: str) -> Fraction:
    for item in book.policies.get(("TAX", creditor), "").split(";"):
        if item.startswith(f"{kind},"):
            return Fraction(item.rpartition(",")[2])
    return Fraction(0)
