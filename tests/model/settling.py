"""The model's settlements: closed windows are netted, approved, submitted, paid or in default.

Every rule answers "" where it did something, else a code.
"""

from collections import Counter
from dataclasses import dataclass

from tests.model import arithmetic as exact
from tests.model.arithmetic import DAY
from tests.model.facts import OPERATOR
from tests.model.register import (
    CLOSED,
    OPEN,
    SETTLED,
    Counted,
    Net,
    Netted,
    Place,
    Register,
    Suggestion,
    Waits,
)

MINUTE = 60_000_000
CLEARING, DIRECT = "CLEARING", "DIRECT"
UNPAID = ("SUBMITTED", "PARTIALLY_PAID", "DEFAULTED")
# In which states a step does something, and in which it was done already.
MAY = {
    "APPROVE": (("DRAFT",), "APPROVED"),
    "ABORT": (("DRAFT", "APPROVED", "SUBMITTED"), "ABORTED"),
    "SUBMIT": (("APPROVED",), "SUBMITTED"),
    "RELEASE": (UNPAID, ""),
    "MATCH": (UNPAID, ""),
    "EVIDENCE": (UNPAID, ""),
    "DEFAULT": (UNPAID[:2], "DEFAULTED"),
}


@dataclass
class Paper:
    """A line of a bank's statement, told as a payment; `excess` is what it has beyond that."""

    place: Place
    partner: str
    leg: str
    amount: int
    counterparty: str = ""
    reference: str = ""
    excess: int = 0
    name: str = ""


def find(book: Register, id: str, step: str) -> Netted | str:
    """A settlement that a step may move, or a code."""
    found = book.settlements.get(id)
    if found is None:
        return "SETTLEMENT_UNKNOWN"
    states, done = MAY[step]
    if found.state in states:
        return found
    return "SETTLEMENT_UNCHANGED" if found.state == done else "SETTLEMENT_STATE"


def net(
    book: Register, id: str, method: str, windows: tuple[int, ...], times: tuple[int, int]
) -> str:
    """All closed windows up to the last that is named are netted; `times` are now and the end."""
    for period in windows:
        state = book.windows.get(period)
        if state != CLOSED:
            return "WINDOW_STATE" if state else "WINDOW_UNKNOWN"
    last = windows[-1] if windows else book.period
    closed = tuple(sorted(p for p, s in book.windows.items() if s == CLOSED and p <= last))
    if windows and windows != closed:
        return "WINDOW_SKIPPED"
    if not closed:
        return "NOTHING_TO_SETTLE"
    if not MINUTE <= times[1] - times[0] <= 366 * DAY:
        return "DEADLINE_INVALID"
    nets: dict[str, Net] = {}
    for (partner, period), (debits, credits_) in book.in_window.items():
        if period in closed:
            one = nets.setdefault(partner, Net())
            one.debits += debits
            one.credits += credits_
    book.settlements[id] = Netted(id, method, closed, times[1], nets)
    for period in closed:
        book.windows[period] = "SETTLING"
    book.size += len(nets) + 1
    return ""


def ready(book: Register, id: str, step: str, now: int) -> Netted | str:
    """A settlement whose step may be taken, or a code."""
    found = find(book, id, step)
    if isinstance(found, str):
        return found
    if step == "ABORT" and found.state == "SUBMITTED" and not found.rejected:
        return "REJECTION_MISSING"
    if step == "DEFAULT" and now < found.pay_by:
        return "PAY_BY_NOT_REACHED"
    if step == "DEFAULT" and not any(n.net > 0 and n.due for n in found.banked.values()):
        return "NOTHING_UNPAID"
    if step == "APPROVE" and now >= found.pay_by and any(n.net for n in found.nets.values()):
        return "PAY_BY_PASSED"
    closed = (period for period, state in book.windows.items() if state == CLOSED)
    if step == "APPROVE" and any(period < found.windows[0] for period in closed):
        return "WINDOW_SKIPPED"
    if step == "APPROVE" and book.policies.get(("DISPUTES_BLOCK", "")) == "YES":
        for dispute in book.disputes.values():
            if dispute.state == OPEN and book.lines[dispute.line].period in found.windows:
                return "DISPUTE_OPEN"
    return found


