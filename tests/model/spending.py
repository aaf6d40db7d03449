"""The model's rules but for reversal: each answers "" where it did something, else a code."""

from collections import Counter

from tests.model import arithmetic as exact
from tests.model.book import Book, carrying, first
from tests.model.facts import Deal, Lot, Move, Part, Permission

AMOUNT_MAX = 10**15


def wrong_amount(amount: int) -> bool:
    """Tell whether an amount is no amount of points."""
    return not 1 <= amount <= AMOUNT_MAX


def grant(book: Book, member: str, permission: Permission) -> str:
    """The unit's owner vouches for a member's consent."""
    book.permissions[member].append(permission)
    book.size += 1
    return ""


def revoke(book: Book, member: str, id: str) -> str:
    """A consent ends."""
    for permission in book.permissions[member]:
        if permission.id == id:
            if permission.revoked:
                return "CONSENT_REVOKED"
            permission.revoked = True
            book.size += 1
            return ""
    return "CONSENT_UNKNOWN"


def consent(
    book: Book, member: str, asked: tuple[str, str, str], amount: int, now: int
) -> Permission | str | None:
    """The consent that covers (partner, unit, action), None where none is needed, or a code."""
    partner, unit, action = asked
    if book.units[unit].owner == partner:
        return None
    live = [
        p
        for p in book.permissions[member]
        if (p.partner, p.unit, p.action) == (partner, unit, action)
        and not p.revoked
        and now < p.expires
    ]
    if not live:
        return "CONSENT_REQUIRED"
    back: Counter[str] = Counter()  # an overdue hold has ended, whether or not that is written
    for hold in book.overdue(member, unit, now):
        back[hold.consent] += hold.amount
    covering = [p for p in live if p.max == 0 or p.used - back[p.id] + amount <= p.max]
    return min(covering, key=lambda p: p.expires, default="CONSENT_LIMIT_EXCEEDED")


def over_cap(book: Book, member: str, deal: Deal | None, amount: int, now: int) -> str:
    """The code of the daily cap that an amount would pass, or ""."""
    if deal is None:
        return ""
    day, id = exact.day_of(now, deal.zone), deal.cite.partition(".")[0]
    if deal.member_cap and book.counted[member, id, day] + amount > deal.member_cap:
        return "MEMBER_CAP_EXCEEDED"
    if deal.pair_cap and book.counted["", id, day] + amount > deal.pair_cap:
        return "PAIR_CAP_EXCEEDED"
    return ""


def count(
    book: Book, member: str, deal: Deal | None, used: Permission | None, amount: int, now: int
) -> None:
    """Count a use towards its contract's day and its consent."""
    if deal is not None and (deal.member_cap or deal.pair_cap):
        day, id = exact.day_of(now, deal.zone), deal.cite.partition(".")[0]
        book.counted[member, id, day] += amount
        book.counted["", id, day] += amount
    if used is not None:
        used.used += amount


def issue(book: Book, move: Move, funding: str, effective: int, now: int) -> str:
    """Points come in; what the member owes in points is repaid from them at once."""
    if wrong_amount(move.amount):
        return "AMOUNT_OUT_OF_RANGE"
    unit = book.units[move.unit]
    if effective > now:
        return "EFFECTIVE_IN_FUTURE"
    deal = None
    if move.actor != unit.owner:
        deal = book.deal("funding", move.unit, move.actor, effective)
        if deal is None:
            return "CONTRACT_MISSING"
    cost = exact.money(move.amount, unit.scale, deal.price if deal else unit.nominal)
    if deal is not None and unit.prepaid:
        move.owed = +Counter({(move.actor, unit.owner, "FUNDING"): cost})
    if book.too_much(move.owed, {}, book.lapsing(move.owner, move.unit, now)):
        return "NET_DEBIT_CAP_EXCEEDED"
    book.arrive(move.owner, move.unit, now, effective, act=True)
    obligor = unit.owner if unit.prepaid else move.actor
    ends = exact.expiry(unit.expiry, unit.zone, effective)
    move.deal, move.repaid = deal, min(move.amount, book.debt(move.owner, move.unit))
    move.opened = [
        book.open(
            Lot(
                (book.size, 0),
                move.owner,
                move.unit,
                obligor,
                move.actor,
                funding,
                ends,
                cost,
                move.amount,
                move.amount - move.repaid,
            )
        )
    ]
    book.post(move.owner, move.unit, "ISSUED", "WALLET", move.amount)
    book.post(move.owner, move.unit, "WALLET", "DEBT", move.repaid)
    return done(book, move)


def done(book: Book, move: Move) -> str:
    """Post what the move makes partners owe, and remember it."""
    book.owe(move.owed)
    move.seq = book.size
    book.moves[move.id] = move
    book.size += 1
    return ""


def taken(takes: list[Part]) -> None:
    """Take parts out of their lots."""
    for lot, amount in takes:
        lot.remaining -= amount


def redeem(book: Book, move: Move, now: int) -> str:
    """Points go for goods at the actor; each obligor pays it by the acceptance contract."""
    ready = ready_to_redeem(book, move, now)
    if isinstance(ready, str):
        return ready
    move.owed = book.redeem_money(move.takes, move.acceptor, move.deal)
    if book.too_much(move.owed, {}, book.overdue(move.owner, move.unit, now)):
        return "NET_DEBIT_CAP_EXCEEDED"
    book.end_overdue(move.owner, move.unit, now)
    count(book, move.owner, move.deal, ready[0], move.amount, now)
    taken(move.takes)
    book.post(move.owner, move.unit, "WALLET", "REDEEMED", move.amount)
    book.count(move.owner, move.unit, now)
    return done(book, move)


