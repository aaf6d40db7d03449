"""The same ledger told twice: once from the domain's state, once from the model."""

from collections import Counter

from domain.ledger.state import State
from tests.model.book import Book
from tests.property.ledger.network import Network

Told = dict[str, object]


def told_by_domain(network: Network) -> Told:
    """Everything that the model knows too, from the state."""
    state = network.state
    between: Counter[tuple[str, str, str]] = Counter()
    for _, _, owed in network.obligations:
        between[owed.debtor, owed.creditor, owed.kind] += owed.amount
        between[owed.creditor, owed.debtor, owed.kind] -= owed.amount
    reserved = {key[0]: line.reserved for key, line in state.credit_lines.items() if line.reserved}
    return {
        "size": state.size,
        "accounts": _accounts(state),
        "active": {
            (owner, unit): account.active_at
            for (owner, unit, _), account in state.accounts.items()
            if account.active_at
        },
        "lots": {
            (lot.owner, lot.unit, lot.seq, lot.n): (
                (lot.amount, lot.remaining, lot.pinned, lot.expires_at),
                (lot.funding, lot.obligor, lot.issuer, lot.cost),
            )
            for lot in state.lot_by_key.values()
        },
        "holds": {
            hold.id: (hold.owner, hold.unit, hold.amount, hold.state, hold.captured, hold.consent)
            for hold in state.holds.values()
        },
        "kept": {
            hold.id: {part.debtor: part.amount for part in hold.reserve}
            for hold in state.holds.values()
        },
        "positions": {
            key[0]: (row.debits, row.credits)
            for key, rows in state.positions.items()
            for row in rows
        },
        "reserved": reserved,
        "between": {key: amount for key, amount in between.items() if amount},
        "consents": {
            consent.id: (consent.used, bool(consent.revoked_seq))
            for consents in state.consents.values()
            for consent in consents.values()
        },
        "usage": dict(state.usage),
        "reversed": {
            key[1]: original.reversed
            for key, original in state.originals.items()
            if original.reversed
        },
        "quotes": {
            quote.id: (quote.target, bool(quote.used_seq)) for quote in state.quotes.values()
        },
    }


def _accounts(state: State) -> dict[tuple[str, str, str], list[int]]:
    """The accounts that have moved: a released hold leaves one whose counters are all zero."""
    quads = {
        key: [
            account.debits_posted,
            account.credits_posted,
            account.debits_pending,
            account.credits_pending,
        ]
        for key, account in state.accounts.items()
    }
    return {key: counters for key, counters in quads.items() if any(counters)}


def told_by_model(book: Book) -> Told:
    """The same, from the model."""
    between: Counter[tuple[str, str, str]] = Counter()
    for (debtor, creditor, kind), amount in book.between.items():
        between[debtor, creditor, kind] += amount
        between[creditor, debtor, kind] -= amount
    return {
        "size": book.size,
        "accounts": {key: counters for key, counters in book.accounts.items() if any(counters)},
        "active": book.active,
        "lots": {
            (lot.owner, lot.unit, *lot.id): (
                (lot.amount, lot.remaining, lot.pinned, lot.expires),
                (lot.funding, lot.obligor, lot.issuer, lot.cost),
            )
            for lot in book.lots
        },
        "holds": {
            hold.id: (hold.owner, hold.unit, hold.amount, hold.state, hold.captured, hold.consent)
            for hold in book.holds.values()
        },
        "kept": {hold.id: hold.reserve for hold in book.holds.values()},
        "positions": {
            partner: (book.debits[partner], book.credits[partner])
            for partner in (*book.brands, "OPERATOR")
            if book.debits[partner] or book.credits[partner]
        },
        "reserved": {b.code: b.reserved for b in book.brands.values() if b.reserved},
        "between": {key: amount for key, amount in between.items() if amount},
        "consents": {
            permission.id: (permission.used, permission.revoked)
            for permissions in book.permissions.values()
            for permission in permissions
        },
        "usage": dict(book.counted),
        "reversed": {move.id: move.reversed for move in book.moves.values() if move.reversed},
        "quotes": {
            promise.id: (promise.target, promise.used) for promise in book.promises.values()
        },
    }


def compare(network: Network, book: Book) -> None:
    """Assert that both tell the same, part by part, so that a difference is read at once."""
    domain, model = told_by_domain(network), told_by_model(book)
    for part, expected in model.items():
        assert domain[part] == expected, part
    for brand in book.brands:
        owed = max(0, network.state.exposure((brand, "KRW")))
        line = network.state.credit_lines[brand, "KRW"]
        assert owed + line.reserved == book.exposure(brand), "exposure"
