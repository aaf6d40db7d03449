"""The model's holds: a pending redeem is placed, captured or voided; it ends at its deadline."""

from collections import Counter

from tests.model.book import Book
from tests.model.facts import Move, Pending
from tests.model.spending import count, done, ready_to_redeem, taken

HOLD_MIN = 1_000_000
HOLD_MAX = 30 * 86_400_000_000


def hold(book: Book, move: Move, deadline: int, now: int) -> str:
    """A pending redeem: its points are pinned, its money counts as exposure."""
    ready = ready_to_redeem(book, move, now)
    if isinstance(ready, str):
        return ready
    owed = book.redeem_money(move.takes, move.acceptor, move.deal)
    reserve = {debtor: amount for (debtor, _, _), amount in owed.items()}
    if book.too_much(Counter(), reserve, book.overdue(move.owner, move.unit, now)):
        return "NET_DEBIT_CAP_EXCEEDED"
    book.end_overdue(move.owner, move.unit, now)
    count(book, move.owner, move.deal, ready[0], move.amount, now)
    for lot, amount in move.takes:
        lot.pinned += amount
    for debtor, amount in reserve.items():
        book.brands[debtor].reserved += amount
    book.pend(move.owner, move.unit, move.amount)
    book.holds[move.id] = Pending(
        move.id,
        move.owner,
        move.unit,
        move.actor,
        move.deal,
        ready[0].id if ready[0] else "",
        deadline,
        move.takes,
        reserve,
    )
    move.kind = "HOLD"
    book.count(move.owner, move.unit, now)
    return done(book, move)


def capture(book: Book, id: str, move: Move, now: int) -> str:
    """Redeem part of a hold; the rest is released."""
    held = book.holds.get(id)
    if held is None or move.actor not in (held.acceptor, book.units[held.unit].owner):
        return "HOLD_UNKNOWN"
    if held.acceptor != move.actor:
        return "NOT_PERMITTED"
    if held.state != "PENDING":
        return "HOLD_ENDED"
    if held.deadline <= now:
        return "HOLD_EXPIRED"
    if move.amount < 0:
        return "AMOUNT_OUT_OF_RANGE"
    if move.amount > held.amount:
        return "CAPTURE_EXCEEDS_HOLD"
    if move.amount == 0:
        return void(book, id, move.actor, now)
    left = move.amount
    for lot, pinned in held.pins:
        if left:
            move.takes.append((lot, min(left, pinned)))
            left -= min(left, pinned)
    move.owner, move.unit, move.deal = held.owner, held.unit, held.deal
    move.acceptor = held.acceptor
    move.owed = book.redeem_money(move.takes, held.acceptor, held.deal)
    book.end(held, "CAPTURED", move.amount)
    book.size -= 1  # the end and the redemption are one entry
    taken(move.takes)
    book.post(move.owner, move.unit, "WALLET", "REDEEMED", move.amount)
    book.count(move.owner, move.unit, now)
    return done(book, move)


def void(book: Book, id: str, actor: str, now: int) -> str:
    """Release a hold whole."""
    held = book.holds.get(id)
    if held is None or actor not in (held.acceptor, book.units[held.unit].owner):
        return "HOLD_UNKNOWN"
    if held.state != "PENDING":
        return "HOLD_ENDED"
    if held.deadline <= now:
        return "HOLD_EXPIRED"
    book.end(held, "VOIDED", 0)
    return ""
