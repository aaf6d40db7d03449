"""The model's quotes and exchanges: points of one unit become points of another."""

from collections import Counter

from tests.model import arithmetic as exact
from tests.model.book import Book, carrying
from tests.model.facts import Deal, Lot, Move, Promise
from tests.model.spending import AMOUNT_MAX, consent, count, done, over_cap, taken, wrong_amount

QUOTE_LIFE = 60_000_000


def quote(book: Book, promise: Promise, units: tuple[str, str], now: int) -> str:
    """Hold a rate for one member for a minute."""
    if wrong_amount(promise.source):
        return "AMOUNT_OUT_OF_RANGE"
    if units[0] == units[1]:
        return "SAME_UNIT"
    owners = [book.units[unit].owner for unit in units]
    if promise.partner not in owners:
        return "NOT_PERMITTED"
    deal = book.deal("conversion", *units, now)
    if deal is None:
        return "CONTRACT_MISSING"
    scales = (book.units[units[0]].scale, book.units[units[1]].scale)
    terms = (scales, deal.rate, deal.fee_points)
    promise.target = exact.converted(promise.source, *terms)
    if promise.target == 0 or promise.target > AMOUNT_MAX:
        return "AMOUNT_OUT_OF_RANGE" if promise.target else "AMOUNT_TOO_SMALL"
    promise.deal, promise.expires = deal, now + QUOTE_LIFE
    book.promises[promise.id] = promise
    book.size += 1
    return ""


def exchange(book: Book, move: Move, target: str, quoted: str, times: tuple[int, int]) -> str:
    """Points of one unit become points of another; `times` are received and now."""
    received, now = times
    if wrong_amount(move.amount):
        return "AMOUNT_OUT_OF_RANGE"
    if move.unit == target:
        return "SAME_UNIT"
    source, other = book.units[move.unit], book.units[target]
    if move.actor not in (source.owner, other.owner):
        return "NOT_PERMITTED"
    deal = _deal_for(book, move, target, quoted, received, now)
    if isinstance(deal, str):
        return deal
    terms = ((source.scale, other.scale), deal.rate, deal.fee_points)
    given = exact.converted(move.amount, *terms)
    if given == 0 or given > AMOUNT_MAX:
        return "AMOUNT_OUT_OF_RANGE" if given else "AMOUNT_TOO_SMALL"
    move.amount, move.deal = exact.least_source(move.amount, *terms), deal
    used = consent(book, move.owner, (move.actor, move.unit, "EXCHANGE"), move.amount, now)
    if isinstance(used, str):
        return used
    takes = book.choose(move.owner, move.unit, move.amount, now)
    if takes is None:
        return "INSUFFICIENT_POINTS"
    code = over_cap(book, move.owner, deal, move.amount, now)
    move.takes, move.owed = takes, book.exchange_money(takes, deal)
    ending = book.overdue(move.owner, move.unit, now) + book.lapsing(move.owner, target, now)
    if code or book.too_much(move.owed, {}, ending):
        return code or "NET_DEBIT_CAP_EXCEEDED"
    book.end_overdue(move.owner, move.unit, now)
    book.arrive(move.owner, target, now, now, act=False)
    count(book, move.owner, deal, used, move.amount, now)
    move.opened = _target_lots(book, move, given, now)
    taken(takes)
    book.post(move.owner, move.unit, "WALLET", "EXCHANGED", move.amount)
    book.post(move.owner, target, "EXCHANGED", "WALLET", given)
    if quoted:
        book.promises[quoted].used = True
    return done(book, move)


def _deal_for(
    book: Book, move: Move, target: str, quoted: str, received: int, now: int
) -> Deal | str:
    if not quoted:
        return book.deal("conversion", move.unit, target, now) or "CONTRACT_MISSING"
    promise = book.promises.get(quoted)
    if promise is None or (promise.owner, promise.partner) != (move.owner, move.actor):
        return "QUOTE_UNKNOWN"
    if promise.used:
        return "QUOTE_USED"
    if received >= promise.expires:
        return "QUOTE_EXPIRED"
    same = (promise.deal.source, promise.deal.other, promise.source)
    if same != (move.unit, target, move.amount):
        return "QUOTE_MISMATCH"
    return promise.deal


def _target_lots(book: Book, move: Move, given: int, now: int) -> list[Lot]:
    """One lot for each funding and expiry; its cost is what was paid, or carried, for it."""
    deal = move.deal
    assert deal is not None
    target = book.units[deal.other]
    own_rule = exact.expiry(target.expiry, target.zone, now)
    lapses = book.lapses(move.owner, move.unit)
    parts = exact.shares(given, [amount for _, amount in move.takes])
    points: Counter[tuple[str, int]] = Counter()
    costs: Counter[tuple[str, int]] = Counter()
    paid: dict[str, Counter[tuple[str, int]]] = {}
    for (lot, amount), part in zip(move.takes, parts, strict=True):
        ends = {
            "MIN_OF_BOTH": min(lot.expires, lapses, own_rule),
            "TARGET_RULE": own_rule,
            "SOURCE_KEPT": min(lot.expires, lapses),
        }[deal.expiry]
        points[lot.funding, ends] += part
        if lot.obligor == target.owner:
            costs[lot.funding, ends] += carrying(lot, amount)
        else:
            paid.setdefault(lot.obligor, Counter())[lot.funding, ends] += part
    for obligor, groups in paid.items():
        money = move.owed[obligor, target.owner, "EXCHANGE"]
        for group, cost in zip(groups, exact.shares(money, list(groups.values())), strict=True):
            costs[group] += cost
    opened = [group for group, amount in points.items() if amount]
    return [
        book.open(
            Lot(
                (book.size, n),
                move.owner,
                deal.other,
                target.owner,
                target.owner,
                funding,
                ends,
                costs[funding, ends],
                points[funding, ends],
                points[funding, ends],
            )
        )
        for n, (funding, ends) in enumerate(opened)
    ]
