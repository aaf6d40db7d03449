"""The model's reversal: what stands afterwards is what the original would be for what remains."""

from collections import Counter

from tests.model import arithmetic as exact
from tests.model.book import Book, Owed, first
from tests.model.facts import OPERATOR, Lot, Move, Part

GIVING = {"ISSUE", "ADJUST_UP", "EXCHANGE", "GIFT"}
TAKING = {"REDEEM", "ADJUST_DOWN", "EXCHANGE", "GIFT"}
AWAY = {"REDEEM": "REDEEMED", "ADJUST_DOWN": "ADJUSTED", "EXCHANGE": "EXCHANGED"}
FROM = {"ISSUE": "ISSUED", "ADJUST_UP": "ADJUSTED", "EXCHANGE": "EXCHANGED"}


def reverse(book: Book, original: str, part: int | None, actor: str, now: int) -> str:
    """Turn round a part of a transfer, or all that is left of it."""
    move = book.moves.get(original)
    if move is None or actor not in (party(book, move), OPERATOR):
        return "TRANSFER_UNKNOWN"
    if book.erased.intersection((move.owner, *(lot.owner for lot in move.opened))):
        return "MEMBER_ERASED"
    if move.kind not in GIVING | TAKING:
        return "NOT_REVERSIBLE"
    if book.corrected(move):
        return "LINE_CORRECTED"
    left = move.amount - move.reversed
    wanted = left if part is None else part
    if part is not None and not 1 <= part <= 10**15:
        return "AMOUNT_OUT_OF_RANGE"
    if left == 0 or wanted > left:
        return "REVERSAL_EXCEEDS_ORIGINAL"
    owed: list[tuple[Lot, int]] = []
    debts: Counter[str] = Counter()
    if move.kind in GIVING:
        found = _take_back(book, move, wanted, now)
        if isinstance(found, str):
            return found
        wanted, owed, debts = found
    if move.kind in TAKING:
        _grace(book, move, wanted, now)
    _carry_out(book, move, wanted, (owed, sum(debts.values())))
    return ""


def _grace(book: Book, move: Move, part: int, now: int) -> None:
    """Lots given back to after their end live on for the unit's days of grace."""
    left = move.amount - move.reversed
    kept = {lot.id: amount for lot, amount in first(move.takes, left - part) or []}
    back = [lot for lot, amount in first(move.takes, left) or [] if amount > kept.get(lot.id, 0)]
    ends = book.lapses(move.owner, move.unit)
    late = [lot for lot in back if min(lot.expires, ends) <= now]
    grace = book.units[move.unit].grace
    if not late or not grace:
        return
    if any(
        min(lot.expires, ends) <= now and _free(book, lot, now)
        for lot in book.of(move.owner, move.unit)
    ):
        book.end_overdue(move.owner, move.unit, now)
        book.expire(move.owner, move.unit, now)
    if not any(lot.remaining for lot in book.of(move.owner, move.unit)):
        book.count(move.owner, move.unit, now)
    for lot in late:
        lot.expires = now + grace * exact.DAY


def _free(book: Book, lot: Lot, now: int) -> int:
    """What no hold keeps of a lot that still lasts."""
    overdue = book.overdue(lot.owner, lot.unit, now)
    return lot.loose + sum(n for hold in overdue for pinned, n in hold.pins if pinned is lot)


def party(book: Book, move: Move) -> str:
    """Whose the transfer is: its issuer's, its acceptor's, its unit's owner's, or its starter's."""
    if move.kind == "REDEEM":
        return move.acceptor
    if move.kind in {"GIFT", "ADJUST_UP", "ADJUST_DOWN"}:
        return book.units[move.unit].owner
    return move.actor


def regained(move: Move, part: int) -> int:
    """Repaid debt that is owed again: an issue of what remains would have repaid less."""
    left = move.amount - move.reversed
    return min(move.repaid, left) - min(move.repaid, left - part)


def holder(move: Move) -> tuple[str, str]:
    """The wallet that the points given went to."""
    lot = move.opened[0]
    return lot.owner, lot.unit


def given(book: Book, move: Move, remaining: int) -> Counter[str]:
    """Points that the original would give for a source amount, by their obligor."""
    if move.kind == "EXCHANGE":
        assert move.deal is not None
        source, target = book.units[move.deal.source], book.units[move.deal.other]
        scales = (source.scale, target.scale)
        points = exact.converted(remaining, scales, move.deal.rate, move.deal.fee_points)
        return Counter({target.owner: points})
    if move.kind == "GIFT":
        by_obligor: Counter[str] = Counter()
        for lot, amount in first(move.takes, remaining) or []:
            by_obligor[lot.obligor] += amount
        return by_obligor
    return Counter({move.opened[0].obligor: remaining})