def ready_to_redeem(book: Book, move: Move, now: int) -> tuple[Permission | None] | str:
    """Everything that a redemption and a hold ask alike, but the debtors' limits."""
    if wrong_amount(move.amount):
        return "AMOUNT_OUT_OF_RANGE"
    move.deal = book.deal("acceptance", move.unit, move.actor, now)
    if move.deal is None and book.units[move.unit].owner != move.actor:
        return "CONTRACT_MISSING"
    used = consent(book, move.owner, (move.actor, move.unit, "REDEEM"), move.amount, now)
    if isinstance(used, str):
        return used
    there = book.spendable(move.owner, move.unit, now)
    total = sum(amount for _, amount in there)
    reached = first(there, min(move.amount, total)) or []
    if move.deal is None and any(lot.obligor != move.actor for lot, _ in reached):
        return "CONTRACT_MISSING"
    if total < move.amount:
        return "INSUFFICIENT_POINTS"
    move.takes, move.acceptor = reached, move.actor
    return over_cap(book, move.owner, move.deal, move.amount, now) or (used,)


def expire(book: Book, member: str, unit: str, now: int) -> str:
    """A job's command: overdue holds end, points past their time expire."""
    before = book.size
    book.end_overdue(member, unit, now)
    book.expire(member, unit, now)
    return "" if book.size > before else "NOTHING_TO_EXPIRE"


def merge(book: Book, member: str, unit: str, now: int) -> str:
    """A job's command: spendable lots that no hold keeps and nobody could tell apart become one."""
    alike: dict[tuple[str, str, str, int], list[Lot]] = {}
    for lot, free in book.spendable(member, unit, now):
        if free == lot.remaining:
            kind = (lot.obligor, lot.issuer, lot.funding, lot.expires)
            alike.setdefault(kind, []).append(lot)
    groups = [lots for lots in alike.values() if len(lots) > 1]
    if not groups:
        return "NOTHING_TO_MERGE"
    book.end_overdue(member, unit, now)
    for lots in groups:
        first, amount = lots[0], sum(lot.remaining for lot in lots)
        cost = sum(carrying(lot, lot.remaining) for lot in lots)
        book.open(
            Lot(
                (book.size, 0),
                member,
                unit,
                first.obligor,
                first.issuer,
                first.funding,
                first.expires,
                cost,
                amount,
                amount,
                sources=lots,
            )
        )
        for lot in lots:
            lot.remaining = 0
        book.size += 1
    return ""


def gift(book: Book, move: Move, recipient: str, now: int) -> str:
    """Points change hands with all that they are."""
    if wrong_amount(move.amount):
        return "AMOUNT_OUT_OF_RANGE"
    if recipient == move.owner:
        return "SAME_MEMBER"
    if book.units[move.unit].owner != move.actor:
        return "NOT_PERMITTED"
    takes = book.choose(move.owner, move.unit, move.amount, now)
    if takes is None:
        return "INSUFFICIENT_POINTS"
    book.end_overdue(move.owner, move.unit, now)
    book.arrive(recipient, move.unit, now, now, act=False)
    move.takes = takes
    for n, (lot, part) in enumerate(takes):
        copy = Lot(
            (book.size, n),
            recipient,
            move.unit,
            lot.obligor,
            lot.issuer,
            lot.funding,
            lot.expires,
            carrying(lot, part),
            part,
            part,
        )
        move.opened.append(book.open(copy))
    taken(takes)
    book.post(move.owner, move.unit, "WALLET", "CLEARING", move.amount)
    book.post(recipient, move.unit, "CLEARING", "WALLET", move.amount)
    return done(book, move)


def adjust(book: Book, move: Move, signed: int, effective: int, now: int) -> str:
    """Correct a wallet by a signed amount."""
    if wrong_amount(abs(signed)):
        return "AMOUNT_OUT_OF_RANGE"
    unit = book.units[move.unit]
    if unit.owner != move.actor:
        return "NOT_PERMITTED"
    if effective > now:
        return "EFFECTIVE_IN_FUTURE"
    move.amount = abs(signed)
    if signed < 0:
        takes = book.choose(move.owner, move.unit, move.amount, now)
        if takes is None:
            return "INSUFFICIENT_POINTS"
        book.end_overdue(move.owner, move.unit, now)
        move.takes = takes
        taken(takes)
        book.post(move.owner, move.unit, "WALLET", "ADJUSTED", move.amount)
        return done(book, move)
    book.arrive(move.owner, move.unit, now, effective, act=False)
    move.opened = [
        book.open(
            Lot(
                (book.size, 0),
                move.owner,
                move.unit,
                unit.owner,
                unit.owner,
                "FREE",
                exact.expiry(unit.expiry, unit.zone, effective),
                exact.money(move.amount, unit.scale, unit.nominal),
                move.amount,
                move.amount,
            )
        )
    ]
    book.post(move.owner, move.unit, "ADJUSTED", "WALLET", move.amount)
    return done(book, move)