def take(book: Register, suggestion: Suggestion, now: int) -> str:
    """What two agreed on happens, where it still can."""
    step = suggestion.type.removeprefix("SETTLEMENT_")
    found = ready(book, suggestion.settlement, step, now)
    if isinstance(found, str):
        return found
    if step == "APPROVE":
        _move(book, found, "APPROVED")
        if not any(one.net for one in found.nets.values()):
            over(book, found)
    elif step == "ABORT":
        _move(book, found, "ABORTED")
        for period in found.windows:
            book.windows[period] = CLOSED
    else:
        _default(book, found)
    return ""


def _move(book: Register, found: Netted, state: str) -> None:
    found.state = state
    book.size += 1


def over(book: Register, found: Netted) -> None:
    """Claims fall into the open window, and the settlement's own windows are settled."""
    for debtor, creditor, amount in found.shares:
        if debtor != creditor:
            book.charge(debtor, creditor, "CLAIM", amount)
    _move(book, found, SETTLED)
    for period in found.windows:
        book.windows[period] = SETTLED


def _default(book: Register, found: Netted) -> None:
    waiting = {code: one.due for code, one in found.nets.items() if one.net < 0}
    banked = found.banked
    drawn: dict[str, int] = {}
    bears = book.policies.get(("LOSS_SHARING", "")) == "OPERATOR"
    for debtor in sorted(code for code, one in banked.items() if one.net > 0 and one.due):
        brand = book.brands.get(debtor)
        drawn[debtor] = min(banked[debtor].due, brand.prefund if brand else 0)
        nets = {} if bears else {code: -found.nets[code].net for code in waiting}
        lost = _shared(banked[debtor].due - drawn[debtor], nets, waiting)
        for creditor, amount in lost.items():
            waiting[creditor] = max(0, waiting.get(creditor, 0) - amount)
            found.shares.append((debtor, creditor, amount))
    for debtor, amount in drawn.items():
        if amount:
            found.nets[debtor].drawn += amount
            book.brands[debtor].prefund -= amount
            book.brands[debtor].limit -= amount
            book.size += 1
    for debtor, creditor, amount in found.shares:
        found.nets[debtor].shared += amount
        owed = found.nets.get(creditor)
        if owed is not None and owed.net < 0:
            owed.shared += min(amount, owed.due)
        book.size += 1
    _move(book, found, "DEFAULTED")
    if not any(waiting[code] for code, one in found.banked.items() if one.net < 0):
        over(book, found)


def _shared(loss: int, nets: dict[str, int], waiting: dict[str, int]) -> dict[str, int]:
    """Each creditor loses by its net, none more than waits for it; the operator bears the rest."""
    parts: Counter[str] = Counter()
    bearing = sorted(code for code in nets if waiting[code])
    while loss and bearing:
        fair = exact.shares(loss, [nets[code] for code in bearing])
        full = [code for code, part in zip(bearing, fair, strict=True) if part > waiting[code]]
        if not full:
            parts.update(dict(zip(bearing, fair, strict=True)))
            loss = 0
        for code in full:
            parts[code] = waiting[code]
            loss -= waiting[code]
        bearing = [code for code in bearing if code not in full]
    parts[OPERATOR] += loss
    return {code: part for code, part in parts.items() if part}


def submit(book: Register, id: str, files: list[tuple[str, str]], now: int) -> str:
    """One file for each net debtor, as (partner, message)."""
    found = find(book, id, "SUBMIT")
    if isinstance(found, str):
        return found
    if now >= found.pay_by:
        return "PAY_BY_PASSED"
    debtors = sorted(code for code, one in found.banked.items() if one.net > 0)
    if sorted(partner for partner, _ in files) != debtors:
        return "PAYMENT_UNEXPECTED"
    messages = {message for _, message in files}
    if len(messages) < len(files) or messages & book.messages:
        return "FILE_KNOWN"
    book.messages |= messages
    book.size += len(files)
    _move(book, found, "SUBMITTED")
    return ""