def money(book: Book, move: Move, remaining: int) -> Owed:
    """What the original would make partners owe for a source amount."""
    owed: Owed = Counter()
    if move.kind == "ISSUE":
        for key in move.owed:
            assert move.deal is not None
            owed[key] = exact.money(remaining, book.units[move.unit].scale, move.deal.price)
    elif move.kind == "REDEEM" and remaining:
        owed = book.redeem_money(first(move.takes, remaining) or [], move.acceptor, move.deal)
    elif move.kind == "EXCHANGE" and remaining:
        assert move.deal is not None
        owed = book.exchange_money(first(move.takes, remaining) or [], move.deal)
    return owed


def there(book: Book, move: Move, part: int, obligor: str, now: int) -> list[Part]:
    """Unpinned points of an obligor: own newest first, then what these were merged into, others."""
    owner, unit = holder(move)
    ended: Counter[tuple[int, int]] = Counter({move.opened[0].id: regained(move, part)})
    for hold in book.overdue(owner, unit, now):
        for lot, amount in hold.pins:
            ended[lot.id] += amount
    lots = [lot for lot in book.of(owner, unit) if lot.obligor == obligor]
    own = sorted((lot for lot in lots if lot in move.opened), key=lambda lot: lot.id)[::-1]
    heirs = [lot for lot in lots if any(lot.stands_for(each) for each in move.opened)]
    own += sorted((lot for lot in heirs if lot not in own), key=lambda lot: lot.id)[::-1]
    lots = own + [lot for lot in lots if lot not in own]
    return [(lot, lot.loose + ended[lot.id]) for lot in lots if lot.loose + ended[lot.id]]


def _short(book: Book, move: Move, part: int, now: int) -> Counter[str]:
    """What is not there of the points that reversing a part takes back, by obligor."""
    left = move.amount - move.reversed
    wanted = given(book, move, left)
    wanted.subtract(given(book, move, left - part))
    short: Counter[str] = Counter()
    for obligor, amount in wanted.items():
        short[obligor] = amount - sum(a for _, a in there(book, move, part, obligor, now))
    return +short


def _take_back(
    book: Book, move: Move, wanted: int, now: int
) -> tuple[int, list[Part], Counter[str]] | str:
    """What is reversed, from which lots, and what becomes debt; or why it cannot be."""
    owner, unit = holder(move)
    short = _short(book, move, wanted, now)
    policy = book.brands[book.units[unit].owner].policy
    if short and policy == "REFUSE":
        return "POINTS_SPENT"
    if short and policy == "WITHIN_BALANCE":
        low, high = 0, wanted  # low is there, high is not
        while high - low > 1:
            middle = (low + high) // 2
            if _short(book, move, middle, now):
                high = middle
            else:
                low = middle
        if low == 0:
            return "POINTS_SPENT"
        wanted, short = low, Counter()
    if short and several_obligors(book, unit):
        return "DEBT_NOT_ALLOWED"
    left = move.amount - move.reversed
    back = given(book, move, left)
    back.subtract(given(book, move, left - wanted))
    parts: list[Part] = []
    for obligor, amount in back.items():
        parts += first(there(book, move, wanted, obligor, now), amount - short[obligor]) or []
    book.end_overdue(owner, unit, now)
    return wanted, parts, short


def several_obligors(book: Book, unit: str) -> bool:
    """Tell whether points of a unit may bind others than its owner."""
    return not book.units[unit].prepaid and any(
        deal.type == "funding" and deal.source == unit for deal in book.deals
    )


def _carry_out(book: Book, move: Move, part: int, back: tuple[list[Part], int]) -> None:
    """Move points and money by the difference between what stood and what is to stand."""
    left = move.amount - move.reversed
    before, after = first(move.takes, left) or [], first(move.takes, left - part) or []
    change = money(book, move, left)
    change.subtract(money(book, move, left - part))
    if move.kind in GIVING:
        owner, unit = holder(move)
        purpose = FROM.get(move.kind, "CLEARING")
        again = regained(move, part)
        move.opened[0].remaining += again
        book.post(owner, unit, "DEBT", "WALLET", again)
        for lot, amount in back[0]:
            lot.remaining -= amount
            book.post(owner, unit, "WALLET", purpose, amount)
        book.post(owner, unit, "DEBT", purpose, back[1])
    if move.kind in TAKING:
        book.post(move.owner, move.unit, AWAY.get(move.kind, "CLEARING"), "WALLET", part)
        kept = {lot.id: amount for lot, amount in after}
        for lot, amount in before:
            lot.remaining += amount - kept.get(lot.id, 0)
    book.owe(change, -1)
    move.reversed += part
    book.size += 1