def release(book: Register, id: str, message: str) -> str:
    """The operator's file, once what came in, or was drawn, or is its own, covers it."""
    found = find(book, id, "RELEASE")
    if isinstance(found, str):
        return found
    if message in book.messages:
        return "FILE_KNOWN"
    banked = found.banked.values()
    waiting = sum(one.due for one in banked if one.net < 0)
    if not found.through_operator or not waiting:
        return "PAYMENT_UNEXPECTED"
    own = found.nets.get(OPERATOR, Net())
    borne = sum(amount for _, creditor, amount in found.shares if creditor == OPERATOR)
    borne -= own.shared if own.net < 0 else 0
    came = own.net if found.method == CLEARING else own.paid
    waiting += own.due if own.net < 0 else 0
    back = -sum(one.amount for one in book.queue.values() if one.settlement == id)
    covered = sum(one.matched for one in banked) + borne + (came if own.net > 0 else 0)
    if covered - max(0, back) < waiting:
        return "PAYOUT_NOT_COVERED"
    book.messages.add(message)
    book.size += 1
    return ""


def pay(book: Register, id: str, paper: Paper) -> str:
    """A line of the bank's pays a net, or a debtor's and a creditor's at once; it counts once."""
    if id not in book.settlements:
        return "SETTLEMENT_UNKNOWN"
    if paper.place in book.papers or paper.reference in book.references_of_bank:
        return "BANK_LINE_KNOWN"
    waits = book.waiting(paper.place, paper.reference)
    if waits is not None and waits.state != "WAITING":
        return "BANK_LINE_STATE"
    if waits is not None and not _told_as_it_waits(waits, paper):
        return "BANK_LINE_DIFFERS"
    found = find(book, id, "MATCH")
    if isinstance(found, str):
        return found
    paid = _paid(found, paper)
    if not paid:
        return "PAYMENT_UNEXPECTED"
    amount = min(paper.amount, *(one.due for one in paid))
    for one in paid:
        one.paid += amount
    left = paper.amount + paper.excess - amount
    book.papers[paper.place] = Counted(id, paper.partner, amount, left, book.time)
    if paper.reference:
        book.references_of_bank.add(paper.reference)
    if paper.name:
        book.named[paper.name] = paper.leg
    _leave(book, paper, left)
    book.size += 1
    if not any(one.due for one in found.banked.values()):
        over(book, found)
    elif amount and found.state == "SUBMITTED":
        _move(book, found, "PARTIALLY_PAID")
    return ""


def _told_as_it_waits(waits: Waits, paper: Paper) -> bool:
    whole = paper.amount + paper.excess
    same = waits.amount == (-whole if paper.leg == "PAY_OUT" else whole)
    return same and waits.currency == "KRW" and paper.reference in ("", waits.reference)


def _leave(book: Register, paper: Paper, left: int) -> None:
    """What is left of a line waits; of one that waited and was all needed nothing does."""
    waits = book.waiting(paper.place, paper.reference)
    signed = -left if paper.leg == "PAY_OUT" else left
    if waits is None and left:
        book.wait(paper.place, Waits(signed, "OVERPAID", paper.reference, "KRW"))
    elif waits is not None and left:
        waits.amount, waits.reason = signed, "OVERPAID"
    elif waits is not None:
        waits.state = waits.outcome = "MATCHED"


def _paid(found: Netted, paper: Paper) -> list[Net]:
    """The nets that a line pays, none where it cannot be a payment of the settlement."""
    banked = found.banked
    payer = "" if paper.leg == "PAY_OUT" else paper.partner
    payee = paper.counterparty if paper.leg == DIRECT else "" if payer else paper.partner
    if found.method == CLEARING:
        fits = paper.leg in ("PAY_IN", "PAY_OUT") and not paper.counterparty
    elif paper.leg == DIRECT:
        fits = bool(paper.counterparty)
    else:  # what was drawn of a defaulter the operator pays out
        fits = paper.leg == "PAY_OUT" and found.state == "DEFAULTED" and not paper.counterparty
    if payer and (payer not in banked or banked[payer].net <= 0):
        return []
    if payee and (payee not in banked or banked[payee].net >= 0):
        return []
    return [banked[code] for code in (payer, payee) if code] if fits else []


def evidence(book: Register, id: str, partner: str, type: str) -> str:
    """Somebody's word that a payment was made, or rejected, which moves nothing."""
    found = find(book, id, "EVIDENCE")
    if isinstance(found, str):
        return found
    known = found.nets.get(partner)
    if known is None or not known.net or (type == "REJECTION" and known.net < 0):
        return "PAYMENT_UNEXPECTED"
    found.rejected = found.rejected or type == "REJECTION"
    book.size += 1
    return ""
